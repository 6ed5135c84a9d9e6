"""The JSON shapes of records. Fields may be added to them, never taken away or renamed."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from store.records.customer import Customer, customer_number
from store.records.money import to_json as money_json
from store.records.ticket import Ticket, ticket_number

if TYPE_CHECKING:
    from store.history import HistoryEntry
    from store.records.base import Record
    from store.records.follow_up import FollowUp
    from store.records.purchase import Purchase
    from store.rules.card import CardLine
    from store.rules.customer_file import CustomerFile
    from store.shop import Done

MONEY = {
    "purchases": frozenset({"total", "returned_amount", "price"}),
    "tickets": frozenset({"amount", "cost_goods", "cost_cash"}),
}
"""Fields that are amounts, in a record or in its items."""


def plain(value: Any, currency: str = "", amounts: frozenset[str] = frozenset()) -> Any:
    """`value` as JSON holds it: every field of a record and of its items, those at their default too.

    Fields named in `amounts` become money objects of `currency`.
    """
    if isinstance(value, msgspec.Struct):
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        return {
            name: money_json(field, currency) if name in amounts else plain(field, currency, amounts)
            for name, field in fields.items()
        }
    if isinstance(value, tuple | list):
        return [plain(item, currency, amounts) for item in value]
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, datetime):
        return moment(value)
    return value.isoformat() if isinstance(value, date) else value


def moment(value: datetime | None) -> str | None:
    """A time as UTC ISO 8601 ending in Z."""
    if value is None:
        return None
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def record_json(record: Record, currency: str) -> dict[str, Any]:
    """All fields of a record."""
    fields: dict[str, Any] = plain(record, currency, MONEY.get(record.table, frozenset()))
    return fields


def customer_json(customer: Customer) -> dict[str, Any]:
    """All fields of a customer, with their number and telephone numbers."""
    fields = record_json(customer, "")
    return {"id": fields.pop("id"), "number": customer.number, **fields, "phones": list(customer.phones)}


def customer_ref(customer: Customer) -> dict[str, Any]:
    """Enough of a customer to tell who it is."""
    return {"id": customer.id, "number": customer.number, "name": customer.shown_name}


def _hanging(record: Record, customer: Customer, currency: str) -> dict[str, Any]:
    """A record that hangs on a customer: all fields, the customer as an object."""
    return {**record_json(record, currency), "customer": customer_ref(customer)}


def ticket_json(ticket: Ticket, customer: Customer, reasons: Iterable[str], currency: str) -> dict[str, Any]:
    """A ticket of a list: all fields, its number, the deadline (None where nobody set one), and why it is there."""
    return {
        **_hanging(ticket, customer, currency),
        "number": ticket.number,
        "due": ticket.external_due.isoformat() if ticket.external_due else None,
        "is_open": ticket.is_open,
        "reasons": list(reasons),
    }


def follow_up_json(entry: FollowUp, customer: Customer, reasons: Iterable[str]) -> dict[str, Any]:
    """A follow-up of a list: all fields, whether it is for a whole day, and why it is there."""
    return {**_hanging(entry, customer, ""), "all_day": entry.all_day, "reasons": list(reasons)}


def purchase_json(purchase: Purchase, customer: Customer, currency: str) -> dict[str, Any]:
    """A purchase: all fields, and what was paid and not given back."""
    return {**_hanging(purchase, customer, currency), "net": money_json(purchase.net, currency)}


def purchases_json(file: CustomerFile, currency: str) -> dict[str, Any]:
    """What a customer bought: how often, for how much, when last, and the newest purchases."""
    last = file.last_purchase
    return {
        "count": file.purchase_count,
        "total": money_json(file.purchase_total, currency),
        "last_at": moment(last.at) if last else None,
        "rows": [purchase_json(purchase, file.customer, currency) for purchase in file.purchases],
    }


def interactions_json(file: CustomerFile) -> list[dict[str, Any]]:
    """The newest contacts of a customer."""
    return [_hanging(entry, file.customer, "") for entry in file.interactions]


def card_line_json(line: CardLine) -> dict[str, Any]:
    """One line of the call card."""
    ref = {"table": line.ref.table, "id": line.ref.id} if line.ref else None
    return {
        "kind": line.kind,
        "text": line.text,
        "reasons": list(line.reasons),
        "ref": ref,
        "urgent": line.urgent,
    }


def ref_json(table: str, record_id: int) -> dict[str, Any]:
    """A record by table and id, with its number where it has one."""
    found: dict[str, Any] = {"table": table, "id": record_id}
    if table == "customers":
        found["number"] = customer_number(record_id)
    elif table == "tickets":
        found["number"] = ticket_number(record_id)
    return found


def done_json(done: Done) -> dict[str, Any]:
    """What an action did. `changed` lists all records it touched, `created` those of them that are new.

    `similar` are customers who are probably the one that was saved.
    """
    from store.actions.likely import likely_in

    touched = dict.fromkeys((*done.created, *done.changed))
    return {
        "action": done.action,
        "kind": done.kind,
        "changed": [ref_json(ref.table, ref.id) for ref in touched],
        "created": [ref_json(ref.table, ref.id) for ref in done.created],
        "similar": [entry.json() for entry in likely_in(done.report)],
        "left": [
            {**ref_json(left.table, left.id), "unit": left.unit, "reason": left.reason} for left in done.left
        ],
    }


def history_json(entry: HistoryEntry) -> dict[str, Any]:
    """One action of the history with every unit it changed."""
    return {
        "action": entry.action,
        "kind": entry.kind,
        "title": entry.title,
        "by": entry.by,
        "at": moment(entry.at),
        "origin": entry.origin,
        "undone_by": entry.undone_by,
        "undoes": entry.undoes,
        "changes": [
            {
                "table": change.table,
                "id": change.id,
                "field": change.field,
                "before": change.before,
                "after": change.after,
            }
            for change in entry.changes
        ],
    }
