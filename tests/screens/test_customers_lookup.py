"""The look-up place: what is typed, what is listed, what opens."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.card import CardScreen
from screens.customers import CustomersScreen
from screens.new_customer import NewCustomerForm
from tests.screens.tea_house import HOSTILE, running, screen_text, shop_at, until
from widgets.card_view import CardView


async def test_everybody_is_listed_recently_dealt_with_first(tea_house: Path) -> None:
    async with running(tea_house) as (app, _pilot):
        text = screen_text(app)
    assert "8 customers" in text
    assert text.splitlines()[3].startswith(" 王五 (王姐)")
    assert "138 0013 8000" in text


@pytest.mark.parametrize("typed", ["8000", "wangwu", "ww", "王五", "８０００", "王姐"])
async def test_finds_by_anything(tea_house: Path, typed: str) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(*typed)
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.current_customer() == 1
        assert screen.box.value == typed


async def test_a_burst_of_keys_is_searched_before_enter_opens(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("9", "0", "0", "1", "enter")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        assert app.screen.current_customer() == 2  # type: ignore[attr-defined]


async def test_nobody_found_offers_a_new_customer_with_the_number(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(*"13577778888")
        assert "F5  new customer" in screen_text(app)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, NewCustomerForm) and bool(app.screen._base))
        form = app.screen
        assert isinstance(form, NewCustomerForm)
        await until(pilot, lambda: not form._base["phone"])
        assert form.field("phone").value == "13577778888"
        assert not form.dirty  # typed in the look-up, and still there


async def test_hostile_names_are_shown_as_they_are(tea_house: Path) -> None:
    async with running(tea_house, size=(120, 36)) as (app, pilot):
        text = screen_text(app)
        assert "王[VIP]" in text
        assert "[/] 退货" in text
        assert "\x1b" not in text
        assert "\u202e" not in text
        for _name in HOSTILE:
            await pilot.press("down")
        assert all(len(line) <= 120 for line in screen_text(app).splitlines())


async def test_card_beside_the_list_in_a_wide_window(tea_house: Path) -> None:
    async with running(tea_house, size=(120, 36)) as (app, pilot):
        card = app.screen.query_one(CardView)
        await until(pilot, lambda: bool(card.entries))
        assert "Prawns!" in screen_text(app)
        await pilot.press("enter")
        assert card.has_focus
        await pilot.press("question_mark")
        assert "Written in the red note" in screen_text(app)
        await pilot.press("9")
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        assert screen.box.has_focus
        assert screen.box.value == "9"


async def test_somebody_elses_change_is_shown_and_nothing_moves(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        await pilot.press("down")
        assert screen.current_customer() is not None
        order = [match.id for match in screen._rows.items]
        chosen = screen.current_customer()
        with shop_at(tea_house, "bo") as other:
            other.do("customer.edit", customer=order[2], name="改名了")
            other.do("interaction.log", customer=order[3], type="call", text="hello")
        await until(pilot, lambda: "改名了" in screen_text(app))
        assert [match.id for match in screen._rows.items] == order
        assert screen.current_customer() == chosen
        await until(pilot, lambda: "bo: contact logged" in screen_text(app))


async def test_escape_empties_the_box(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("8", "escape")
        await until(pilot, lambda: "8 customers" in screen_text(app))


async def test_a_pasted_text_of_several_lines_is_joined(tea_house: Path) -> None:
    from textual.events import Paste

    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        screen.box.post_message(Paste("138 0013\n8000\n"))
        await pilot.pause()
        assert screen.box.value == "138 0013 8000"
        assert screen.current_customer() == 1


async def test_the_terminals_cursor_stands_where_one_types(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        screen = app.screen
        assert isinstance(screen, CustomersScreen)
        await pilot.press("王", "w")
        left = screen.box.content_region.x
        assert app.cursor_position == (left + 3, 1)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_usable_at_every_size(tea_house: Path, size: tuple[int, int]) -> None:
    async with running(tea_house, size=size) as (app, _pilot):
        lines = screen_text(app).splitlines()
    assert "F2 Customers" in lines[0]
    assert "F1 Help" in lines[-1]
    assert "138 0013 8000" in "\n".join(lines)
