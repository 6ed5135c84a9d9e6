"""Stored values as a person reads them: no raw numbers, ids or times."""

from __future__ import annotations

import pytest

from store.records.setting import Settings
from store.records.value_words import value_words

SETTINGS = Settings(region="US", currency="USD", time_zone="America/New_York")


@pytest.mark.parametrize(
    ("table", "field", "value", "words"),
    [
        ("interactions", "ringing", 1, "yes"),
        ("interactions", "ringing", None, "no"),
        ("interactions", "customer", 2010, "C002010"),
        ("interactions", "customer", 0, "(nothing)"),
        ("interactions", "ticket", 155, "T000155"),
        ("customers", "referrer", 3, "C000003"),
        ("interactions", "phone", "+14135557269", "+1 413 555 7269"),
        ("interactions", "phone", "+14135557269 ext. 12", "+1 413 555 7269 ext. 12"),
        ("interactions", "outcome", "followup", "to follow up"),
        ("follow_ups", "due", "2026-11-23T20:00:00Z", "2026-11-23 15:00"),
        ("follow_ups", "due", "2026-11-23", "2026-11-23"),
        (
            "customers",
            "contacts[k1]",
            {"type": "mobile", "value": "(413)5557269", "normalized": "+14135557269"},
            "+1 413 555 7269",
        ),
        (
            "customers",
            "contacts[k1]",
            {"type": "whatsapp", "value": "x", "normalized": "+14135557269", "invalid_since": "2026-11-22"},
            "+1 413 555 7269, no longer valid",
        ),
        (
            "customers",
            "contacts[k2]",
            {"type": "email", "value": "Jo@x.org", "normalized": "jo@x.org"},
            "Jo@x.org",
        ),
        ("tickets", "steps[vent]", {"key": "vent", "by": "mei"}, "let them vent"),
    ],
)
def test_a_value_is_told_in_words(table: str, field: str, value: object, words: str) -> None:
    assert value_words(table, field, value, SETTINGS) == words
