"""From one call to the next: what is typed next takes the place of what was asked, and the list is true again."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.card import CardScreen
from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets import lines


def look_up(counter: Counter) -> CustomersScreen:
    screen = counter.screen
    assert isinstance(screen, CustomersScreen)
    return screen


def listed(counter: Counter) -> list[int]:
    return [match.id for match in look_up(counter)._rows.items]


async def test_after_a_card_the_next_words_take_the_place_of_the_last(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.type("8000")
        await counter.press("enter")
        assert isinstance(counter.screen, CardScreen)
        await counter.press("escape")
        assert look_up(counter).box.value == "8000"
        await counter.type("9000")
        assert look_up(counter).box.value == "9000"
        assert listed(counter) == [two[1]]


async def test_the_key_of_the_place_begins_anew_and_the_cursor_goes_on(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.type("80")
        await counter.press("f2")
        await counter.type("李")
        assert look_up(counter).box.value == "李"
        await counter.press("f2", "right")
        await counter.type("四")
        assert look_up(counter).box.value == "李四"


async def test_what_is_typed_on_a_card_is_a_new_question(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.type("8000")
        await counter.press("enter")
        await counter.type("李四")
        assert look_up(counter).box.value == "李四"
        assert listed(counter) == [two[1]]


async def test_back_at_the_list_it_is_true_again(
    folder: Path, clock: FrozenClock, two: tuple[int, int]
) -> None:
    wang, li = two
    async with at_counter(folder, clock) as counter:
        chosen = look_up(counter).current_customer()
        await counter.press("f3")
        new = (await counter.app.desk.do("customer.create", name="赵六")).one("customers")
        await counter.settle()
        await counter.press("f2")
        await counter.until(lambda: set(listed(counter)) == {wang, li, new})
        assert look_up(counter).current_customer() == chosen


async def test_who_is_gone_is_listed_no_longer(
    folder: Path, clock: FrozenClock, shop: Shop, two: tuple[int, int]
) -> None:
    wang, li = two
    async with at_counter(folder, clock) as counter:
        assert set(listed(counter)) == {wang, li}
        shop.undo()
        await counter.until(lambda: listed(counter) == [wang])


async def test_a_second_caller_takes_the_place_of_the_first_card_and_nothing_is_asked_twice(
    folder: Path, clock: FrozenClock, shop: Shop, two: tuple[int, int]
) -> None:
    wang, li = two
    async with at_counter(folder, clock, by="li") as counter:
        shop.do("interaction.ring", number="13800138000")
        await counter.until(lambda: "Call: 138 0013 8000" in counter.text())
        await counter.press("ctrl+r")
        await counter.until(lambda: counter.screen.current_customer() == wang)
        shop.do("interaction.ring", number="13900139000")
        await counter.until(lambda: "Call: 139 0013 9000" in counter.text())
        await counter.press("ctrl+r")
        await counter.until(lambda: counter.screen.current_customer() == li)
        assert len(counter.app.screen_stack) == 2
        await counter.press("escape")
        depth = len(counter.app.screen_stack)
        await counter.press("ctrl+r")
        assert isinstance(counter.app.screen, ChooseDialog)
        await counter.press("ctrl+r")
        assert len(counter.app.screen_stack) == depth + 1


async def test_what_is_no_longer_open_is_no_longer_said_of_the_chosen_row(
    folder: Path, clock: FrozenClock, two: tuple[int, int], shop: Shop
) -> None:
    async with at_counter(folder, clock) as counter:
        promise = shop.do(
            "follow_up.add", customer=two[0], title="samples", due="tomorrow", is_promise=True
        ).one("follow_ups")
        await counter.type("8000")
        await counter.until(lambda: "was promised something" in counter.text())
        shop.do("follow_up.done", follow_up=promise)
        await counter.until(lambda: "was promised something" not in counter.text())
        assert listed(counter) == [two[0]]


@pytest.mark.parametrize(("tone", "stays"), [("", False), ("warn", False), ("alert", True)])
async def test_what_was_said_long_ago_goes_with_the_next_key(
    folder: Path,
    clock: FrozenClock,
    two: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    tone: str,
    stays: bool,
) -> None:
    async with at_counter(folder, clock) as counter:
        counter.screen.tell("Taken back: something", tone)
        await counter.type("8")
        assert counter.said == "Taken back: something"
        monkeypatch.setattr(lines, "OLD", -1.0)
        await counter.type("0")
        assert bool(counter.said) is stays
