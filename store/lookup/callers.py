"""Who calls: the number that a telephone hands over, and the customers it may belong to.

Telephone systems spell a number in their own ways (`sip:8613800138000@10.0.0.1`, `"Wang" <+86…>`, `013800138000`,
a local number without its area, a direct line behind a switchboard) and say in words that it is withheld.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from locales import _
from store.errors import Refused
from store.lookup.phones import parse_phones, search_digits
from store.records.customer import ContactPoint, Customer
from store.records.kinds import CustomerKind, CustomerStatus

How = Literal["phone", "switchboard"]

WITHHELD: Final = frozenset(
    {
        "", "-", "0", "anonymous", "unknown", "private", "withheld", "restricted", "unavailable", "blocked",
        "no number", "none", "null", "nobody", "s", "p", "o", "隐藏", "隐藏号码", "未知", "未知号码", "匿名",
        "私人号码", "无号码", "不显示",
    }
)  # fmt: skip
"""What telephone systems say where a caller does not show their number."""

LONGEST: Final = 64
STEM_CUT: Final = 3
"""So many last digits of a company's number may differ on its other lines."""
STEM_CUT_ABROAD: Final = 2
"""The same in other countries, where no area or length tells a company's lines from those of its neighbours."""
LOCAL_FROM: Final = 7
"""The digits of the shortest local number that is a whole one."""

_ADDRESS = re.compile(r"(?:sips?|tel):([^@;>]*)", re.IGNORECASE)
_MOBILE = re.compile(r"(?:\+86)?1[3-9]\d|\+447[1-9]", re.ASCII)
"""How mobile numbers begin, where that can be told."""
_IN_BRACKETS = re.compile(r"<([^<>]*)>")


@dataclass(frozen=True, slots=True)
class Caller:
    """The number of a caller.

    Attributes:
        shown: as it was handed over, without what is no part of a number; empty where it is withheld.
        number: E.164 where it can be, else its digits; empty where it is withheld.
        ext: the extension it came with.
        country: for a number that lacks its area, how those of the shop's country begin ("+1"); empty in China.
    """

    shown: str
    number: str
    ext: str = ""
    country: str = ""

    @property
    def withheld(self) -> bool:
        """Whether the caller does not show their number."""
        return not self.number


def read_caller(text: str, region: str) -> Caller:
    """The number in what a telephone system hands over.

    Raises:
        Refused: there is no number in it, and it does not say that there is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip().strip("\"'").strip()
    for pattern in (_IN_BRACKETS, _ADDRESS):
        found = pattern.search(plain)
        plain = found[1].strip() if found else plain
    if plain.casefold() in WITHHELD:
        return Caller("", "")
    phones = parse_phones(plain, region) if len(plain) <= LONGEST else []
    if len(phones) == 1 and phones[0].valid:
        return Caller(plain, phones[0].normalized, phones[0].ext or "")
    digits = "".join(sign for sign in plain if "0" <= sign <= "9")
    if len(plain) > LONGEST or len(digits) < 2 or any(sign.isalpha() for sign in plain):
        raise Refused(
            _('"{text}" is no telephone number.').format(text=plain[:LONGEST]), number=plain[:LONGEST]
        )
    # An inner line of the house, a number that lost digits on the way: shown as it came.
    return Caller(plain, digits, country=_own_country(digits, region))


def _own_country(digits: str, region: str) -> str:
    """How numbers of the shop's country begin, where `digits` may be one without its area."""
    if region == "CN" or not _is_local(digits):
        return ""
    import phonenumbers

    return f"+{phonenumbers.country_code_for_region(region)}"


def _is_local(digits: str) -> bool:
    return LOCAL_FROM <= len(digits) <= LOCAL_FROM + 1 and not digits.startswith(("0", "1"))


def needles(caller: Caller) -> tuple[str, ...]:
    """Digits of which one stands in every number that `known` may take for the caller's, as numbers are stored."""
    digits = "".join(sign for sign in caller.number if sign.isdigit())
    if len(digits) < LOCAL_FROM:
        return (digits,) if digits else ()
    found = [digits[-LOCAL_FROM:]]
    if _has_stem(caller):
        found.append(digits[: -_stem_cut(caller)][-LOCAL_FROM:])
    return tuple(found)


def known(caller: Caller, customers: Iterable[Customer]) -> list[tuple[Customer, How]]:
    """Those of `customers` who may be calling, the surest first.

    By the very number; else by a local number that lacks its area on one of the two sides; else companies, and people
    with an extension, whose number differs in its last digits only, as the lines behind a switchboard do.
    """
    people = [one for one in customers if one.status in (CustomerStatus.ACTIVE, CustomerStatus.ARCHIVED)]
    for same in (_exact, _local):
        found = [(one, ext) for one in people if (ext := same(caller, one)) is not None]
        if found:
            found.sort(
                key=lambda pair: (pair[0].status is not CustomerStatus.ACTIVE, not pair[1], pair[0].id)
            )
            return [(one, "phone") for one, _ext in found]
    if not _has_stem(caller):
        return []
    stems = [(_stem(caller, one), one) for one in people]
    longest = max((length for length, _one in stems), default=0)
    return [(one, "switchboard") for length, one in stems if length and length == longest]


def _numbers(customer: Customer) -> list[ContactPoint]:
    """The numbers that are still theirs."""
    return [point for point in customer.contacts if point.is_phone and point.invalid_since is None]


def _exact(caller: Caller, customer: Customer) -> bool | None:
    """Whether the extension is the same, too; None where the number is another one."""
    points = [point for point in _numbers(customer) if point.normalized == caller.number]
    return any(point.ext == caller.ext for point in points) if points else None


def _local(caller: Caller, customer: Customer) -> bool | None:
    """The same, where one of the two numbers is written without its area."""
    mine = search_digits(caller.number)
    for point in _numbers(customer):
        theirs = search_digits(point.normalized)
        short, long = sorted((mine, theirs), key=len)
        in_china = long.startswith("0") and len(long) > len(short)
        at_home = bool(caller.country) and long != mine and point.normalized.startswith(caller.country)
        if _is_local(short) and (in_china or at_home) and long.endswith(short):
            return point.ext == caller.ext
    return None


def _has_stem(caller: Caller) -> bool:
    """Whether the number can be one of several lines of a company: no mobile number has such neighbours."""
    digits = search_digits(caller.number)
    return len(digits) > LOCAL_FROM - 1 and not _MOBILE.match(caller.number)


def _stem_cut(caller: Caller) -> int:
    """How many of the last digits may differ."""
    is_abroad = caller.number.startswith("+") and not caller.number.startswith("+86")
    return STEM_CUT_ABROAD if is_abroad else STEM_CUT


def _stem(caller: Caller, customer: Customer) -> int:
    """How many leading digits the caller's number has in common with a line of the customer's; 0 for too few.

    Only a company has several lines: a number counts of one who has a company, or where it has an extension.
    """
    mine, best = search_digits(caller.number), 0
    has_company = customer.kind is CustomerKind.ORG or bool(customer.company)
    for point in _numbers(customer):
        if not (has_company or point.ext) or _MOBILE.match(point.normalized):
            continue
        theirs = search_digits(point.normalized)
        if len(theirs) != len(mine):
            continue
        common = next((at for at, pair in enumerate(zip(mine, theirs, strict=True)) if pair[0] != pair[1]), 0)
        if common >= len(mine) - _stem_cut(caller):
            best = max(best, common)
    return best
