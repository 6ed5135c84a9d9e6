"""A purchase entered by hand, and corrected."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
from textual.widget import Widget

from locales import N_, _
from screens.customer_form import CustomerForm
from screens.dates import moment_reader, moment_text
from screens.item_dialog import ItemDialog
from screens.record_forms import SCORES
from store.errors import Refused
from store.records.base import to_document
from store.records.field_words import field_label
from store.records.kinds import Channel
from store.records.money import parse_amount, plain_amount, show_amount
from store.records.offered import all_words, offered_words
from store.records.purchase import Purchase, PurchaseItem
from store.records.setting import Settings
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import Field, TextField
from widgets.item_list import ItemDict, ItemListField
from widgets.row_list import Column
from widgets.safe_text import Cell, CellLike

COMPLAINED_BY = (Channel.BOX, Channel.BOOK, Channel.REGULATOR)
"""By these nobody buys."""


class PurchaseFields(CustomerForm[int]):
    """The fields of a purchase."""

    def fields(self) -> Iterable[Widget]:
        """How much, what, when, where."""
        yield TextField("total", _label("total"), placeholder=_("empty: the sum of the items"))
        yield ItemListField(
            "items",
            _label("items"),
            columns=(Column(share=3), Column(width=6), Column(width=12)),
            cells=self._cells,
            add=_("add an item"),
        )
        yield TextField("note", _label("note"))
        yield DueField("at", _label("at"), read=moment_reader(self.desk.shop, _("(empty: now)")))
        yield TextField("order_no", _label("order_no"))
        region = self.settings.region
        words = [pair for pair in offered_words(Channel, region) if pair[0] not in COMPLAINED_BY]
        yield ChoiceGridField("channel", _label("channel"), words, Channel.STORE, rarely=all_words(Channel))
        yield TextField("returned_amount", _label("returned_amount"))
        scores = [(key, _(word)) for key, word in SCORES]
        yield ChoiceGridField("feedback", _label("feedback"), scores, optional=True)

    async def ready(self) -> None:
        """Begin with the amount."""
        self.field("total").focus()

    @property
    def settings(self) -> Settings:
        """The currency, above all."""
        return self.desk.shop.settings

    def _cells(self, item: ItemDict) -> tuple[CellLike, ...]:
        entry = msgspec.convert(item, PurchaseItem)
        price = show_amount(entry.price, self.settings.currency) if entry.price else ""
        return (entry.name, Cell(f"x{entry.quantity}", right=True), Cell(price, right=True))

    def on_item_list_field_opened(self, event: ItemListField.Opened) -> None:
        """Ask for the item."""
        field, position = event.field, event.position
        before: ItemDict = field.items[position] if position is not None else {}

        def settle(item: ItemDict | None) -> None:
            if item is not None:
                field.put(position, item)

        dialog = ItemDialog(
            field.label,
            _item_fields(before, self.settings),
            lambda v: _item(v, before, self.settings),
            "name",
        )
        self.app.push_screen(dialog, settle)

    def given(self, values: Mapping[str, str]) -> dict[str, Any]:
        """What is typed, as the actions take it; the total of the items where none is typed."""
        items = json.loads(values["items"])
        given: dict[str, Any] = {
            key: value for key, value in values.items() if value.strip() and key != "items"
        }
        if items:
            given["items"] = items
            if not values["total"].strip():
                sums = (entry.get("price", 0) * entry.get("quantity", 1) for entry in items)
                given["total"] = plain_amount(sum(sums), self.settings.currency)
        if "total" not in given:
            raise Refused(_("How much was it?"), fields={"total": _("must not be empty")})
        return given


class NewPurchaseForm(PurchaseFields):
    """Enter a purchase. Returns its id.

    Args:
        record: the id of the customer.
    """

    KIND = "new_purchase"
    ABOUT = N_("What was bought, for how much, when. Ctrl+S or F8 saves.")

    def what(self) -> str:
        """What the form does."""
        return _("Enter a purchase")

    async def load(self) -> Mapping[str, str]:
        """Read the customer."""
        await self.load_customer(self.record or 0)
        return {}

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - it is new
        """Enter it."""
        done = await self.desk.do("purchase.add", customer=self.record, **self.given(values))
        return done.one("purchases")


class PurchaseForm(PurchaseFields):
    """Correct a purchase. Returns its id.

    Args:
        record: its id.
    """

    KIND = "purchase"
    TABLE = "purchases"
    ABOUT = N_(
        "Correct what was bought. Ctrl+S or F8 saves, Esc leaves. Del in the list of the file deletes it."
    )

    def what(self) -> str:
        """What the form does."""
        return _("Correct a purchase")

    async def load(self) -> Mapping[str, str]:
        """Read the purchase and its customer."""
        number = self.record or 0
        entry = await self.desk.call(lambda shop: shop.records.get(Purchase, number))
        await self.load_customer(entry.customer)
        self._seen = to_document(entry)
        currency = self.settings.currency
        return {
            "total": plain_amount(entry.total, currency),
            "items": json.dumps(msgspec.to_builtins(entry.items), ensure_ascii=False, sort_keys=True),
            "note": entry.note,
            "at": moment_text(entry.at, self.desk.shop),
            "order_no": entry.order_no,
            "channel": entry.channel,
            "returned_amount": plain_amount(entry.returned_amount, currency) if entry.returned_amount else "",
            "feedback": str(entry.feedback or ""),
        }

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Correct it."""
        given = self.given(values)
        emptied: dict[str, Any] = {
            "items": [],
            "returned_amount": 0,
            "feedback": None,
            "note": "",
            "order_no": "",
        }
        changed = {
            key: given.get(key, emptied.get(key, ""))
            for key, value in values.items()
            if value != base.get(key)
        }
        if changed:
            await self.desk.do("purchase.edit", purchase=self.record, base=self._seen, **changed)
        return self.record or 0


def _label(key: str) -> str:
    return field_label("purchases", key)


def _item_fields(item: ItemDict, settings: Settings) -> Sequence[Field]:
    entry = msgspec.convert(item, PurchaseItem)
    price = plain_amount(entry.price, settings.currency) if entry.price else ""
    return [
        TextField("name", _("what"), entry.name),
        TextField("quantity", _("how many"), str(entry.quantity)),
        TextField("price", _("price of one"), price),
    ]


def _item(values: Mapping[str, str], before: ItemDict, settings: Settings) -> ItemDict:
    """The item of what was typed.

    Raises:
        store.errors.Refused: names the field.
    """
    if not values["name"].strip():
        raise Refused(_("must not be empty"), fields={"name": _("must not be empty")})
    quantity = values["quantity"].strip()
    if not quantity.isdecimal() or not 0 < int(quantity) < 1_000_000:
        raise Refused(_("is not a number of pieces"), fields={"quantity": _("is not a number of pieces")})
    price = 0
    if values["price"].strip():
        try:
            price = parse_amount(values["price"], settings.currency)
        except Refused as refusal:
            raise Refused(refusal.message, fields={"price": refusal.message}) from refusal
    item = {name: before[name] for name in ("key",) if name in before}
    return item | {"name": values["name"].strip(), "quantity": int(quantity), "price": price}
