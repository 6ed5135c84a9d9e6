"""The search keys of one customer: for each column of the index the folded values that are searched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from store.lookup.phones import parse_phones, search_digits
from store.lookup.readings import TOKEN, readings_of
from store.text import clean_text, fold

BLOBS = ("phone", "name", "alias", "company", "handle", "external", "tag")
"""The columns that are searched anywhere."""

LEXICONS = ("pinyin", "pinyin2", "inner")
"""The columns that are searched from the beginning of a word. pinyin: the likely reading of the name; pinyin2: its
other readings and those of aliases and the form of address; inner: later syllables of names and aliases, and companies
from every syllable on."""

PHONE_TYPES = frozenset({"mobile", "landline", "virtual", "fax"})
NO_HANDLES = PHONE_TYPES | {"address"}
DEFAULT_TYPE = "mobile"
"""What a contact point is whose document does not say: fields at their default are left out."""
FOUND_STATUSES = frozenset({"active", "archived"})
_ALIAS_READINGS = 3
_LONGEST_NAME = 40
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
    blobs: tuple[str, ...]
    readings: tuple[str, ...]


class _Contact(msgspec.Struct, gc=False):
    type: str = "mobile"
    value: str = ""
    normalized: str = ""


class _ExternalId(msgspec.Struct, gc=False):
    value: str = ""


class _Customer(msgspec.Struct, gc=False):
    """The fields of a customer that are searched, at their defaults where the document leaves them out."""

    kind: str = "person"
    name: str = ""
    reading: str = ""
    call_as: str = ""
    company: str = ""
    status: str = "active"
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    contacts: tuple[_Contact, ...] = ()
    external_ids: tuple[_ExternalId, ...] = ()


_encode_row = msgspec.msgpack.Encoder().encode
decode_row = msgspec.msgpack.Decoder(Row).decode
_decode_customer = msgspec.json.Decoder(_Customer).decode


def keys_of(document: bytes | Mapping[str, Any]) -> Keys | None:
    """The keys of a customer (its document, or the JSON of it); None for one that is never found (merged, erased)."""
    customer = _customer(document)
    if customer.status not in FOUND_STATUSES:
        return None
    telephones = [contact for contact in customer.contacts if contact.type in PHONE_TYPES]
    row = Row(
        name=customer.name,
        call_as=customer.call_as,
        company=customer.company,
        phones=tuple(
            [contact.normalized or contact.value.strip() for contact in telephones if contact.value]
        ),
        tags=customer.tags,
        status=customer.status,
        aliases=customer.aliases,
        handles=tuple(
            [
                (contact.type, contact.value)
                for contact in customer.contacts
                if contact.type not in NO_HANDLES and contact.value
            ]
        ),
        externals=tuple([external.value for external in customer.external_ids]),
        reading=customer.reading,
        person=customer.kind != "org",
    )
    try:
        encoded = _encode_row(row)
    except UnicodeEncodeError:  # lone surrogates, which only a document in memory can hold
        return keys_of(_tidied(document)) if isinstance(document, Mapping) else None
    blobs = (_phone_column(telephones), *_text_columns(row))
    return Keys(row.status == "archived", encoded, blobs, reading_columns(row))


def _customer(document: bytes | Mapping[str, Any]) -> _Customer:
    try:
        if isinstance(document, bytes):
            return _decode_customer(document)
        return msgspec.convert(document, _Customer)
    except (msgspec.MsgspecError, UnicodeError):
        loose = json.loads(document) if isinstance(document, bytes) else document
        return msgspec.convert(_tidied(loose), _Customer)


def _tidied(document: Mapping[str, Any]) -> dict[str, Any]:
    """What is of use in a document that somebody wrote otherwise than the records do, through the plain TinyDB API."""
    texts = ("kind", "name", "reading", "call_as", "company", "status")
    tidy: dict[str, Any] = {name: _text(document[name]) for name in texts if document.get(name) is not None}
    tidy |= {name: [_text(value) for value in _list(document.get(name))] for name in ("aliases", "tags")}
    for name in ("contacts", "external_ids"):
        items = [item for item in _list(document.get(name)) if isinstance(item, dict)]
        tidy[name] = [
            {key: _text(value) for key, value in item.items() if value is not None} for item in items
        ]
    return tidy


def _text(value: object) -> str:
    return clean_text(value) if isinstance(value, str) else str(value)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _phone_column(telephones: list[_Contact]) -> str:
    entries = []
    for contact in telephones:
        number = contact.normalized or contact.value
        plain = len(number) == 14 and number.startswith("+861")
        digits = number[3:] if plain else search_digits(number)
        if digits:
            entries.append(digits)
        if not contact.value.isdigit() and len(contact.value) > len(digits):
            entries += [f";{phone.ext}" for phone in parse_phones(contact.value) if phone.ext]
    return _entries(entries)


def _text_columns(row: Row) -> tuple[str, ...]:
    return (
        _entries((fold(row.name),)),
        _entries([fold(alias) for alias in (*row.aliases, row.call_as)]),
        row.company and _entries((fold(row.company),)),
        _entries([fold(value) for _type, value in row.handles]) if row.handles else "",
        _entries([fold(value) for value in row.externals]) if row.externals else "",
        _entries([fold(tag) for tag in row.tags]) if row.tags else "",
    )


def _entries(values: Iterable[str]) -> str:
    return "".join([value + "\n" for value in values if value])


def reading_columns(row: Row) -> tuple[str, ...]:
    """The columns pinyin, pinyin2 and inner of one customer."""
    usual: dict[str, None] = {}
    others: dict[str, None] = {}
    inner: dict[str, None] = {}
    readings = readings_of(row.name, surname=row.person, corrected=row.reading)
    if readings and not (len(readings[0]) == 1 and row.name.isascii()):
        _add_reading(usual, readings[0])
        for reading in readings[1:]:
            _add_reading(others, reading)
        for reading in readings:
            _add_later_syllables(inner, reading, 1)
    for alias in row.aliases:
        _add_alias(others, alias)
        inner.update(dict.fromkeys(_later_entries(alias, 1)))
    _add_alias(others, row.call_as)
    if row.company:
        inner.update(dict.fromkeys(_later_entries(row.company, 0)))
    return "".join(usual), "".join([entry for entry in others if entry not in usual]), "".join(inner)


def _add_alias(entries: dict[str, None], alias: str) -> None:
    if alias:
        entries.update(dict.fromkeys(_alias_entries(alias)))


@lru_cache(maxsize=4096)
def _alias_entries(alias: str) -> tuple[str, ...]:
    """The entries of an alias or a form of address, which many customers share."""
    entries: dict[str, None] = {}
    for reading in readings_of(alias)[:_ALIAS_READINGS]:
        if not (len(reading) == 1 and alias.isascii()):
            _add_reading(entries, reading)
    return tuple(entries)


@lru_cache(maxsize=4096)
def _later_entries(value: str, first: int) -> tuple[str, ...]:
    """The later syllables of an alias (from 1), or all of a company (from 0)."""
    entries: dict[str, None] = {}
    for reading in readings_of(value, surname=first > 0)[:_ALIAS_READINGS]:
        _add_later_syllables(entries, reading, first)
    return tuple(entries)


def _add_reading(entries: dict[str, None], reading: tuple[str, ...]) -> None:
    """Add the entries of one reading: its letters, and its initials."""
    syllables = list(reading[:_LONGEST_NAME])
    for spelling in spellings(syllables):
        entries["".join(spelling) + "\n"] = None
    entries["".join([syllable[0] for syllable in syllables]) + "\n"] = None


def spellings(syllables: list[str]) -> list[list[str]]:
    """`syllables`, and with ü spelled as u and as yu when there is one (吕: lv, lu, lyu)."""
    spelled = [syllables]
    if "v" in "".join(syllables) and any(syllable[:2] in {"lv", "nv"} for syllable in syllables):
        spelled += [[_respelled(syllable, umlaut) for syllable in syllables] for umlaut in ("u", "yu")]
    return spelled


def _respelled(syllable: str, umlaut: str) -> str:
    return syllable[0] + umlaut + syllable[2:] if syllable[:2] in {"lv", "nv"} else syllable


def _add_later_syllables(entries: dict[str, None], reading: tuple[str, ...], first: int) -> None:
    """Add the letters and the initials of what starts at each syllable from `first` on."""
    syllables = list(reading[:_LONGEST_READING])
    for spelling in spellings(syllables[first:]):
        rest = "\n"
        for syllable in reversed(spelling):
            rest = syllable + rest
            entries[rest] = None
    initials = "".join([syllable[0] for syllable in syllables])
    for index in range(first, len(initials) - 1):
        entries[initials[index:] + "\n"] = None


def name_tokens(folded: str) -> list[tuple[int, int, str]]:
    """Where the syllables of a folded name stand: (start, end, text) of each."""
    return [(found.start(), found.end(), found[0]) for found in TOKEN.finditer(folded)]
