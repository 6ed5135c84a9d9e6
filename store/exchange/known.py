"""Who is in the shop already, as far as an import has to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import msgspec

from store.engine import Database
from store.records.customer import ContactPoint, Customer, ExternalId
from store.records.kinds import PHONE_TYPES, ContactType, CustomerStatus
from store.text import fold

SHARED_TYPES = frozenset({ContactType.ADDRESS, ContactType.OTHER, ContactType.WEBSITE})
"""Contact points that say nothing about who somebody is."""


class _Known(msgspec.Struct, gc=False):
    """The part of a customer's document that the maps are made of."""

    name: str = ""
    contacts: tuple[ContactPoint, ...] = ()
    external_ids: tuple[ExternalId, ...] = ()
    status: CustomerStatus = CustomerStatus.ACTIVE
    merged_into: int | None = None


class KnownCustomers:
    """Maps from what a row says to the ids of customers. Names alone lead nowhere, except `nameless_twins`."""

    def __init__(self, database: Database) -> None:
        """Args: database is read once, from beginning to end."""
        self._ids: dict[tuple[str, str], int] = {}
        self._points: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._bare: defaultdict[str, list[int]] = defaultdict(list)
        self._merged: dict[int, int] = {}
        read = msgspec.json.Decoder(_Known).decode
        for customer_id, raw in database.all_raw(Customer.table):
            known = read(raw)
            if known.status is CustomerStatus.MERGED and known.merged_into is not None:
                self._merged[customer_id] = known.merged_into
            if known.status is not CustomerStatus.ERASED:
                self._add(customer_id, known.name, known.contacts, known.external_ids)

    def add(self, customer: Customer) -> None:
        """Take in a customer as it is now."""
        self._add(customer.id, customer.name, customer.contacts, customer.external_ids)

    def by_id(self, source: str, value: str) -> int | None:
        """The customer who has that number in another system."""
        found = self._ids.get((source, value))
        return None if found is None else self._owner(found)

    def sources_of(self, value: str) -> list[str]:
        """Other systems in which somebody has that number."""
        return sorted({source for source, known in self._ids if known == value})

    def by_phones(self, points: Iterable[ContactPoint]) -> list[int]:
        """Customers who have one of these telephone numbers, in the order of the numbers."""
        return self._by_points(point for point in points if point.type in PHONE_TYPES)

    def by_accounts(self, points: Iterable[ContactPoint]) -> list[int]:
        """Customers who have one of these e-mail addresses or accounts."""
        return self._by_points(
            point
            for point in points
            if point.type not in PHONE_TYPES and point.type is not ContactType.ADDRESS
        )

    def bare(self, name: str) -> list[int]:
        """Customers of that name of whom no telephone number and no number elsewhere is known."""
        return self._bare.get(fold(name).strip(), [])

    def _by_points(self, points: Iterable[ContactPoint]) -> list[int]:
        found: dict[int, None] = {}
        for point in points:
            for customer_id in self._points.get(point_key(point), ()):
                found[self._owner(customer_id)] = None
        return list(found)

    def _add(
        self,
        customer_id: int,
        name: str,
        contacts: Iterable[ContactPoint],
        external_ids: Iterable[ExternalId],
    ) -> None:
        identified = False
        for entry in external_ids:
            self._ids.setdefault((entry.source, entry.value), customer_id)
            identified = True
        for point in contacts:
            if point.type in SHARED_TYPES:
                continue
            owners = self._points[point_key(point)]
            if customer_id not in owners:
                owners.append(customer_id)
            identified = identified or point.type in PHONE_TYPES
        if not identified and name:
            bare = self._bare[fold(name).strip()]
            if customer_id not in bare:
                bare.append(customer_id)

    def _owner(self, customer_id: int) -> int:
        """The customer into whom this one was merged, if it was."""
        seen = set()
        while customer_id in self._merged and customer_id not in seen:
            seen.add(customer_id)
            customer_id = self._merged[customer_id]
        return customer_id


def point_key(point: ContactPoint) -> tuple[str, str]:
    """What two contact points share when they are the same. A virtual number is one only with its extension."""
    if point.type in PHONE_TYPES:
        number = point.normalized or "".join(filter(str.isdigit, point.value)) or point.value
        return "phone", f"{number},{point.ext}" if point.ext else number
    return point.type.value, point.normalized or point.value
