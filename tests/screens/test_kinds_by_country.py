"""Forms offer the kinds of the shop's country, and show what is stored all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter
from widgets.choice_grid import ChoiceGridField

OUTSIDE = ["call", "visit_in", "visit_out", "email", "sms", "whatsapp", "social", "website", "letter", "note"]


@pytest.fixture
def karen(shop: Shop) -> int:
    """A customer of a dealer in the United States."""
    shop.do("settings.set", shop_name="Hardware", region="US", currency="USD")
    return shop.do("customer.create", name="Karen Price", phone="+1 860 555 3607").one("customers")


def answers(field: object) -> list[str]:
    assert isinstance(field, ChoiceGridField)
    return [key for key, _word in field.editor.options]


async def test_a_dealer_abroad_logs_by_whatsapp(folder: Path, clock: FrozenClock, karen: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", karen)
        assert answers(form.field("type")) == OUTSIDE
        form.field("type").focus()
        await counter.type("6")
        form.field("text").focus()
        await counter.type("sent a photo of the hinge")
        await counter.press("f8")
        file = await counter.ask(lambda shop: shop.customers.file(karen))
        assert file.interactions[0].type == "whatsapp"


async def test_what_is_stored_is_shown_although_it_is_not_offered(
    folder: Path, clock: FrozenClock, shop: Shop, karen: int
) -> None:
    logged = shop.do("interaction.log", customer=karen, type="wechat", text="hello").one("interactions")
    ticket = shop.do("ticket.open", customer=karen, subject="hinge", channel="book").one("tickets")
    bought = shop.do("purchase.add", customer=karen, total="3", channel="taobao").one("purchases")
    async with at_counter(folder, clock) as counter:
        for name, record, key, value in (
            ("interaction", logged, "type", "wechat"),
            ("ticket_edit", ticket, "channel", "book"),
            ("purchase", bought, "channel", "taobao"),
        ):
            form = await counter.open(name, record)
            assert form.field(key).value == value
            assert answers(form.field(key))[-1] == value
            assert answers(form.field(key)).count(value) == 1
            assert not form.dirty
            await counter.press("escape")


async def test_a_new_customer_is_asked_for_an_email_abroad(
    folder: Path, clock: FrozenClock, karen: int
) -> None:
    assert karen
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_customer")
        assert "wechat" not in form.values()
        form.field("name").value = "Dave Kowalski"
        form.field("email").value = "dave@example.com"
        await counter.press("ctrl+s")
        dave = await counter.ask(lambda shop: shop.customers.resolve("Dave Kowalski"))
        assert [(point.type, point.value) for point in dave.contacts] == [("email", "dave@example.com")]


async def test_a_shop_in_china_is_asked_as_before(folder: Path, clock: FrozenClock, shop: Shop) -> None:
    shop.do("settings.set", shop_name="老王茶庄")
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_customer")
        assert "wechat" in form.values()
        assert "email" not in form.values()
