"""What goes wrong at a counter with the telephone in the other hand: keys in the wrong place, a window made smaller."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from screens.phone_large import PhoneLargeDialog
from screens.profile import ProfileScreen
from tests.screens.tea_house import running, screen_text, shop_at, until


@pytest.mark.parametrize("place", ["f2", "f3", "f4"])
async def test_a_window_of_another_size_is_drawn_anew_at_once(tea_house: Path, place: str) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press(place)
        for columns, lines in ((100, 30), (60, 20), (80, 24)):
            await pilot.resize_terminal(columns, lines)
            await until(pilot, lambda lines=lines: len(screen_text(app).splitlines()) == lines)  # type: ignore[misc]
            drawn = screen_text(app).splitlines()
            assert drawn[0].endswith("mei")
            assert columns - 3 <= len(drawn[0]) <= columns
            assert "F7" in drawn[-1]


async def test_f2_leads_to_the_look_up_and_what_is_typed_next_is_looked_for(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("f4", "f2", *"9001")
        assert isinstance(app.screen, CustomersScreen)
        await until(pilot, lambda: "张伟" in screen_text(app) and "王五" not in screen_text(app))


async def test_f2_asks_about_what_was_typed_into_a_file_before_it_leads_to_the_look_up(
    tea_house: Path,
) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("x", "f4", "f2")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        assert "Not saved" in screen_text(app)


async def test_saving_what_was_not_changed_promises_no_undo(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
        assert "Nothing was changed." in screen_text(app)
        assert "Ctrl+Z" not in screen_text(app)


async def test_a_number_that_is_no_longer_valid_stands_behind_the_one_that_is(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        customer = shop.customers.get(1)
        old = {**_item(customer.contacts[0]), "invalid_since": "2026-11-01"}
        new = {"key": "k9", "type": "mobile", "value": "137 0000 1111", "normalized": "+8613700001111"}
        shop.do("customer.edit", customer=1, contacts=[old, new])
        assert shop.customers.get(1).phones == ("+8613700001111", "+8613800138000")
        assert [match.id for match in shop.lookup.search("13800138000").matches] == [1]
    async with running(tea_house) as (app, pilot):
        assert "137 0000 1111" in screen_text(app)
        assert "138 0013 8000" not in screen_text(app)
        await pilot.press("f9")
        await until(
            pilot, lambda: isinstance(app.screen, PhoneLargeDialog) and app.clipboard == "13700001111"
        )
        await pilot.press("down")
        await until(pilot, lambda: "138 0013 8000" in screen_text(app))
        assert "No longer valid; not copied." in screen_text(app)
        assert app.clipboard == "13700001111"


def _item(point: object) -> dict[str, object]:
    import msgspec

    found: dict[str, object] = msgspec.to_builtins(point)
    return found
