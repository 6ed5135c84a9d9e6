"""What goes wrong at a counter with the telephone in the other hand: keys in the wrong place, a window made smaller."""

from __future__ import annotations

from pathlib import Path

import pytest

import locales
from screens.ask import AskDialog
from screens.card import CardScreen
from screens.choose import ChooseDialog
from screens.customers import CustomersScreen
from screens.first_start import FirstStartForm
from screens.help import HelpScreen
from screens.import_form import sheets_near
from screens.merge import MergeScreen
from screens.phone_large import PhoneLargeDialog
from screens.profile import ProfileScreen
from screens.profile_erase import ErasedDialog
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
            assert "F1" in drawn[-1]


async def test_f2_leads_to_the_look_up_and_what_is_typed_next_is_looked_for(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("f4", "f2", *"9001")
        assert isinstance(app.screen, CustomersScreen)
        await until(pilot, lambda: "张伟" in screen_text(app) and "王五" not in screen_text(app))


async def test_f2_leads_past_a_question_that_was_left_open_beneath(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        for number in ("13800138000", "13900139001"):
            shop.do("interaction.ring", number=number)
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+r", "ctrl+r", "1")
        await until(pilot, lambda: isinstance(app.screen, CardScreen))
        await pilot.press("f2", *"wei")
        assert isinstance(app.screen, CustomersScreen)
        await until(pilot, lambda: "1 found" in screen_text(app))


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


async def test_the_language_that_is_chosen_at_the_first_start_is_spoken_at_once(tmp_path: Path) -> None:
    try:
        async with running(tmp_path / "new") as (app, pilot):
            await until(pilot, lambda: isinstance(app.screen, FirstStartForm) and bool(app.screen._base))
            assert "语言" in screen_text(app)
            await pilot.press(*"Tea", "up", "1", "ctrl+s")
            await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
            await pilot.press("escape")
            await until(pilot, lambda: "0 位客户" in screen_text(app))
            assert "帮助" in screen_text(app).splitlines()[-1]
            await pilot.press("x")
            await until(pilot, lambda: "没有找到" in screen_text(app))
    finally:
        locales.use("en")
    with shop_at(tmp_path / "new") as shop:
        assert shop.settings.language == "zh"


async def test_what_went_well_is_not_said_again_when_one_comes_back(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f8", *"asked", "f8")
        await until(pilot, lambda: "Logged. Ctrl+Z takes it back." in screen_text(app))
        await pilot.press("f4")
        await until(pilot, lambda: "send samples" in screen_text(app))
        await pilot.press("f2")
        await until(pilot, lambda: "Find" in screen_text(app))
        assert "Ctrl+Z" not in screen_text(app)


async def test_f5_in_the_form_for_a_new_customer_opens_no_second_one(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f5", *"new one")
        depth = len(app.screen_stack)
        await pilot.press("f5")
        await pilot.pause()
        assert len(app.screen_stack) == depth
        assert "new one" in screen_text(app)


async def test_help_answers_in_a_dialog_and_names_each_key_once(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: "send samples" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        text = screen_text(app)
        assert "The arrows and Enter choose" in text
        assert "The row above" in text
        assert " Up             Up" not in text
        await pilot.press("escape")
        assert isinstance(app.screen, ChooseDialog)


async def test_putting_off_says_which_day_it_becomes(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: "send samples" in screen_text(app))
        await pilot.press("enter", "3")
        await until(pilot, lambda: "Put off until when?" in screen_text(app))
        assert "11-21 Sat" in screen_text(app)
        assert "+3d" not in screen_text(app)


async def test_commands_name_what_has_no_key_and_say_when_nothing_fits(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+p", *"qqq")
        await until(pilot, lambda: "Nothing here is called that." in screen_text(app))
        await pilot.press("backspace", "backspace", "backspace", *"merge", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog) and "Merge with" in screen_text(app))
        await pilot.press("7", *"wei", "enter")
        await until(pilot, lambda: isinstance(app.screen, MergeScreen))


async def test_the_other_file_of_a_merge_is_chosen_by_number_and_phone(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        for phone in ("137 0000 2222", "137 0000 3333"):
            shop.do("customer.create", name="王五", phone=phone)
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("ctrl+o", "7")
        await until(pilot, lambda: isinstance(app.screen, AskDialog))
        await pilot.press("王", "五", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
        text = screen_text(app)
        assert "137 0000 2222" in text
        assert "137 0000 3333" in text
        assert "C000001 王五  " not in text
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, MergeScreen))


async def test_a_merge_of_ones_own_is_no_news_from_a_colleague(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await app.desk.do("customer.edit", customer=1, company="Wang & Co")
        await until(pilot, lambda: "Wang & Co" in screen_text(app))
        assert "mei changed" not in screen_text(app)


async def test_the_day_names_whom_a_ring_was_about_and_what_was_written(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        ring = shop.do("interaction.ring", number="13800138000").one("interactions")
        logged = shop.do("interaction.log", customer=1, ring=ring, text="wants the old cups back").action
        shop.undo(shop.undo(logged).action)
    async with running(tea_house) as (app, pilot):
        await pilot.press("ctrl+l")
        await until(pilot, lambda: "wants the old" in screen_text(app))
        rows = screen_text(app).splitlines()
        assert next(row for row in rows if "wants the old" in row).count("C000001 王五") == 1
        again = [row for row in rows if "undone: undone" in row]
        assert len(again) == 1
        await pilot.press("home", "delete")
        await until(
            pilot, lambda: "Do this again?" in screen_text(app) or "Take this back?" in screen_text(app)
        )
        assert "Do this again?" in screen_text(app)


async def test_a_missed_call_is_on_the_agenda_with_the_number_as_it_is_said(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        shop.do("interaction.ring", number="19955550001", at="2026-11-18T00:00:00Z")
    async with running(tea_house) as (app, pilot):
        await pilot.press("f4", "space")
        await until(pilot, lambda: "call back 199 5555 0001" in screen_text(app))
        assert "+86" not in screen_text(app)


def test_a_folder_says_which_sheets_are_in_it(tmp_path: Path) -> None:
    for name in ("members.xlsx", "Sales.CSV", "photo.png"):
        (tmp_path / name).touch()
    assert sheets_near(tmp_path) == "There: Sales.CSV, members.xlsx"
    assert sheets_near(tmp_path / "mem") == "There: members.xlsx"
    assert sheets_near(tmp_path / "x") == "There is no such file."
    (tmp_path / "empty").mkdir()
    assert sheets_near(tmp_path / "empty") == "No sheet is there."


async def test_an_erased_customer_is_reported_with_the_way_back(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, ProfileScreen) and app.screen.customer is not None)
        await pilot.press("ctrl+o", "8")
        await until(pilot, lambda: isinstance(app.screen, AskDialog))
        assert "Enter erases for good" in screen_text(app)
        await pilot.press(*"C000001", "enter")
        await until(pilot, lambda: isinstance(app.screen, ErasedDialog))
        await until(pilot, lambda: "Enter or Esc goes back." in screen_text(app))
        await until(pilot, lambda: "Find" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CustomersScreen))
