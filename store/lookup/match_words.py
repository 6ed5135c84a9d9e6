"""Why somebody was found, in words: for the line beneath the look-up box and the table of `find`."""

from __future__ import annotations

from typing import Final

from locales import N_, _
from store.lookup.match import Match, match_reasons
from store.records.kinds import ContactType
from store.records.labels import label

MATCH_FIELDS: Final = {
    "name": N_("name"),
    "alias": N_("other names"),
    "call_as": N_("form of address"),
    "company": N_("company"),
    "phone": N_("phone"),
    "pinyin": N_("pinyin"),
    "initials": N_("initials"),
    "tag": N_("tags"),
    "number": N_("customer number"),
    "external_id": N_("number elsewhere"),
    "ticket": N_("ticket number"),
    "order_no": N_("order number"),
}
"""What a match was found in; other fields are kinds of contact points."""

PLAIN: Final = frozenset({"name", "call_as", "phone", "pinyin", "initials"})
"""What a row shows with its marks where everybody looks for it: nothing need be said of it."""


def match_word(field: str) -> str:
    """The name of a field that matched."""
    if field in MATCH_FIELDS:
        return _(MATCH_FIELDS[field])
    return label(ContactType(field)) if field in set(ContactType) else field


def why(match: Match) -> tuple[str, ...]:
    """Why `match` was found and stands where it stands, as far as its row does not say it by its marks alone."""
    found = [
        _("{field}: {text}").format(field=match_word(mark.field), text=mark.text)
        for mark in match.marks
        if mark.text and (mark.field not in PLAIN or _is_elsewhere(mark.text, match))
    ]
    return (*found, *match_reasons(match))


def _is_elsewhere(text: str, match: Match) -> bool:
    """Whether the value is neither the name, nor the form of address, nor the number that the row shows."""
    return text not in {match.name or match.company or match.number, match.call_as, *match.phones}
