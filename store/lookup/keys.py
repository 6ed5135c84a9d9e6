"""The search keys of one customer: for each column of the index the folded values that are searched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from store.lookup.name_words import NameWords, with_other_names, words_of_name
from store.lookup.phones import parse_phones, search_digits
from store.lookup.searched import Contact, Date, SearchedCustomer, searched
from store.phone_text import with_extension
from store.text import fold

BLOBS = ("phone", "name", "alias", "company", "handle", "external", "tag")
"""The columns that are searched anywhere."""

LEXICONS = ("pinyin", "pinyin2", "inner", "trait")
"""The columns that are searched from the beginning of a word. pinyin: the likely reading of the name; pinyin2: its
other readings and those of aliases and the form of address; inner: later syllables of names and aliases, and companies
from every syllable on; trait: what the filters ask for, as `tag:辣`, `owner:mei`, `has:wechat`, `bday:s0305`."""

PHONE_TYPES = frozenset({"mobile", "landline", "virtual", "fax", "whatsapp"})
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


_GROUPING = str.maketrans("", "", " -+()")

_encode_row = msgspec.msgpack.Encoder().encode
decode_row = msgspec.msgpack.Decoder(Row).decode


def keys_of(document: bytes | Mapping[str, Any]) -> Keys | None:
    """The keys of a customer (its document, or the JSON of it); None for one that is never found (merged, erased)."""
    return Keying().keys(searched(document))


class Keying:
    """Makes the keys of many customers: what many of them share, as names and tags, is worked out once."""

    __slots__ = ("_birthdays", "_lines", "_people", "_tags", "_types")

    def __init__(self) -> None:
        self._people: dict[str, tuple[str, NameWords]] = {}
        self._tags: dict[tuple[str, ...], tuple[str, list[str]]] = {}
        self._types: dict[str, str] = {}
        self._lines: dict[str, str] = {}
        self._birthdays: dict[tuple[int, int, str], list[str]] = {}

    def keys(self, customer: SearchedCustomer) -> Keys | None:
        """The keys of one; None for one that is never found."""
        if customer.status not in FOUND_STATUSES:
            return None
        telephones, handles, traits = self._contacts(customer.contacts)
        phones = tuple([_shown(contact) for contact in telephones if contact.value])
        aliases, call_as, company = customer.aliases, customer.call_as, customer.company
        externals = tuple([external.value for external in customer.external_ids])
        is_person = customer.kind != "org"
        row = Row(
            customer.name,
            call_as,
            company,
            phones,
            customer.tags,
            customer.status,
            aliases,
            tuple(handles),
            externals,
            customer.reading,
            is_person,
        )
        name, words = self._name(customer.name, customer.reading, is_person=is_person)
        if aliases or call_as or company:
            words = with_other_names(words, aliases, call_as, company)
        tags = ""
        if customer.tags:
            tags, marks = self._tags.get(customer.tags) or self._tagged(customer.tags)
            traits += marks
        if customer.owner:
            traits.append(f"owner:{fold(customer.owner)}")
        for date in customer.dates:
            traits += self._birthday(date)
        blobs = (
            "".join([_numbers(contact) for contact in telephones]),
            name,
            (_entries(aliases) if aliases else "") + self._line(call_as),
            self._line(company),
            _entries([value for _type, value in handles]) if handles else "",
            _entries(externals) if externals else "",
            tags,
        )
        return Keys(customer.is_archived, _encode_row(row), blobs, (*words, tuple(traits)))

    def _contacts(
        self, contacts: Iterable[Contact]
    ) -> tuple[list[Contact], list[tuple[str, str]], list[str]]:
        """The contact points with a number, those with a name (type and value), and the traits of all."""
        telephones = []
        handles = []
        traits = []
        types = self._types
        for contact in contacts:
            kind = contact.type
            traits.append(types.get(kind) or types.setdefault(kind, f"has:{kind}"))
            if kind in PHONE_TYPES:
                telephones.append(contact)
            elif kind != "address" and contact.value:
                handles.append((kind, contact.value))
        if len(telephones) > 1:
            # Where one is shown, it is one that is answered; see `Customer.phones`.
            telephones.sort(key=_is_invalid)
        return telephones, handles, traits

    def _name(self, name: str, reading: str, *, is_person: bool) -> tuple[str, NameWords]:
        """The entry of a name, and its words."""
        if not is_person or reading:
            return name and fold(name) + "\n", words_of_name(name, reading, person=is_person)
        known = self._people.get(name)
        if known is None:
            known = self._people[name] = (name and fold(name) + "\n", words_of_name(name, "", person=True))
        return known

    def _line(self, value: str) -> str:
        """The entry of a form of address, or a company."""
        known = self._lines.get(value)
        if known is None:
            known = self._lines[value] = _entries((value,))
        return known

    def _tagged(self, tags: tuple[str, ...]) -> tuple[str, list[str]]:
        """The entries of tags, and their traits."""
        made = self._tags[tags] = (_entries(tags), [f"tag:{fold(tag)}" for tag in tags])
        return made

    def _birthday(self, date: Date) -> list[str]:
        """The trait of a date, when it is a birthday."""
        if date.kind != "birthday":
            return []
        day = (date.month, date.day, date.calendar)
        known = self._birthdays.get(day)
        if known is None:
            is_a_day = 1 <= date.month <= 12 and 1 <= date.day <= 31
            known = [birthday_trait(*day[:2], lunar=date.calendar == "lunar")] if is_a_day else []
            self._birthdays[day] = known
        return known


def words_of_row(row: Row) -> NameWords:
    """The words of the columns pinyin, pinyin2 and inner."""
    words = words_of_name(row.name, row.reading, person=row.person)
    return with_other_names(words, row.aliases, row.call_as, row.company)


def _is_invalid(contact: Contact) -> bool:
    return contact.invalid_since is not None


def birthday_trait(month: int, day: int, *, lunar: bool) -> str:
    """The word of a birthday: `bday:s0305` is the 5th of March, `bday:l0815` the 15th day of the 8th lunar month."""
    return f"bday:{'l' if lunar else 's'}{month:02d}{day:02d}"


def _shown(contact: Contact) -> str:
    """The number with its extension; see `ContactPoint.shown_number`."""
    if contact.ext and contact.normalized:
        return with_extension(contact.normalized, contact.ext)
    return contact.normalized or contact.value.strip()


def _numbers(contact: Contact) -> str:
    """The entries of a number: its digits, and its extensions."""
    number, value = contact.normalized or contact.value, contact.value
    plain = len(number) == 14 and number.startswith("+861")
    digits = number[3:] if plain else search_digits(number)
    entry = digits and digits + "\n"
    if value.replace(" ", "") == digits:  # nearly all are
        return entry
    if value.isdigit() or len(value) <= len(digits) or _is_grouped(contact):
        return entry
    return entry + "".join([f";{phone.ext}\n" for phone in parse_phones(value) if phone.ext])


def _is_grouped(contact: Contact) -> bool:
    """Whether all digits are of the number, and none of an extension: 138 0013 8000, 0571-88123456."""
    plain = contact.value.translate(_GROUPING)
    return plain.isascii() and plain.isdigit() and contact.normalized.endswith(plain.removeprefix("0"))


def _entries(values: Iterable[str]) -> str:
    return "".join([folded + "\n" for value in values if (folded := fold(value))])
