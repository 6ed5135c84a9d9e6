"""The search keys of one customer: for each column of the index the folded values that are searched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from store.lookup.name_words import words_of_names
from store.lookup.phones import parse_phones, search_digits
from store.text import clean_text, fold

BLOBS = ("phone", "name", "alias", "company", "handle", "external", "tag")
"""The columns that are searched anywhere."""

LEXICONS = ("pinyin", "pinyin2", "inner", "trait")
"""The columns that are searched from the beginning of a word. pinyin: the likely reading of the name; pinyin2: its
other readings and those of aliases and the form of address; inner: later syllables of names and aliases, and companies
from every syllable on; trait: what the filters ask for, as `tag:辣`, `owner:mei`, `has:wechat`, `bday:s0305`."""

PHONE_TYPES = frozenset({"mobile", "landline", "virtual", "fax"})
NO_HANDLES = PHONE_TYPES | {"address"}
DEFAULT_TYPE = "mobile"
"""What a contact point is whose document does not say: fields at their default are left out."""
FOUND_STATUSES = frozenset({"active", "archived"})


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
    """Row and columns of one customer.

    One of `BLOBS` is entries that each end in a line feed, one of `LEXICONS` the words of it.
    """

    archived: bool
    row: bytes
    blobs: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]


class _Contact(msgspec.Struct, gc=False):
    type: str = "mobile"
    value: str = ""
    normalized: str = ""
    invalid_since: str | None = None


class _Date(msgspec.Struct, gc=False):
    kind: str = "birthday"
    calendar: str = "solar"
    month: int = 1
    day: int = 1


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
    owner: str = ""
    dates: tuple[_Date, ...] = ()


_GROUPING = str.maketrans("", "", " -+()")

_encode_row = msgspec.msgpack.Encoder().encode
decode_row = msgspec.msgpack.Decoder(Row).decode
_decode_customer = msgspec.json.Decoder(_Customer).decode


def keys_of(document: bytes | Mapping[str, Any]) -> Keys | None:
    """The keys of a customer (its document, or the JSON of it); None for one that is never found (merged, erased)."""
    customer = _customer(document)
    if customer.status not in FOUND_STATUSES:
        return None
    telephones = [contact for contact in customer.contacts if contact.type in PHONE_TYPES]
    if len(telephones) > 1:
        # Where one is shown, it is one that is answered; see `Customer.phones`.
        telephones.sort(key=_is_invalid)
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
    return Keys(row.status == "archived", encoded, blobs, (*words_of_row(row), _traits(customer)))


def words_of_row(row: Row) -> tuple[tuple[str, ...], ...]:
    """The words of the columns pinyin, pinyin2 and inner."""
    return words_of_names(row.name, row.aliases, row.call_as, row.company, row.reading, person=row.person)


def _is_invalid(contact: _Contact) -> bool:
    return contact.invalid_since is not None


def _traits(customer: _Customer) -> tuple[str, ...]:
    found = [f"has:{contact.type}" for contact in customer.contacts]
    if customer.tags:
        found += [f"tag:{fold(tag)}" for tag in customer.tags]
    if customer.owner:
        found.append(f"owner:{fold(customer.owner)}")
    for date in customer.dates:
        if date.kind == "birthday" and 1 <= date.month <= 12 and 1 <= date.day <= 31:
            found.append(birthday_trait(date.month, date.day, lunar=date.calendar == "lunar"))
    return tuple(found)


def birthday_trait(month: int, day: int, *, lunar: bool) -> str:
    """The word of a birthday: `bday:s0305` is the 5th of March, `bday:l0815` the 15th day of the 8th lunar month."""
    return f"bday:{'l' if lunar else 's'}{month:02d}{day:02d}"


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
    texts = ("kind", "name", "reading", "call_as", "company", "status", "owner")
    tidy: dict[str, Any] = {name: _text(document[name]) for name in texts if document.get(name) is not None}
    tidy |= {name: [_text(value) for value in _list(document.get(name))] for name in ("aliases", "tags")}
    for name in ("contacts", "external_ids"):
        items = [item for item in _list(document.get(name)) if isinstance(item, dict)]
        tidy[name] = [
            {key: _text(value) for key, value in item.items() if value is not None} for item in items
        ]
    tidy["dates"] = [
        item
        for item in _list(document.get("dates"))
        if isinstance(item, dict) and all(isinstance(item.get(key, 1), int) for key in ("month", "day"))
    ]
    tidy["dates"] = [
        item | {key: _text(item[key]) for key in ("kind", "calendar") if key in item}
        for item in tidy["dates"]
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
        if contact.value.replace(" ", "") == digits:  # nearly all are
            continue
        if not contact.value.isdigit() and len(contact.value) > len(digits) and not _is_grouped(contact):
            entries += [f";{phone.ext}" for phone in parse_phones(contact.value) if phone.ext]
    return _entries(entries)


def _is_grouped(contact: _Contact) -> bool:
    """Whether the number was written as it is but for blanks and the like: 138 0013 8000 has no extension."""
    plain = contact.value.translate(_GROUPING)
    return plain.isascii() and plain.isdigit() and contact.normalized.endswith(plain)


def _text_columns(row: Row) -> tuple[str, ...]:
    return (
        row.name and fold(row.name) + "\n",
        _entries([fold(alias) for alias in (*row.aliases, row.call_as)])
        if row.aliases or row.call_as
        else "",
        row.company and _entries((fold(row.company),)),
        _entries([fold(value) for _type, value in row.handles]) if row.handles else "",
        _entries([fold(value) for value in row.externals]) if row.externals else "",
        _entries([fold(tag) for tag in row.tags]) if row.tags else "",
    )


def _entries(values: Iterable[str]) -> str:
    return "".join([value + "\n" for value in values if value])
