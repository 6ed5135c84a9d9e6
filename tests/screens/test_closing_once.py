"""A screen closes once and takes nobody else with it, however fast the keys come and whatever is in front."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual import events

from screens.card import CardScreen
from screens.choose import ChooseDialog
from screens.contact_form import ContactForm
from screens.customers import CustomersScreen
from screens.tickets import TicketsScreen
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", phone="13800138000").one("customers")


async def at_once(counter: Counter, *keys: str) -> None:
    """Keys that all arrive before the first of them has done anything."""
    driver = counter.app._driver
    assert driver is not None
    for key in keys:
        driver.send_message(events.Key(key, key if len(key) == 1 else None))
    await counter.pilot.pause()
    await counter.settle()


@pytest.mark.parametrize("keys", [("delete", "delete", "delete"), ("delete", "enter", "escape")])
async def test_an_answer_given_twice_counts_once(
    folder: Path, clock: FrozenClock, wang: int, keys: tuple[str, ...]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("f8")
        await counter.type("王")
        await counter.press("escape")
        assert isinstance(counter.app.screen, ChooseDialog)
        await at_once(counter, *keys)
        assert isinstance(counter.app.screen, CardScreen)
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert file.interactions == ()


async def test_escape_pressed_too_often_leaves_the_place_standing(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await at_once(counter, "escape", "escape", "escape")
        assert isinstance(counter.app.screen, CustomersScreen)
        await counter.type("王")
        assert counter.app.is_running


async def test_a_form_saved_after_one_has_gone_to_another_place_closes_there_where_it_is(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("f8")
        await counter.type("王")
        form = counter.app.screen
        assert isinstance(form, ContactForm)
        saving = asyncio.create_task(form.action_save())
        await counter.app.switch_mode("tickets")
        await saving
        await counter.settle()
        assert isinstance(counter.app.screen, TicketsScreen)
        await counter.press("f2")
        assert isinstance(counter.app.screen, CustomersScreen)
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert [entry.text for entry in file.interactions] == ["王"]
