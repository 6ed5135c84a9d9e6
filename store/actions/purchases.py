"""What a person does with purchases: enter, correct, take back."""

from __future__ import annotations

from typing import Any, TypedDict, Unpack

from store.actions.change import Change, edited
from store.actions.customers import keyed
from store.actions.fields import CustomerId, Line, Moment, Money, PurchaseId
from store.actions.view import View
from store.records.kinds import Channel
from store.records.purchase import Purchase, PurchaseItem


class PurchaseFields(TypedDict, total=False):
    """The fields of a purchase that a person may write."""

    at: Moment
    order_no: Line
    items: tuple[PurchaseItem, ...]
    returned_amount: Money
    channel: Channel
    staff: Line
    note: str
    feedback: int | None


class PurchaseEdits(PurchaseFields, total=False):
    """What can be changed afterwards, too."""

    total: Money


def add_purchase(
    view: View, *, customer: CustomerId, total: Money, **fields: Unpack[PurchaseFields]
) -> Change:
    """Enter a purchase by hand.

    Raises:
        NotFound: the customer does not exist.
        Refused: a value breaks a rule.
    """
    change = Change(view)
    customer = view.standing(customer)
    made = dict[str, Any](fields)
    at, staff = made.pop("at", view.now), made.pop("staff", view.by)
    items = keyed("i", 1, made.pop("items", ()))
    change.create(Purchase(customer=customer, total=total, at=at, staff=staff, items=items, **made))
    return change


def edit_purchase(
    view: View,
    *,
    purchase: PurchaseId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[PurchaseEdits],
) -> Change:
    """Correct a purchase.

    Raises:
        Conflict: somebody changed the same field meanwhile.
    """
    made = dict[str, Any](fields)
    if "items" in made:
        made["items"] = keyed("i", view.get(Purchase, purchase).rev + 1, made["items"])
    return edited(view, Purchase, purchase, base, rev, made)


def delete_purchase(view: View, *, purchase: PurchaseId) -> Change:
    """Take a purchase away; undo brings it back."""
    change = Change(view)
    change.delete(view.get(Purchase, purchase))
    return change
