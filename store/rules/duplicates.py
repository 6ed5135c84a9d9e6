"""Which customers are probably the same: a score from 0 to 100 and the reasons, never from the name alone.

The score is that of the strongest sign two files share, less what speaks against it. 90 and more suggests that they are
one person, 60 to 89 is worth a look, below that nothing is said. Nothing here merges anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, product
from typing import Final, NamedTuple

from locales import _
from store.phone_text import spoken
from store.records.customer import MERGED_SOURCE, Customer, ImportantDate
from store.records.kinds import PHONE_TYPES, ContactType, CustomerKind, CustomerStatus, DateKind
from store.text import fold

SUGGESTED: Final = 90
"""From this score on it is suggested that two customers are one."""
REVIEWED: Final = 60
"""From this score on a pair stands in the review list."""
CONTRADICTION: Final = 20
"""What each thing that speaks against it takes away; two at most count, as the source of the scores has it."""
MOST_IN_BLOCK: Final = 40
"""What more customers than this share (a placeholder number, the shop's own address) tells nobody apart."""

ACCOUNTS: Final = (
    frozenset(ContactType)
    - PHONE_TYPES
    - {
        ContactType.WEBSITE,
        ContactType.ADDRESS,
        ContactType.OTHER,
    }
)
"""Contact points that are an account of one person."""

Read = Callable[[Customer], tuple[str, ...]]
"""The usual readings of a customer's name and then of the other names, syllables apart; names without one left out."""

_ID_BITS = 32
_ID_MASK = (1 << _ID_BITS) - 1
_KEY_BITS = (1 << 60) - 1
_SILENT = re.compile(r"[\W_]+")
_TITLES = re.compile(
    r"(先生|女士|小姐|太太|老板娘|老板|老师|经理|主任|师傅|阿姨|叔叔|总|姐|哥|嫂|工)$|\b(mr|mrs|ms|miss|dr)\b\.?\s*"
)
_FAMILIAR = "小老阿"


class Number(NamedTuple):
    """A telephone number as it is compared. `ext` tells those behind one switchboard, or one platform number, apart."""

    digits: str
    ext: str
    mobile: bool


@dataclass(frozen=True, slots=True)
class Traits:
    """What of a customer is compared."""

    id: int
    org: bool
    name: str
    names: frozenset[str]
    readings: tuple[str, ...]
    numbers: tuple[Number, ...]
    accounts: frozenset[tuple[str, str]]
    members: frozenset[tuple[str, str]]
    birthdays: tuple[ImportantDate, ...]
    addresses: frozenset[str]
    not_same: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How likely two customers are one, and why."""

    score: int
    reasons: tuple[str, ...] = ()


class Sign(NamedTuple):
    """One thing that two customers share. `by_name`: it says something only together with the name."""

    score: int
    reason: str
    by_name: bool = False
    near: bool = False


def is_compared(customer: Customer) -> bool:
    """Whether a customer can be a duplicate at all."""
    return customer.status in (CustomerStatus.ACTIVE, CustomerStatus.ARCHIVED)


def traits_of(customer: Customer, read: Read) -> Traits:
    """What of `customer` is compared."""
    points = customer.contacts
    return Traits(
        id=customer.id,
        org=customer.kind is CustomerKind.ORG,
        name=fold(customer.name).strip(),
        names=frozenset(
            word for text in (customer.name, *customer.aliases) if (word := _SILENT.sub("", fold(text)))
        ),
        readings=read(customer),
        numbers=tuple(
            Number(point.normalized, point.ext, point.type is ContactType.MOBILE)
            for point in points
            if point.is_phone and point.normalized and point.type is not ContactType.FAX
        ),
        accounts=frozenset(
            (point.type.value, fold(point.normalized or point.value).strip())
            for point in points
            if point.type in ACCOUNTS
        ),
        members=frozenset(
            (entry.source, entry.value) for entry in customer.external_ids if entry.source != MERGED_SOURCE
        ),
        birthdays=tuple(entry for entry in customer.dates if entry.kind is DateKind.BIRTHDAY),
        addresses=frozenset(
            place
            for point in points
            if point.type is ContactType.ADDRESS and len(place := _SILENT.sub("", fold(point.value))) >= 5
        ),
        not_same=customer.not_same,
    )


def block_keys(traits: Traits) -> Iterator[str]:
    """What customers have to share at least one of to be compared with each other."""
    for number in traits.numbers:
        yield f"number {number.digits},{number.ext}"
    for kind, value in traits.accounts:
        yield f"account {kind} {value}"
    for source, value in traits.members:
        yield f"member {source} {value}"
    for reading in traits.readings:
        for number in traits.numbers:
            if not number.ext and len(number.digits) >= 7:
                # Without five digits at the end, with four: whichever slip there is, one of the two is whole.
                yield f"start {reading} {number.digits[:-5]}"
                yield f"end {reading} {number.digits[-4:]}"
        for day in traits.birthdays:
            yield f"birthday {reading} {day.calendar} {day.month} {day.day}"
        for place in traits.addresses:
            yield f"address {reading} {place}"


def marked(key: str, identity: int) -> int:
    """A key and an id as one number, small to keep and quick to sort."""
    return (hash(key) & _KEY_BITS) << _ID_BITS | identity


def pairs_of(marks: list[int]) -> set[tuple[int, int]]:
    """The pairs of ids, the smaller first, that share a key.

    Args:
        marks: see `marked`; two keys that happen to have one hash only cost a comparison.
    """
    pairs: set[tuple[int, int]] = set()
    block: list[int] = []
    last = -1
    for mark in sorted(marks):
        key = mark >> _ID_BITS
        if key != last:
            _add_pairs(pairs, block)
            block, last = [], key
        block.append(mark & _ID_MASK)
    _add_pairs(pairs, block)
    return pairs


def _add_pairs(pairs: set[tuple[int, int]], block: list[int]) -> None:
    if 1 < len(block) <= MOST_IN_BLOCK:
        pairs.update((one, other) for one, other in combinations(block, 2) if one != other)


def likeness(one: Traits, other: Traits) -> Likeness:
    """How likely `one` and `other` are the same. 0 for those of whom a person said that they are not."""
    if one.id in other.not_same or other.id in one.not_same:
        return Likeness(0)
    signs = [*_identity_signs(one, other), *_name_signs(one, other)]
    if not signs:
        return Likeness(0)
    signs.sort(key=lambda sign: sign.score, reverse=True)
    weighed = [
        (sign.score - CONTRADICTION * min(len(against), 2), against)
        for sign, against in ((sign, _against(one, other, sign)) for sign in signs)
    ]
    score, against = max(weighed, key=lambda entry: entry[0])
    if one.org != other.org:
        score -= 100
    reasons = (*dict.fromkeys(sign.reason for sign in signs), *against)
    return Likeness(max(score, 0), reasons)


def _identity_signs(one: Traits, other: Traits) -> Iterator[Sign]:
    """Numbers and accounts that both have. A number that is one only without its extension is a switchboard's."""
    for source, value in sorted(one.members & other.members):
        yield Sign(100, _("same number {value} in {source}").format(value=value, source=source))
    for kind, value in sorted(one.accounts & other.accounts):
        sentence = _("same e-mail address {value}") if kind == "email" else _("same account {value}")
        yield Sign(95, sentence.format(value=value))
    shared = {(number.digits, number.ext) for number in one.numbers} & {
        (number.digits, number.ext) for number in other.numbers
    }
    mobiles = {number.digits for number in (*one.numbers, *other.numbers) if number.mobile}
    for digits, ext in sorted(shared):
        if ext:
            reason = _("same number {number}, extension {ext}").format(number=spoken(digits), ext=ext)
            yield Sign(75, reason)
        elif digits in mobiles:
            yield Sign(95, _("same mobile {number}").format(number=spoken(digits)))
        else:
            score = 90 if one.names & other.names else 60
            yield Sign(score, _("same landline {number}").format(number=spoken(digits)))


def _name_signs(one: Traits, other: Traits) -> Iterator[Sign]:
    """What counts only with one name, or with names that sound the same."""
    written = bool(one.names & other.names)
    if not written and not set(one.readings) & set(other.readings):
        return
    name = _("same name") if written else _("names that sound the same")
    if one.addresses & other.addresses:
        yield Sign(85 if written else 70, _("{name} and same address").format(name=name), by_name=True)
    days = [(a, b) for a, b in product(one.birthdays, other.birthdays) if _one_day(a, b)]
    if days:
        certain = any(a.year and b.year for a, b in days)
        yield Sign(80 if certain else 65, _("{name} and same birthday").format(name=name), by_name=True)
    for mine, theirs in product(one.numbers, other.numbers):
        if mine.ext or theirs.ext or mine.digits == theirs.digits:
            continue
        if mine.mobile and theirs.mobile and is_slip(mine.digits, theirs.digits):
            reason = _("{name}, numbers that are nearly the same: {one}, {other}").format(
                name=name, one=spoken(mine.digits), other=spoken(theirs.digits)
            )
            yield Sign(85 if written else 75, reason, by_name=True, near=True)
        elif mine.digits[-4:] == theirs.digits[-4:]:
            reason = _("{name} and same last digits {digits}").format(name=name, digits=mine.digits[-4:])
            yield Sign(90 if written else 75, reason, by_name=True)


def _against(one: Traits, other: Traits, best: Sign) -> tuple[str, ...]:
    """What speaks against it."""
    found: list[str] = []
    if names_differ(one, other):
        found.append(_("but different names"))
    birthdays = bool(one.birthdays and other.birthdays) and not any(
        _could_be_one_day(a, b) for a, b in product(one.birthdays, other.birthdays)
    )
    if birthdays:
        found.append(_("but different birthdays"))
    mine = {number.digits for number in one.numbers if number.mobile and number.digits.startswith("+")}
    theirs = {number.digits for number in other.numbers if number.mobile and number.digits.startswith("+")}
    # Many people have two numbers: by itself that speaks only against what rests on the name.
    if mine and theirs and not mine & theirs and not best.near and (best.by_name or birthdays):
        found.append(_("but different mobiles"))
    return tuple(found)


def _one_day(one: ImportantDate, other: ImportantDate) -> bool:
    same = (one.calendar, one.month, one.day, one.leap) == (
        other.calendar,
        other.month,
        other.day,
        other.leap,
    )
    return same and (one.year is None or other.year is None or one.year == other.year)


def _could_be_one_day(one: ImportantDate, other: ImportantDate) -> bool:
    return one.calendar != other.calendar or _one_day(one, other)


def is_slip(one: str, other: str) -> bool:
    """Whether one digit differs, or two neighbours are swapped."""
    if len(one) != len(other):
        return False
    apart = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(apart) == 1:
        return True
    if len(apart) != 2 or apart[1] != apart[0] + 1:
        return False
    first, second = apart
    return one[first] == other[second] and one[second] == other[first]


def names_differ(one: Traits, other: Traits) -> bool:
    """Whether the two names can hardly be one person's: 王五 and 李四, but not 王五 and 王先生 or 王姐."""
    if not one.names or not other.names or one.names & other.names:
        return False
    if set(one.readings) & set(other.readings):
        return False
    return not any(_variant(mine, theirs) for mine, theirs in product(_forms(one), _forms(other)))


def _forms(traits: Traits) -> frozenset[str]:
    return traits.names | {traits.name}


def _variant(one: str, other: str) -> bool:
    short, long = sorted((_plain(one), _plain(other)), key=len)
    if not short:
        return False
    if " " in long or " " in short:
        return set(short.split()) <= set(long.split())
    # A surname alone stands for anybody of that surname; a longer part may stand anywhere.
    return long.startswith(short) if len(short) == 1 else short in long


def _plain(name: str) -> str:
    """A name without titles: 王先生 and 老王 are 王."""
    plain = _TITLES.sub("", name).strip()
    return plain[1:] if len(plain) == 2 and plain[0] in _FAMILIAR else plain
