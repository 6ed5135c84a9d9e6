"""The first start asks for the country, and fills in what follows from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from screens.app import CrmApp
from screens.choose import ChooseDialog
from screens.first_start import FirstStartForm
from tests.screens.tea_house import running, screen_text, shop_at, until


async def form_of(app: CrmApp, pilot: Pilot[int]) -> FirstStartForm:
    await until(pilot, lambda: isinstance(app.screen, FirstStartForm) and bool(app.screen._base))
    assert isinstance(app.screen, FirstStartForm)
    return app.screen


async def test_a_machine_in_new_york_suggests_the_united_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    async with running(tmp_path / "new") as (app, pilot):
        values = (await form_of(app, pilot)).values()
        assert (values["region"], values["currency"]) == ("US", "USD")
        assert values["time_zone"] == "America/New_York"
        await pilot.press(*"Nuts", "ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
    with shop_at(tmp_path / "new") as shop:
        assert shop.settings.region == "US"
        assert shop.is_set_up


async def test_a_machine_that_says_nothing_suggests_nothing_and_a_country_fills_in_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TZ")
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setattr("store.place.guess_zone", lambda _environ=None: "")
    async with running(tmp_path / "new") as (app, pilot):
        form = await form_of(app, pilot)
        assert [form.values()[key] for key in ("region", "currency", "time_zone")] == ["", "", ""]
        await pilot.press(*"Nuts", "ctrl+s")
        await until(pilot, lambda: "must not be empty" in form.field("region").note)
        await pilot.press(*"uk")
        await until(pilot, lambda: form.values()["currency"] == "GBP")
        assert form.values()["time_zone"] == "Europe/London"
        assert "= GB" in screen_text(app)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(app.screen, ChooseDialog))
    with shop_at(tmp_path / "new") as shop:
        assert (shop.settings.region, shop.settings.currency) == ("GB", "GBP")


async def test_what_is_typed_into_the_language_by_accident_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    async with running(tmp_path / "new") as (app, pilot):
        form = await form_of(app, pilot)
        form.field("language").focus()
        await pilot.press(*"New", "Z", "h")
        assert form.values()["language"] == "en"
        await pilot.press("1")
        assert form.values()["language"] == "zh"
        await pilot.press("2")
        zone = form.field("time_zone")
        zone.value = ""
        zone.focus()
        await pilot.press(*"New", "space", *"York")
        await until(pilot, lambda: "= America/New_York" in zone.note)


async def test_left_unanswered_the_shop_is_where_the_machine_is_and_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/London")
    async with running(tmp_path / "new") as (app, pilot):
        await form_of(app, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: app.desk.shop.settings.region == "GB")
    with shop_at(tmp_path / "new") as shop:
        assert not shop.is_set_up
        assert shop.settings.currency == "GBP"
