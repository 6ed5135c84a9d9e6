"""What a clerk without the manual is told: who Enter is, where merging is, the second page of the help."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.help import HelpScreen
from screens.who import WhoDialog
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter
from tests.screens.tea_house import running, screen_text, until
from widgets.lines import KeyBar, PlainText
from widgets.row_list import RowList


@pytest.mark.parametrize("word", ["merge", "archive", "erase", "purchase", "backup", "language"])
async def test_the_palette_says_where_it_is(tea_house: Path, word: str) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f4", "ctrl+p")
        await pilot.press(*word)
        await until(pilot, lambda: "What do you want to do?" in screen_text(app))
        rows = app.screen.query_one("#answers", RowList)
        assert [choice for choice in rows.items if word in choice.label.lower()]


async def test_what_has_no_screen_is_told_on_the_status_line(
    folder: Path, clock: FrozenClock, shop: Shop
) -> None:
    shop.do("settings.set", shop_name="Hardware")
    async with at_counter(folder, clock) as counter:
        await counter.press("ctrl+p")
        await counter.type("make a copy")
        await counter.press("enter")
        assert "crm-tui backup FILE" in counter.said


async def test_a_page_of_help_is_another_page_at_once(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        rows = app.screen.query_one("#help-keys", RowList)
        assert len(rows.items) > rows._rows_visible
        before = rows._top
        await pilot.press("pagedown")
        assert rows._top > before
        await pilot.press("pageup")
        assert rows._top == before


async def test_who_is_working_says_who_enter_is(folder: Path, clock: FrozenClock, shop: Shop) -> None:
    shop.do("settings.set", shop_name="Hardware")
    shop.do("staff.add", login="mei")
    shop.do("staff.add", login="jo", name="Jo Ward")
    staff = shop.staff
    async with at_counter(folder, clock) as counter:
        counter.app.push_screen(WhoDialog(staff))
        await counter.settle()
        said = counter.app.screen.query_one("#who-enter", PlainText)
        assert said.text == "Enter: mei is working."
        await counter.press("down")
        assert said.text == "Enter: jo (Jo Ward) is working."
        await counter.type("bo")
        assert said.text == "Enter twice: bo is new on the staff, and is working."
        await counter.press("f1")
        assert "Enter takes the chosen one" in " ".join(counter.text().split())


async def test_a_form_that_goes_on_below_says_so(folder: Path, clock: FrozenClock, shop: Shop) -> None:
    shop.do("settings.set", shop_name="Hardware", region="US")
    karen = shop.do("customer.create", name="Karen Price").one("customers")
    async with at_counter(folder, clock) as counter:
        await counter.open("log_contact", karen)
        bar = counter.screen.query_one(KeyBar)
        await counter.until(lambda: ("PgDn", "More below") in bar.entries)
        await counter.press("pagedown", "pagedown")
        await counter.until(lambda: ("PgDn", "More below") not in bar.entries)
        await counter.press("pageup", "pageup")
        await counter.until(lambda: ("PgDn", "More below") in bar.entries)
