"""Answers that are anchored are painted with the key; slower kinds of match come behind them and move nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens import customers
from screens.customers import CustomersScreen
from tests.screens.tea_house import running, screen_text, until


@pytest.fixture(autouse=True)
def large_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the shop of the tests count as a large one."""
    monkeypatch.setattr(customers, "SMALL", 0)


def rows(screen: CustomersScreen) -> list[int]:
    return [match.id for match in screen._rows.items]


async def test_slower_kinds_come_behind_and_the_choice_stays(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        screen.box.value = "0"
        first = screen.desk.lookup.search_first("0")
        anchored = [match.id for match in first.found.matches]
        await until(pilot, lambda: screen._first is None and bool(screen.box.value))
        whole = [match.id for match in first.later().matches]
        assert whole[: len(anchored)] == anchored
        await until(pilot, lambda: rows(screen) == whole)


async def test_what_was_asked_before_puts_nothing_into_the_list(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        screen.search("w")
        before = screen._first
        screen.search("13577778888")
        if before is not None:
            screen._search_on(before, "w")
        await pilot.pause()
        assert rows(screen) == []


@pytest.mark.parametrize(("typed", "first"), [("926498", 1), ("wabgwu", 1), ("wngwu", 1)])
async def test_guesses_are_listed_where_nothing_else_is(tea_house: Path, typed: str, first: int) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(*typed)
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        found = screen.desk.lookup.search(typed, guesses=True)
        assert found.matches[0].id == first
        await until(pilot, lambda: rows(screen) == [match.id for match in found.matches])


async def test_a_ticket_number_finds_its_customer(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        done = await screen.desk.do("ticket.open", customer=2, subject="杯子碎了")
        number = f"T{done.one('tickets'):06d}"
        await pilot.press(*number.lower())
        await until(pilot, lambda: rows(screen) == [2])
        assert number in screen_text(app)
        assert screen.current_customer() == 2


async def test_filters_narrow_and_what_is_wrong_is_said(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        await screen.desk.do("ticket.open", customer=2, subject="杯子碎了")
        screen.box.value = "has：ticket 张"
        await until(pilot, lambda: rows(screen) == [2])
        screen.box.value = "has:nothing"
        await until(pilot, lambda: "has: knows ticket" in screen_text(app))
        assert rows(screen) == []


async def test_nothing_found_says_what_was_tried(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(*"qqzzxv")
        await until(pilot, lambda: "Looked through" in screen_text(app))
        assert "first letters" in screen_text(app)
