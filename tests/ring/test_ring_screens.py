"""A call on the screens: one line that takes nothing away from who is typing, one key to whoever calls."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.app import CrmApp
from screens.base import HouseScreen
from screens.contact_form import ContactForm
from screens.new_customer import NewCustomerForm
from store.records.interaction import Interaction
from store.records.kinds import Outcome
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    shop.do("settings.set", shop_name="老王茶庄")
    shop.do("staff.add", login="mei")
    wang = shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")
    shop.do("follow_up.add", customer=wang, title="寄样品", due="tomorrow", is_promise=True)
    return wang


def ring(shop: Shop, number: str) -> int:
    return shop.do("interaction.ring", number=number).one("interactions")


def top(counter: Counter) -> str:
    """The first line of the terminal."""
    return counter.text().splitlines()[0]


async def test_the_line_is_there_while_one_types_and_takes_nothing(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        form = await counter.open("log_contact", wang)
        await counter.type("half a no")
        ring(shop, "138 0013 8000")
        await counter.until(lambda: "Call:" in top(counter))
        assert "138 0013 8000" in top(counter)
        assert "王姐 (王五)" in top(counter)
        assert "1 promise" in top(counter)
        assert top(counter).endswith("Ctrl+R")
        assert counter.screen is form
        await counter.type("te")
        assert form.field("text").value == "half a note"
        counter.pressed = 0
        await counter.press("ctrl+r")
        assert counter.pressed == 1
        assert counter.screen.current_customer() == wang
        await counter.press("escape")
        assert counter.screen is form
        assert form.field("text").value == "half a note"


async def test_f8_logs_the_call_and_the_line_goes_everywhere(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter, at_counter(folder, clock) as colleague:
        number = ring(shop, "13800138000")
        await counter.until(lambda: "Call:" in top(counter))
        await colleague.until(lambda: "Call:" in top(colleague))
        clock.move(seconds=42)
        counter.pressed = 0
        await counter.press("ctrl+r", "f8", "7")
        assert "Log the call of 10:00" in counter.screen.title_text()
        await counter.type("两盒龙井")
        await counter.press("f8")
        assert counter.pressed == 4
        entry = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (entry.customer, entry.outcome, entry.duration_s) == (wang, Outcome.ORDERED, 42)
        await counter.until(lambda: "Call:" not in top(counter))
        await colleague.until(lambda: "Call:" not in top(colleague))


async def test_an_unknown_number_becomes_a_customer_with_the_call(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        assert form.field("phone").value == "139 1111 2222"
        await counter.type("新客")
        await counter.press("f8")
        customer = counter.screen.current_customer()
        entry = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert entry.customer == customer
        await counter.press("f8")
        assert isinstance(counter.screen, ContactForm)
        assert "Log the call" in counter.screen.title_text()


async def test_several_who_share_the_number_are_asked_about(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    mother = shop.do("customer.create", name="王妈妈", phone="13800138000").one("customers")
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13800138000")
        await counter.until(lambda: "or 1 other" in top(counter))
        await counter.press("ctrl+r")
        assert "Who is calling?" in counter.text()
        await counter.press("2")
        assert counter.screen.current_customer() == mother
        entry = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert entry.customer == mother
        await counter.until(lambda: "王妈妈" in top(counter))


async def test_two_calls_stand_side_by_side_newest_first(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13800138000")
        clock.move(seconds=10)
        ring(shop, "13911112222")
        await counter.until(lambda: "+1:" in top(counter))
        assert top(counter).index("139 1111 2222") < top(counter).index("138 0013 8000")
        await counter.press("ctrl+r", "2")
        assert counter.screen.current_customer() == wang


async def test_the_line_goes_with_the_next_key_when_its_time_is_over(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13800138000")
        await counter.until(lambda: "Call:" in top(counter))
        clock.move(minutes=5)
        assert "Call:" in top(counter)
        await counter.press("down")
        assert "Call:" not in top(counter)
        await counter.press("ctrl+r")
        assert counter.said == "Nobody is calling."


async def test_a_missed_call_is_called_back_from_the_agenda(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    number, nobody = ring(shop, "13800138000"), ring(shop, "13911112222")
    clock.move(minutes=30)
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        assert "missed" in counter.text()
        counter.screen.rows.choose_key(("ring", number))
        await counter.press("f8", "1")
        await counter.type("called back")
        await counter.press("f8")
        entry = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (entry.text, entry.outcome, entry.ringing) == ("called back", Outcome.SOLVED, 0)
        counter.screen.rows.choose_key(("ring", nobody))
        assert counter.screen.current_customer() is None
        await counter.press("enter", "3")
        entry = await counter.ask(lambda shop: shop.records.get(Interaction, nobody))
        assert (entry.outcome, entry.ringing) == (Outcome.WRONG, 0)
        assert "missed" not in counter.text()


async def test_a_call_rings_over_a_dialog_too(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f10")
        assert not isinstance(counter.screen, HouseScreen)
        ring(shop, "13800138000")
        app: CrmApp = counter.app
        await counter.until(lambda: bool(app.ringing.line))
        await counter.press("ctrl+r")
        assert counter.screen.current_customer() == wang


async def test_a_call_that_came_before_the_start_is_shown(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    ring(shop, "13800138000")
    async with at_counter(folder, clock) as counter:
        await counter.until(lambda: "Call:" in top(counter))


async def test_a_withheld_number_is_shown_and_said(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "anonymous")
        await counter.until(lambda: "number withheld" in top(counter))
        await counter.press("ctrl+r")
        assert "does not show their number. Who is it?" in counter.text()
        await counter.type("王五")
        await counter.press("enter")
        assert counter.screen.current_customer() == wang
        await counter.until(lambda: "number withheld" in top(counter) and "王姐" in top(counter))
        await counter.press("f8")
        assert "Log the call" in counter.screen.title_text()
