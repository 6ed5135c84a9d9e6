"""What a row of purchases does to the shop.

With an order number the same order is known again by source and number; its further lines in the file are further
items of it. Without one the same row is known again by customer, time, total, note, and being the n-th such row of the
file; one that a person has corrected since is known by source, line and time.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import msgspec

from locales import _
from store.actions.customers import keyed
from store.actions.view import View
from store.errors import Refused
from store.exchange.batch import Batch
from store.exchange.owners import OwnerDraft, Owners
from store.exchange.purchase_rows import PurchaseDraft
from store.exchange.report import ImportReport
from store.records.customer import Customer, customer_number
from store.records.kinds import Channel
from store.records.purchase import Purchase, PurchaseItem

Alike = tuple[int, datetime, int, str]


class _Stored:
    """The purchases of one customer as they were before the import."""

    def __init__(self, purchases: list[Purchase]) -> None:
        self.alike = Counter((entry.customer, entry.at, entry.total, entry.note) for entry in purchases)
        self.corrected = {
            (entry.source, entry.source_row, entry.at)
            for entry in purchases
            if entry.rev > 1 and entry.source
        }


class PurchasePlan:
    """Takes the rows of a table of purchases, one after the other, under the write lock."""

    def __init__(self, view: View, report: ImportReport, policy: str) -> None:
        """Args: policy is new, update or both; report is filled in."""
        self._view = view
        self._report = report
        self._policy = policy
        self._owners = Owners(view, report.source)
        self._batch = Batch(view, Purchase)
        self._stored: dict[int, _Stored] = {}
        self._seen: Counter[Alike] = Counter()
        self._orders: dict[str, tuple[int, int]] = {}
        self._repeated: list[str] = []

    def take(self, draft: PurchaseDraft) -> None:
        """Do what the row asks for and count it."""
        if draft.problem or draft.at is None:
            self._report.refuse(draft.line, draft.problem, draft.cells)
            return
        try:
            customer = self._owners.find(draft.owner or OwnerDraft())
            if draft.order_no:
                self._order(customer, draft, draft.at)
            else:
                self._plain(customer, draft, draft.at)
        except Refused as error:
            self._report.refuse(draft.line, error.message, draft.cells)

    def finish(self) -> None:
        """After the last row: changes that came to nothing are no changes."""
        reverted = self._batch.settle()
        self._report.updated -= reverted
        self._report.unchanged += reverted
        if self._repeated:
            self._report.warnings.append(
                _(
                    "Several lines of the orders {orders} have the same amount; it was counted once for each order."
                ).format(orders=", ".join(self._repeated[:10]) + (" …" if len(self._repeated) > 10 else ""))
            )

    def _plain(self, customer: Customer, draft: PurchaseDraft, at: datetime) -> None:
        """A row without an order number."""
        stored = self._of(customer.id)
        alike = (customer.id, at, draft.total, draft.note)
        self._seen[alike] += 1
        known = self._seen[alike] <= stored.alike[alike]
        if known or (self._report.source, draft.line, at) in stored.corrected:
            self._report.unchanged += 1
        else:
            self._create(customer, draft, at)

    def _of(self, customer: int) -> _Stored:
        if customer not in self._stored:
            view = self._view
            ids = list(view.ids(Purchase, "customer", customer))
            self._stored[customer] = _Stored([view.get(Purchase, purchase) for purchase in ids])
        return self._stored[customer]

    def _order(self, customer: Customer, draft: PurchaseDraft, at: datetime) -> None:
        """A row with an order number."""
        begun = self._orders.get(draft.order_no)
        if begun is not None:
            self._further_line(customer, draft, *begun)
            return
        found = self._known_order(draft.order_no)
        if found is None:
            made = self._create(customer, draft, at)
            self._orders[draft.order_no] = (made.id, draft.total)
            return
        self._require_owner(found, customer, draft)
        self._orders[draft.order_no] = (found.id, draft.total)
        if self._policy == "new":
            self._report.unchanged += 1
            return
        changes = self._fields(draft, found, self._items(found, (), draft))
        self._change(found, found.replace(at=at, total=draft.total, **changes))

    def _further_line(
        self, customer: Customer, draft: PurchaseDraft, purchase: int, first_total: int
    ) -> None:
        """Another line of an order that began above in the file."""
        current = self._view.get(Purchase, purchase)
        self._require_owner(current, customer, draft)
        if self._policy == "new" and purchase not in self._batch.made:
            self._report.unchanged += 1
            return
        total = current.total
        if draft.total != first_total:
            total += draft.total
        elif draft.order_no not in self._repeated:
            self._repeated.append(draft.order_no)
        items = self._items(current, current.items, draft)
        changes = self._fields(draft, current, items)
        changes.pop("note", None)
        self._change(current, current.replace(total=total, **changes))

    def _known_order(self, order_no: str) -> Purchase | None:
        """The order as an import of this source made it, or as a person entered it."""
        for purchase in self._view.ids(Purchase, "order_no", order_no):
            found = self._view.get(Purchase, purchase)
            if self._report.own or found.source in ("", self._report.source):
                return found
        return None

    def _require_owner(self, purchase: Purchase, customer: Customer, draft: PurchaseDraft) -> None:
        if purchase.customer != customer.id:
            raise Refused(
                _("order {order} is {number}'s here, the row gives it to {name} ({other})").format(
                    order=draft.order_no,
                    number=customer_number(purchase.customer),
                    name=customer.shown_name,
                    other=customer.number,
                )
            )

    def _fields(
        self, draft: PurchaseDraft, old: Purchase | None, items: tuple[PurchaseItem, ...]
    ) -> dict[str, Any]:
        """The fields that the row gives; what it leaves empty stays."""
        found: dict[str, Any] = {"items": items or (old.items if old else ())}
        if draft.note:
            found["note"] = draft.note
        if draft.returned is not None:
            found["returned_amount"] = draft.returned
        if draft.channel:
            found["channel"] = Channel(draft.channel)
        if draft.staff:
            found["staff"] = draft.staff
        if draft.feedback is not None:
            found["feedback"] = draft.feedback
        return found

    def _items(
        self, old: Purchase | None, before: tuple[PurchaseItem, ...], draft: PurchaseDraft
    ) -> tuple[PurchaseItem, ...]:
        """The items with the one of the row. One that is there already keeps its key."""
        if not draft.item:
            return before
        price = draft.price if draft.price is not None else draft.total // draft.quantity
        item = PurchaseItem(name=draft.item, quantity=draft.quantity, price=price)
        taken = {entry.key for entry in before}
        original = self._batch.original(old) if old is not None else None
        for entry in original.items if original is not None else ():
            if entry.key not in taken and msgspec.structs.replace(entry, key="") == item:
                return (*before, entry)
        rev = self._batch.next_rev(old) if old is not None else 1
        return (*before, *keyed("i", rev, (*before, item))[len(before) :])

    def _create(self, customer: Customer, draft: PurchaseDraft, at: datetime) -> Purchase:
        if self._policy == "update":
            raise Refused(_("this purchase is not here, and only known ones are updated"))
        made = self._batch.create(
            Purchase(
                customer=customer.id,
                at=at,
                total=draft.total,
                order_no=draft.order_no,
                source=self._report.source,
                source_row=draft.line,
                **self._fields(draft, None, self._items(None, (), draft)),
            )
        )
        self._report.new += 1
        return made

    def _change(self, old: Purchase, new: Purchase) -> None:
        if self._batch.update(old, new):
            self._report.updated += 1
        else:
            self._report.unchanged += 1
