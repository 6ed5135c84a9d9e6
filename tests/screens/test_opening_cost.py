"""What opening a form costs, in things that can be counted: a slow form is one that Textual has to do much for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from screens import navigation
from tests.screens.tea_house import running
from widgets.fields import Field


@pytest.mark.parametrize("name", ["log_contact", "new_ticket", "new_customer", "profile"])
async def test_a_form_is_few_widgets_styled_once_and_laid_out_seldom(
    tea_house: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    counted = {"apply": 0, "layout": 0}
    apply, layout = Stylesheet.apply, Screen._refresh_layout

    def counted_apply(self: Stylesheet, *args: Any, **options: Any) -> None:
        counted["apply"] += 1
        apply(self, *args, **options)

    def counted_layout(self: Screen[Any], *args: Any, **options: Any) -> None:
        counted["layout"] += 1
        layout(self, *args, **options)

    async with running(tea_house) as (app, pilot):
        arguments = () if name == "new_customer" else (1,)
        # Its style sheet is read once.
        navigation.open_screen(app, name, *arguments)
        await pilot.pause()
        await app.pop_screen()
        monkeypatch.setattr(Stylesheet, "apply", counted_apply)
        monkeypatch.setattr(Screen, "_refresh_layout", counted_layout)
        screen = navigation.open_screen(app, name, *arguments)
        await pilot.pause()
        await app.desk.call(lambda shop: None)
        await pilot.pause()
        widgets, fields = len(list(screen.walk_children())), len(screen.query(Field))
        assert fields > 8
        assert widgets <= 2 * fields + 20
        assert counted["apply"] <= 2 * widgets
        assert counted["layout"] <= 5
