"""Whose purchase or ticket a row is: by number in another system, by telephone number, never by name."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from locales import _
from store.actions.view import View
from store.errors import Refused
from store.exchange.headers import Column, Heading
from store.exchange.known import KnownCustomers, point_key
from store.exchange.safe_cells import restored
from store.lookup.phones import parse_phones
from store.records.customer import ContactPoint, Customer
from store.records.kinds import ContactType
from store.text import clean_text, fold


class OwnerDraft(msgspec.Struct, gc=False, omit_defaults=True):
    """What a row says about its customer."""

    number: int = 0
    name: str = ""
    ids: tuple[tuple[str, str], ...] = ()
    phones: tuple[ContactPoint, ...] = ()


class OwnerColumns:
    """Reads the columns that say whose a row is."""

    def __init__(self, heading: Heading, region: str) -> None:
        """Args: region is the country of numbers without one."""
        self._own = heading.own
        self._region = region
        self._ids = heading.of("id")
        self._phones = heading.of("phone")
        self._names = heading.of("name")
        self._given, self._family = heading.of("given"), heading.of("family")
        self._numbers = heading.of("number")

    @property
    def any(self) -> bool:
        """Whether some column can say whose a row is."""
        return bool(self._ids or self._phones or self._numbers)

    def read(self, cells: Sequence[str]) -> OwnerDraft:
        """What the row says."""
        ids = tuple((column.hint, text.lstrip("'")) for column in self._ids if (text := cell(cells, column)))
        phones = tuple(
            ContactPoint(
                type=ContactType.MOBILE,
                value=phone.raw.strip(),
                normalized=phone.normalized,
                ext=phone.ext or "",
            )
            for column in self._phones
            if (text := cell(cells, column))
            for phone in parse_phones(text, self._region)
        )
        name = next((text for column in self._names if (text := cell(cells, column))), "")
        if not name:
            parts = (cell(cells, column) for column in (*self._given, *self._family))
            name = " ".join(part for part in parts if part)
        number = next((text for column in self._numbers if (text := cell(cells, column))), "")
        known = int(number[1:]) if re.fullmatch(r"C\d{6,17}", number) else 0
        return OwnerDraft(known, name, ids, phones)


def cell(cells: Sequence[str], column: Column, *, exact: bool = False) -> str:
    """The text of a row in that column."""
    text = clean_text(restored(cells[column.index])) if column.index < len(cells) else ""
    return text if exact else text.strip()


class Owners:
    """Finds the customer of a row."""

    def __init__(self, view: View, source: str) -> None:
        """Args: source is the other system whose numbers the rows have."""
        self._view = view
        self._source = source
        self._known = KnownCustomers(view.database)

    def find(self, draft: OwnerDraft) -> Customer:
        """The customer whose row it is.

        Raises:
            Refused: nobody, or more than one, has that number; or what the row says of them contradicts itself.
        """
        by_phone = [self._view.get(Customer, owner) for owner in self._known.by_phones(draft.phones)]
        for source, value in draft.ids:
            found = self._known.by_id(source or self._source, value)
            if found is not None:
                return self._agreeing(self._view.get(Customer, found), draft, value, by_phone)
        own = self._own(draft)
        if own is not None:
            return own
        if len(by_phone) > 1:
            by_phone = [customer for customer in by_phone if same_name(customer, draft.name)] or by_phone
        if len(by_phone) == 1:
            return by_phone[0]
        raise Refused(self._why(draft, by_phone))

    def _own(self, draft: OwnerDraft) -> Customer | None:
        """The customer of our own number, where the name says the same."""
        if not draft.number or self._view.database.raw(Customer.table, draft.number) is None:
            return None
        customer = self._view.get(Customer, draft.number)
        return customer if same_name(customer, draft.name) or same_phone(customer, draft.phones) else None

    def _agreeing(
        self, customer: Customer, draft: OwnerDraft, value: str, by_phone: list[Customer]
    ) -> Customer:
        other = next((owner for owner in by_phone if owner.id != customer.id), None)
        contradicted = other is not None and customer not in by_phone and not same_name(customer, draft.name)
        if agrees(customer, draft.name, draft.phones) and not contradicted:
            return customer
        if other is not None:
            raise Refused(
                _(
                    "number {value} is {name} ({number}), but the telephone number belongs to {other} ({other_number})"
                ).format(
                    value=value,
                    name=customer.shown_name,
                    number=customer.number,
                    other=other.shown_name,
                    other_number=other.number,
                )
            )
        raise Refused(other_person(customer, value))

    def _why(self, draft: OwnerDraft, by_phone: list[Customer]) -> str:
        if by_phone:
            names = ", ".join(f"{customer.shown_name} ({customer.number})" for customer in by_phone[:5])
            return _("several customers have the telephone number {phone}: {names}").format(
                phone=draft.phones[0].value, names=names
            )
        if draft.ids:
            source, value = draft.ids[0]
            reason = _("no customer has the number {value} in {source}").format(
                value=value, source=source or self._source
            )
            others = self._known.sources_of(value)
            if others:
                reason += _(" (somebody has it in {sources}: give --source if that is meant)").format(
                    sources=", ".join(others)
                )
            return reason
        if draft.phones:
            return _("no customer has the telephone number {phone}").format(phone=draft.phones[0].value)
        return _("the row names its customer neither by number nor by telephone number")


def other_person(customer: Customer, value: str) -> str:
    """The reason why a number elsewhere is not believed."""
    sentence = _("number {value} is {name} ({number}) here, with another name and another telephone number")
    return sentence.format(value=value, name=customer.shown_name, number=customer.number)


def agrees(customer: Customer, name: str, points: Sequence[ContactPoint]) -> bool:
    """Whether a row with a customer's number elsewhere can be about them: its name or telephone number is theirs."""
    if not name or not customer.name or same_name(customer, name):
        return True
    return same_phone(customer, points)


def same_name(customer: Customer, name: str) -> bool:
    """Whether the customer goes by that name, however it is spaced and written."""
    wanted = _folded(name)
    return bool(wanted) and any(_folded(known) == wanted for known in (customer.name, *customer.aliases))


def same_phone(customer: Customer, points: Sequence[ContactPoint]) -> bool:
    """Whether one of the telephone numbers is the customer's."""
    have = phone_keys(customer)
    return any(point_key(point) in have for point in points if point.is_phone)


def phone_keys(customer: Customer) -> set[tuple[str, str]]:
    """The customer's telephone numbers as they are compared."""
    return {point_key(point) for point in customer.contacts if point.is_phone}


def _folded(name: str) -> str:
    return fold(name).replace(" ", "")
