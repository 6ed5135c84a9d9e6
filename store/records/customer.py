"""The customer: who it is, how to reach them, what to know before speaking."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, ClassVar

from locales import _
from store.phone_text import with_extension
from store.records import checks
from store.records.base import Item, Record
from store.records.kinds import (
    PHONE_TYPES,
    Calendar,
    ContactLabel,
    ContactType,
    CustomerKind,
    CustomerStatus,
    DateKind,
    Gender,
    Source,
    Temperament,
)

MERGED_SOURCE = "merged"
"""The source of the number that a customer had before the merge: `C000007` still finds who it became."""


class ContactPoint(Item, frozen=True, kw_only=True, omit_defaults=True):
    """One way to reach a customer. `normalized` is E.164 for telephone numbers where they can be."""

    type: ContactType = ContactType.MOBILE
    value: str = ""
    normalized: str = ""
    ext: str = ""
    label: ContactLabel = ContactLabel.SELF
    expires_on: date | None = None
    invalid_since: date | None = None
    note: str = ""

    @property
    def is_phone(self) -> bool:
        """Whether the value is a telephone number."""
        return self.type in PHONE_TYPES

    @property
    def shown_number(self) -> str:
        """The number with its extension, for `store.phone_text.spoken`; as it was written where it is not read."""
        return with_extension(self.normalized, self.ext) if self.normalized else self.value


class ImportantDate(Item, frozen=True, kw_only=True, omit_defaults=True):
    """A date to remember, in its own calendar; the year may be unknown."""

    kind: DateKind = DateKind.BIRTHDAY
    calendar: Calendar = Calendar.SOLAR
    year: int | None = None
    month: int = 1
    day: int = 1
    leap: bool = False
    label: str = ""

    def problem(self) -> str | None:
        """Why this is no date of its calendar, or nothing."""
        if not 1 <= self.month <= 12:
            return _("has no month {month}").format(month=self.month)
        if self.calendar is Calendar.LUNAR:
            last = 30
        else:
            # Without a year the 29th of February may be meant.
            last = calendar.monthrange(self.year or 2000, self.month)[1] if (self.year or 1) > 0 else 31
        if not 1 <= self.day <= last:
            return _("has no day {day} in that month").format(day=self.day)
        if self.year is not None and not 1850 <= self.year <= 2200:
            return _("has no believable year")
        return None


class ExternalId(Item, frozen=True, kw_only=True, omit_defaults=True):
    """The customer's number in another system (`source`), such as the member sheet it was imported from."""

    source: str = ""
    value: str = ""


class Fact(Item, frozen=True, kw_only=True, omit_defaults=True):
    """Something known about the customer that has no field of its own, with where it was learned and when."""

    name: str = ""
    value: str = ""
    source: str = ""
    as_of: date | None = None


class Customer(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A customer. `number` derives from the id.

    `not_same` are the ids of customers of whom a person said that they are somebody else, though they look alike; it
    stands in both files. `merged_into` is the id of the customer that this one turned out to be.
    """

    table: ClassVar[str] = "customers"

    kind: CustomerKind = CustomerKind.PERSON
    name: str = ""
    reading: str = ""
    call_as: str = ""
    aliases: tuple[str, ...] = ()
    contacts: tuple[ContactPoint, ...] = ()
    dates: tuple[ImportantDate, ...] = ()
    gender: Gender = Gender.UNKNOWN
    occupation: str = ""
    company: str = ""
    source: Source = Source.UNKNOWN
    referrer: int | None = None
    external_ids: tuple[ExternalId, ...] = ()
    owner: str = ""
    tags: tuple[str, ...] = ()
    usual_order: str = ""
    red_note: str = ""
    temperament: Temperament = Temperament.UNKNOWN
    note: str = ""
    facts: tuple[Fact, ...] = ()
    status: CustomerStatus = CustomerStatus.ACTIVE
    merged_into: int | None = None
    not_same: tuple[int, ...] = ()

    @property
    def number(self) -> str:
        """The number a person reads out: C000123; nothing for one who is not in the file."""
        return customer_number(self.id) if self.id else ""

    @property
    def phones(self) -> tuple[str, ...]:
        """Telephone numbers, normalised, in the order of the file; those that are no longer valid come last."""
        return tuple(point.normalized or point.value for point in self.phone_points)

    @property
    def shown_phones(self) -> tuple[str, ...]:
        """`phones`, each with its extension (`store.phone_text.with_extension`)."""
        return tuple(point.shown_number for point in self.phone_points)

    @property
    def phone_points(self) -> tuple[ContactPoint, ...]:
        """The contact points behind `phones`."""
        points = (point for point in self.contacts if point.is_phone)
        return tuple(sorted(points, key=lambda point: point.invalid_since is not None))

    @property
    def shown_name(self) -> str:
        """The name, or what stands for it: company, first contact point, number."""
        if self.name:
            return self.name
        first = self.contacts[0].value if self.contacts else ""
        return self.company or first or self.number

    def problems(self) -> dict[str, str]:
        """See `Record.problems`. A customer needs a name, a company or one way to be reached."""
        found = checks.gather(
            name=checks.line(self.name, checks.NAME_LENGTH),
            call_as=checks.line(self.call_as, checks.NAME_LENGTH),
            reading=checks.line(self.reading, checks.NAME_LENGTH),
            company=checks.line(self.company, checks.NAME_LENGTH),
            occupation=checks.line(self.occupation),
            owner=checks.line(self.owner, checks.NAME_LENGTH),
            usual_order=checks.line(self.usual_order, checks.TEXT_LENGTH),
            red_note=checks.line(self.red_note, checks.TEXT_LENGTH),
            note=checks.line(self.note, checks.TEXT_LENGTH),
            tags=_first(checks.required(tag) for tag in self.tags),
            aliases=_first(checks.required(alias) for alias in self.aliases),
            contacts=_first(checks.required(point.value, checks.TEXT_LENGTH) for point in self.contacts),
            dates=_first(entry.problem() for entry in self.dates),
            external_ids=_first(
                checks.required(entry.source) or checks.required(entry.value) for entry in self.external_ids
            ),
            facts=_first(checks.required(fact.name) for fact in self.facts),
            referrer=_("a customer cannot be their own referrer")
            if self.referrer is not None and self.referrer == self.id
            else None,
        )
        if not (self.name.strip() or self.company.strip() or self.contacts):
            found["name"] = _("must not be empty")
        return found


def _first(findings: Iterable[str | None]) -> str | None:
    """The first finding that is not empty."""
    return next((finding for finding in findings if finding), None)


def customer_number(customer_id: int) -> str:
    """C000123 for id 123."""
    return f"C{customer_id:06d}"


def named_customer(text: str) -> int | None:
    """The id in "C000012" or "id:12"; None when `text` is something else."""
    exact = re.fullmatch(r"\s*(?:[Cc]|id:)0*(\d{1,18})\s*", text)
    return int(exact.group(1)) if exact else None


def standing(customer_id: int, document: Callable[[str, int], dict[str, Any]]) -> int:
    """Follow `merged_into` from `customer_id` to the end, by what `document(table, id)` gives."""
    seen = {customer_id}
    while (
        isinstance(into := document(Customer.table, customer_id).get("merged_into"), int) and into not in seen
    ):
        seen.add(into)
        customer_id = into
    return customer_id
