"""The number of a customer has changed: few keys, from the card, the file and anywhere by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.ask import AskDialog
from screens.card import CardScreen
from screens.profile import ProfileScreen
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", phone="13800138000").one("customers")


async def valid_numbers(counter: Counter, customer: int) -> list[str]:
    found = await counter.ask(lambda shop: shop.customers.get(customer))
    return [point.normalized for point in found.phone_points if point.invalid_since is None]


@pytest.mark.parametrize("place", ["card", "profile"])
async def test_three_keys_and_the_number(folder: Path, clock: FrozenClock, wang: int, place: str) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open(place, wang)
        counter.pressed = 0
        await counter.press("ctrl+o", "9")
        assert "What is the new number of 王五, in place of 138 0013 8000?" in counter.text()
        await counter.type("139 0013 9001")
        await counter.press("enter")
        assert counter.pressed == 3
        assert isinstance(counter.screen, CardScreen | ProfileScreen)
        assert await valid_numbers(counter, wang) == ["+8613900139001"]
        assert "139 0013 9001" in counter.text()
        assert "Number changed" in counter.said


async def test_ctrl_z_takes_it_back_from_the_card(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("ctrl+o", "9")
        await counter.type("13900139001")
        await counter.press("enter", "ctrl+z")
        assert "Taken back: number changed" in counter.said
        assert await valid_numbers(counter, wang) == ["+8613800138000"]


async def test_of_several_numbers_it_is_asked_which(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    shop.do("customer.edit", customer=wang, phone="0755-26001200")
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("ctrl+o", "9")
        assert "Which number of 王五 has changed?" in counter.text()
        await counter.press("2")
        assert "in place of 0755 2600 1200?" in counter.text()
        await counter.type("0755-88886666")
        await counter.press("enter")
        assert await valid_numbers(counter, wang) == ["+8613800138000", "+8675588886666"]


async def test_what_is_no_number_is_said_and_kept(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("ctrl+o", "9")
        await counter.type("138 0013 8000")
        await counter.press("enter")
        assert isinstance(counter.screen, AskDialog)
        assert "is the number in the file already" in counter.text()
        await counter.press("escape")
        assert await valid_numbers(counter, wang) == ["+8613800138000"]


async def test_who_has_it_already_is_said(folder: Path, clock: FrozenClock, shop: Shop, wang: int) -> None:
    shop.do("customer.create", name="王武", phone="13900139001")
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("ctrl+o", "9")
        await counter.type("13900139001")
        await counter.press("enter")
        assert "Probably the same: C000002 王武" in counter.said


async def test_it_is_in_the_commands_of_the_look_up(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("ctrl+p")
        await counter.type("number of this")
        await counter.press("enter")
        await counter.type("13900139001")
        await counter.press("enter")
        assert await valid_numbers(counter, wang) == ["+8613900139001"]


async def test_what_is_typed_in_the_file_meanwhile_stays(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        profile = await counter.open("profile", wang)
        await counter.type("小")
        await counter.press("ctrl+o", "9")
        await counter.type("13900139001")
        await counter.press("enter")
        assert profile.field("name").value == "王五小"
        await counter.press("ctrl+s")
        found = await counter.ask(lambda shop: shop.customers.get(wang))
        assert (found.name, found.phones[0]) == ("王五小", "+8613900139001")
