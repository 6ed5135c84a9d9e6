"""What an action may look at: the shop's records as they stand, who acts, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from locales import _
from store.engine import Database, Transaction, codec
from store.engine.diff import apply
from store.errors import NotFound, Refused
from store.lookup.index import LookupIndex
from store.records.base import Record, decode
from store.records.customer import Customer, customer_number, standing
from store.records.field_words import table_label
from store.records.kinds import CustomerStatus
from store.records.setting import Settings
from store.records.ticket import Ticket, ticket_number

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class View:
    """A reading view of the shop for one action, taken under the write lock.

    Attributes:
        by: the login of who acts.
        now: the moment of the action, UTC.
        index: the look-up index as of this moment, or None where it would have to be made first.
    """

    database: Database
    transaction: Transaction
    by: str
    now: datetime
    settings: Settings
    index: Callable[[], LookupIndex | None] = lambda: None

    @property
    def today(self) -> date:
        """The shop's day."""
        return self.now.astimezone(self.settings.zone).date()

    def get(self, kind: type[R], record_id: int) -> R:
        """The record of that kind and id.

        Raises:
            NotFound: there is none.
        """
        raw = self.database.raw(kind.table, record_id)
        if raw is None:
            raise NotFound(
                _("There is no {what} {number}.").format(
                    what=table_label(kind.table), number=number_of(kind, record_id)
                ),
                table=kind.table,
                id=record_id,
            )
        return decode(kind, record_id, raw)

    def standing(self, customer_id: int) -> int:
        """The id of the customer who is meant by `customer_id`: whom it was merged into, where it was.

        Raises:
            NotFound: there is no such customer.
            Refused: the customer was erased: nothing is noted about them any more.
        """
        self.get(Customer, customer_id)
        found = standing(customer_id, self.document)
        if self.document(Customer.table, found).get("status") == CustomerStatus.ERASED.value:
            raise Refused(_("{number} was erased.").format(number=customer_number(found)), customer=found)
        return found

    def next_id(self, table: str) -> int:
        """An id of `table` that was never given before."""
        return self.transaction.next_id(table)

    def document(self, table: str, record_id: int) -> dict[str, Any]:
        """The stored document; empty when there is none."""
        raw = self.database.raw(table, record_id)
        return {} if raw is None else codec.decode(raw)

    def ids(self, kind: type[Record], field: str, value: object) -> Sequence[int]:
        """Ids of the records whose `field` is `value`, ascending."""
        return self.database.ids(kind.table, field, value)

    def document_at(self, kind: type[Record], record_id: int, rev: int) -> dict[str, Any]:
        """The document as it was when its `rev` was `rev`, worked out backwards from the journal.

        Raises:
            NotFound: the record never had that rev.
        """
        document = self.document(kind.table, record_id)
        if document.get("rev", 0) > rev:
            for commit in self.database.commits():
                for change in reversed(commit.changes):
                    if (change.table, change.id) == (kind.table, record_id) and document.get("rev", 0) > rev:
                        document = apply(document, change.after or {}, change.before or {})
                if document.get("rev", 0) <= rev:
                    break
        if document.get("rev", 0) != rev:
            raise NotFound(
                _("{number} has no version {rev}.").format(number=number_of(kind, record_id), rev=rev)
            )
        return document


def number_of(kind: type[Record], record_id: int) -> str:
    """What a person calls the record: C000012, T000045, or the bare id."""
    if kind is Customer:
        return customer_number(record_id)
    if kind is Ticket:
        return ticket_number(record_id)
    return str(record_id)
