"""A due that is over is pointed out once before it is saved."""

from __future__ import annotations

from pathlib import Path

from screens.follow_up_form import NewFollowUpForm
from tests.screens.tea_house import running, screen_text, shop_at, until


async def test_a_follow_up_in_the_past_is_asked_about_once(tea_house: Path) -> None:
    with shop_at(tea_house) as shop:
        shop.do("settings.set", region="GB")
        before = len(shop.agenda.list().overdue)
    async with running(tea_house) as (app, pilot):
        app.push_screen(NewFollowUpForm(1))
        await until(pilot, lambda: isinstance(app.screen, NewFollowUpForm) and bool(app.screen._base))
        await pilot.press(*"ring", "tab", *"4/12/2020 3pm")
        await until(pilot, lambda: "= 2020-12-04 Fri 15:00" in screen_text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "2020-12-04 Fri 15:00 is over" in screen_text(app))
        assert isinstance(app.screen, NewFollowUpForm)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(app.screen, NewFollowUpForm))
    with shop_at(tea_house) as shop:
        assert len(shop.agenda.list().overdue) == before + 1


async def test_the_next_step_of_a_contact_in_the_past_is_asked_about_once(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.press("f8", *"asked")
        await until(pilot, lambda: bool(app.screen.query("#field-next_due")))
        form = app.screen
        form.field("next_title").value = "call"  # type: ignore[attr-defined]
        form.field("next_due").value = "2020-01-02"  # type: ignore[attr-defined]
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "2020-01-02 Thu is over" in screen_text(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is not form)


async def test_putting_off_into_the_past_is_asked_about_once(tea_house: Path) -> None:
    from screens.ask import AskDialog

    async with running(tea_house) as (app, pilot):
        await pilot.press("f4")
        await until(pilot, lambda: "send samples" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "Put off" in screen_text(app))
        line = next(line for line in screen_text(app).splitlines() if "Put off" in line)
        await pilot.press(next(sign for sign in line if sign.isdigit()))
        await until(pilot, lambda: "Another day or time" in screen_text(app))
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, AskDialog))
        dialog = app.screen
        assert isinstance(dialog, AskDialog)
        dialog._field.value = "2020-01-02"
        await pilot.press("enter")
        await until(pilot, lambda: "2020-01-02 Thu is over" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, AskDialog))
