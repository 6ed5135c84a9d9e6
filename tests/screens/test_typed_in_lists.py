"""What is typed in the agenda and among the tickets is looked up: the telephone rings there, too."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual import events

from screens.agenda import AgendaScreen
from screens.customers import CustomersScreen
from screens.new_customer import NewCustomerForm
from screens.tickets import TicketsScreen
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


def looked_up(counter: Counter) -> str:
    assert isinstance(counter.screen, CustomersScreen)
    assert counter.screen.box.has_focus
    return counter.screen.box.value


async def test_the_agenda_looks_up_digits_letters_and_characters(tea_house: Path, clock: FrozenClock) -> None:
    async with at_counter(tea_house, clock) as counter:
        await counter.type("zhang")
        await counter.press("f4")
        await counter.type("8000")
        assert looked_up(counter) == "8000"
        assert counter.screen.current_customer() == 1
        await counter.press("f4")
        await counter.type("王五")
        assert looked_up(counter) == "王五"
        await counter.press("f4", "space")
        assert isinstance(counter.screen, AgendaScreen)
        assert "everybody" in counter.text()


async def test_the_tickets_look_up_letters_and_digits_choose_the_state(
    tea_house: Path, clock: FrozenClock
) -> None:
    async with at_counter(tea_house, clock) as counter:
        await counter.press("f3", "2", "9")
        assert isinstance(counter.screen, TicketsScreen)
        assert counter.screen._tabs.current == "new"
        await counter.type("wang1")
        assert looked_up(counter) == "wang1"


async def test_a_card_in_the_place_of_customers_gives_way(tea_house: Path, clock: FrozenClock) -> None:
    async with at_counter(tea_house, clock) as counter:
        await counter.press("enter", "f4")
        await counter.type("9001")
        assert looked_up(counter) == "9001"
        assert counter.screen.current_customer() == 2


async def test_what_is_not_saved_is_kept_while_somebody_else_is_looked_up(
    tea_house: Path, clock: FrozenClock
) -> None:
    async with at_counter(tea_house, clock) as counter:
        await counter.press("f5")
        await counter.type("New One")
        assert type(counter.screen) is NewCustomerForm
        await counter.press("f4")
        await counter.type("3138")
        assert looked_up(counter) == "3138"
        await counter.press("f2", "end", "ctrl+u", "f5")
        assert counter.screen.values()["name"] == "New One"


@pytest.mark.parametrize("place", ["f3", "f4"])
async def test_what_is_pasted_is_one_question(tea_house: Path, clock: FrozenClock, place: str) -> None:
    async with at_counter(tea_house, clock) as counter:
        await counter.press(place)
        counter.app.post_message(events.Paste("138 0013 8000\n"))
        await counter.until(lambda: isinstance(counter.screen, CustomersScreen))
        await counter.settle()
        assert looked_up(counter) == "138 0013 8000"
