"""Chinese and English are complete: every message of the source is translated, with the same placeholders."""

from __future__ import annotations

import polib
import pytest

from locales.update import catalogue, placeholders, source_messages


@pytest.fixture(scope="module")
def chinese() -> polib.POFile:
    return polib.pofile(str(catalogue()))


def test_every_message_is_in_the_catalogue_and_no_other(chinese: polib.POFile) -> None:
    known = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry in chinese if not entry.obsolete
    }
    said = source_messages()
    assert said - known == set(), "run: python -m locales.update"
    assert known - said == set(), "run: python -m locales.update"


def test_every_message_is_translated(chinese: polib.POFile) -> None:
    untranslated = [
        entry.msgid
        for entry in chinese
        if entry.fuzzy or not (entry.msgstr or (entry.msgid_plural and entry.msgstr_plural.get(0)))
    ]
    assert untranslated == []


def test_placeholders_survive_translation(chinese: polib.POFile) -> None:
    for entry in chinese:
        translated = entry.msgstr_plural[0] if entry.msgid_plural else entry.msgstr
        wanted = placeholders(entry.msgid_plural or entry.msgid)
        assert placeholders(translated) <= wanted | placeholders(entry.msgid), entry.msgid
        assert wanted - placeholders(translated) <= {"count"}, entry.msgid


def test_every_enumeration_has_words() -> None:
    from enum import StrEnum

    from store.records import kinds
    from store.records.labels import label

    for kind in vars(kinds).values():
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum:
            for member in kind:
                assert label(member)
