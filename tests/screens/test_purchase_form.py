"""Purchases entered by hand, corrected, deleted."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.records.kinds import Channel
from store.records.purchase import Purchase
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", phone="13800138000").one("customers")


async def bought(counter: Counter, customer: int) -> list[Purchase]:
    return list((await counter.ask(lambda shop: shop.customers.file(customer))).purchases)


async def test_an_amount_and_a_word_are_enough(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_purchase", wang)
        await counter.press("f8")
        assert counter.screen is form
        assert form.field("total").note == "must not be empty"
        await counter.type("1,256.5元")
        form.field("note").focus()
        await counter.type("龙井")
        await counter.press("f8")
        (entry,) = await bought(counter, wang)
        assert (entry.total, entry.note, entry.at, entry.staff) == (125650, "龙井", clock(), "mei")


async def test_items_make_the_total(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_purchase", wang)
        await counter.press("tab", "enter")
        await counter.type("龙井 250g")
        await counter.press("tab", "ctrl+u")
        await counter.type("2")
        await counter.press("tab")
        await counter.type("128")
        await counter.press("ctrl+s")
        assert "龙井 250g" in counter.text()
        form.field("channel").focus()
        await counter.press("3", "ctrl+s")
        (entry,) = await bought(counter, wang)
        assert (entry.total, entry.channel) == (25600, Channel.WECHAT)
        assert [(item.name, item.quantity, item.price) for item in entry.items] == [("龙井 250g", 2, 12800)]


async def test_a_purchase_is_corrected_and_deleted_from_the_file(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    shop.do("purchase.add", customer=wang, total="256", note="龙井", order_no="A001")
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        profile.query_one("#tabs").choose("purchases")
        await counter.settle()
        await counter.press("enter")
        form = counter.screen
        assert form.field("total").value == "256.00"
        form.field("returned_amount").focus()
        await counter.type("56")
        form.field("order_no").focus()
        await counter.press("ctrl+u", "ctrl+s")
        (entry,) = await bought(counter, wang)
        assert (entry.total, entry.returned_amount, entry.order_no, entry.note) == (25600, 5600, "", "龙井")
        assert counter.screen is profile
        assert "returned ¥56.00" in counter.text()
        await counter.press("delete")
        assert "Delete this?" in counter.text()
        assert "龙井" in counter.text()
        await counter.press("enter")
        assert len(await bought(counter, wang)) == 1
        await counter.press("delete", "y")
        assert await bought(counter, wang) == []
        assert "Insert" in counter.text()
        await counter.press("ctrl+z")
        assert len(await bought(counter, wang)) == 1


async def test_more_returned_than_bought_is_said_beside_it(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    number = shop.do("purchase.add", customer=wang, total="10").one("purchases")
    async with at_counter(folder, clock) as counter:
        form = await counter.open("purchase", number)
        form.field("returned_amount").focus()
        await counter.type("11")
        await counter.press("f8")
        assert counter.screen is form
        assert "between" in form.field("returned_amount").note
