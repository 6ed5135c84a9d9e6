"""The search keys of one customer: for each column of the index the folded values that are searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from store.lookup.phones import parse_phones, search_digits
from store.lookup.readings import TOKEN, readings_of
from store.text import clean_text, fold

COLUMNS = ("phone", "name", "alias", "company", "handle", "external", "tag", "pinyin", "pinyin2", "inner")
"""The columns of the index. pinyin: the likely reading of the name; pinyin2: its other readings and those of aliases
and the form of address; inner: later syllables of names and aliases, and companies from every syllable on."""

PHONE_TYPES = frozenset({"mobile", "landline", "virtual", "fax"})
UNSEARCHED_TYPES = frozenset({"address"})
DEFAULT_TYPE = "mobile"
"""What a contact point is whose document does not say: fields at their default are left out."""
FOUND_STATUSES = frozenset({"active", "archived"})
_COMPANY_READINGS = 3
_LONGEST_TOKEN = 40
_LONGEST_READING = 12


class Row(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What is shown of a match, and what explains it; kept beside the columns."""

    name: str
    call_as: str
    company: str
    phones: tuple[str, ...]
    tags: tuple[str, ...]
    status: str
    aliases: tuple[str, ...]
    handles: tuple[tuple[str, str], ...]
    externals: tuple[str, ...]
    reading: str
    person: bool


class Keys(NamedTuple):
    """Row and columns of one customer. A column holds entries that each end in a line feed."""

    archived: bool
    row: bytes
    columns: tuple[str, ...]


_encode_row = msgspec.msgpack.Encoder().encode
decode_row = msgspec.msgpack.Decoder(Row).decode


def _text(value: object) -> str:
    """A field as text, whatever was written there through the plain TinyDB API."""
    if isinstance(value, str):
        return clean_text(value)
    return "" if value is None or isinstance(value, (dict, list, bool)) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    return tuple(filter(None, map(_text, value))) if isinstance(value, list) else ()


def _items(value: object) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def keys_of(document: Mapping[str, Any]) -> Keys | None:
    """The keys of a customer document; None for one that is never found (merged, erased)."""
    status = _text(document.get("status")) or "active"
    if status not in FOUND_STATUSES:
        return None
    contacts = _items(document.get("contacts"))
    telephones = [contact for contact in contacts if contact.get("type", DEFAULT_TYPE) in PHONE_TYPES]
    handles = tuple(
        (_text(contact.get("type")) or "other", value)
        for contact in contacts
        if contact.get("type", DEFAULT_TYPE) not in PHONE_TYPES | UNSEARCHED_TYPES
        and (value := _text(contact.get("value")))
    )
    row = Row(
        name=_text(document.get("name")),
        call_as=_text(document.get("call_as")),
        company=_text(document.get("company")),
        phones=tuple(filter(None, map(_normalized, telephones))),
        tags=_texts(document.get("tags")),
        status=status,
        aliases=_texts(document.get("aliases")),
        handles=handles,
        externals=tuple(
            filter(None, (_text(item.get("value")) for item in _items(document.get("external_ids"))))
        ),
        reading=_text(document.get("reading")),
        person=document.get("kind") != "org",
    )
    return Keys(
        status == "archived", _encode_row(row), (_phone_column(row, telephones), *_other_columns(row))
    )


def _normalized(contact: Mapping[str, Any]) -> str:
    return _text(contact.get("normalized")) or _text(contact.get("value")).strip()


def _phone_column(row: Row, telephones: list[Mapping[str, Any]]) -> str:
    if not telephones:
        return ""
    entries = [digits for digits in map(search_digits, row.phones) if digits]
    for contact in telephones:
        value = _text(contact.get("value"))
        if sum(map(str.isdigit, value)) > sum(map(str.isdigit, _text(contact.get("normalized")))):
            entries += [f";{phone.ext}" for phone in parse_phones(value) if phone.ext]
    return _entries(entries)


def _other_columns(row: Row) -> tuple[str, ...]:
    name = fold(row.name)
    usual, others, inner = _reading_columns(row, name)
    return (
        _entries((name,)),
        _entries(map(fold, (*row.aliases, row.call_as))),
        _entries((fold(row.company),)),
        _entries(fold(value) for _type, value in row.handles) if row.handles else "",
        _entries(map(fold, row.externals)) if row.externals else "",
        _entries(map(fold, row.tags)) if row.tags else "",
        usual,
        others,
        inner,
    )


def _entries(values: Iterable[str]) -> str:
    return "".join([value + "\n" for value in values if value])


def _reading_columns(row: Row, folded_name: str) -> tuple[str, str, str]:
    """The columns pinyin, pinyin2 and inner."""
    usual: dict[str, None] = {}
    others: dict[str, None] = {}
    inner: dict[str, None] = {}
    readings = readings_of(row.name, surname=row.person, corrected=row.reading)
    if readings and readings[0] != (folded_name,):
        _add_reading(usual, readings[0])
        for reading in readings[1:]:
            _add_reading(others, reading)
        for reading in readings:
            _add_later_syllables(inner, reading)
    for alias in (*row.aliases, row.call_as) if row.call_as else row.aliases:
        for reading in readings_of(alias):
            if not (len(reading) == 1 and alias.isascii()):
                _add_reading(others, reading)
                _add_later_syllables(inner, reading)
    if row.company:
        for reading in readings_of(row.company, surname=False)[:_COMPANY_READINGS]:
            _add_later_syllables(inner, reading, first=0)
    return "".join(usual), "".join(entry for entry in others if entry not in usual), "".join(inner)


def _add_reading(entries: dict[str, None], reading: tuple[str, ...]) -> None:
    """Add the entries of one reading: its letters, its initials, the lengths of its syllables."""
    syllables = [syllable[:_LONGEST_TOKEN] for syllable in reading]
    initials = "".join([syllable[0] for syllable in syllables])
    for spelling in _spellings(syllables):
        lengths = "".join([chr(48 + len(syllable)) for syllable in spelling])
        entries[f"{''.join(spelling)}\n{initials}\n{lengths}\n"] = None


def _spellings(syllables: list[str]) -> list[list[str]]:
    """`syllables`, and with ü spelled as u and as yu when there is one (吕: lv, lu, lyu)."""
    spellings = [syllables]
    if any(syllable[:2] in {"lv", "nv"} for syllable in syllables):
        spellings += [[_respelled(syllable, umlaut) for syllable in syllables] for umlaut in ("u", "yu")]
    return spellings


def _respelled(syllable: str, umlaut: str) -> str:
    return syllable[0] + umlaut + syllable[2:] if syllable[:2] in {"lv", "nv"} else syllable


def _add_later_syllables(entries: dict[str, None], reading: tuple[str, ...], *, first: int = 1) -> None:
    """Add the letters and the initials of what starts at each syllable from `first` on."""
    syllables = list(reading[:_LONGEST_READING])
    if len(syllables) <= first:
        return
    initials = "".join([syllable[0] for syllable in syllables])
    for spelling in _spellings(syllables):
        rest = "".join(spelling[first:])
        for index in range(first, len(spelling)):
            entries[rest + "\n"] = None
            rest = rest[len(spelling[index]) :]
    for index in range(first, len(initials) - 1):
        entries[initials[index:] + "\n"] = None


def name_tokens(folded: str) -> list[tuple[int, int, str]]:
    """Where the syllables of a folded name stand: (start, end, text) of each."""
    return [(found.start(), found.end(), found[0]) for found in TOKEN.finditer(folded)]
