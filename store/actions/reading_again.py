"""The shop's country has changed: telephone numbers written without a country are read anew, as they were written."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Any

import msgspec

from locales import _, ngettext
from store.actions.change import Change
from store.lookup.phones import Phone, parse_phones
from store.records.base import decode
from store.records.customer import ContactPoint, Customer
from store.records.kinds import ContactType


@dataclass(frozen=True)
class NumbersRead:
    """What became of the numbers.

    Attributes:
        changed: so many are other numbers now.
        left: so many stay as they were read before, for they are no numbers of the new country.
    """

    country: str
    changed: int
    left: int

    def sentences(self) -> tuple[str, ...]:
        """What is to be told."""
        found = ngettext(
            "{count} telephone number was read anew, as one of {country}.",
            "{count} telephone numbers were read anew, as those of {country}.",
            self.changed,
        ).format(count=self.changed, country=self.country)
        if not self.left:
            return (found,)
        left = _("{count} stay as they were: they are no numbers of {country}.")
        return found, left.format(count=self.left, country=self.country)


def read_numbers_again(change: Change, old: str, new: str) -> NumbersRead:
    """Read every number that was written without a country as one of the country `new`, and no longer of `old`.

    Numbers written with a plus never change; what is no number of the new country stays as it was read.
    """
    changed = left = 0
    for customer_id, raw in change.view.database.all_raw(Customer.table):
        customer = decode(Customer, customer_id, raw)
        points = [_read_again(point, old, new) for point in customer.contacts]
        left += sum(point is None for point in points)
        contacts = tuple(point or was for point, was in zip(points, customer.contacts, strict=True))
        if contacts != customer.contacts:
            changed += sum(one != other for one, other in zip(contacts, customer.contacts, strict=True))
            items: list[dict[str, Any]] = [msgspec.to_builtins(point) for point in contacts]
            change.amend(Customer.table, customer_id, contacts=items)
    return NumbersRead(new, changed, left)


def _read_again(point: ContactPoint, old: str, new: str) -> ContactPoint | None:
    """The contact point as a number of the country `new`; None where it is no number there."""
    if not point.is_phone or "+" in unicodedata.normalize("NFKC", point.value):
        return point
    now = _number(point.value, new)
    if now is None:
        return None if point.normalized else point
    before = _number(point.value, old)
    # A type that a person chose stays; one that was read from the number is read again.
    is_read = before is not None and point.type is _type_of(before)
    return msgspec.structs.replace(
        point,
        normalized=now.normalized,
        ext=point.ext or now.ext or "",
        type=_type_of(now) if is_read else point.type,
    )


def _number(text: str, region: str) -> Phone | None:
    phones = parse_phones(text, region)
    return phones[0] if len(phones) == 1 and phones[0].valid else None


def _type_of(phone: Phone) -> ContactType:
    return ContactType(phone.kind) if phone.kind in ("mobile", "virtual") else ContactType.LANDLINE
