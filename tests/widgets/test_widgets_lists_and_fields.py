"""House widgets under the keys: lists, choices, text boxes, the card."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from textual.app import App, ComposeResult
from textual.events import Paste
from textual.widget import Widget

from widgets.card_view import CardEntry, CardView
from widgets.choice_field import ChoiceField, ChoiceRow
from widgets.fields import Field, TextField
from widgets.large_digits import LargeDigits
from widgets.lines import KeyBar, PlainText
from widgets.row_list import Column, RowList
from widgets.text_box import TextBoxField


class Stage(App[None]):
    """Any widgets, one above the other, with every message noted."""

    def __init__(self, *parts: Widget) -> None:
        super().__init__(ansi_color=True)
        self.parts = parts
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield from self.parts

    def lines(self) -> list[str]:
        return [strip.text.rstrip() for strip in self.screen._compositor.render_strips()]


def numbers(count: int) -> RowList[tuple[int, str]]:
    rows: RowList[tuple[int, str]] = RowList(
        (Column(width=4), Column()), key=lambda item: item[0], cells=lambda item: (str(item[0]), item[1])
    )
    rows.show([(n, f"row {n}") for n in range(count)])
    return rows


async def test_a_list_scrolls_no_further_than_needed_and_stops_at_its_ends() -> None:
    rows = numbers(100)
    app = Stage(rows)
    async with app.run_test(size=(40, 10)) as pilot:
        await pilot.press("up")
        assert rows.index == 0
        await pilot.press(*["down"] * 10)
        assert app.lines()[0] == "1    row 1"
        await pilot.press("end")
        assert rows.index == 99
        await pilot.press("pageup")
        assert rows.index == 90
        await pilot.press("home")
        assert app.lines()[0] == "0    row 0"


async def test_the_chosen_record_stays_chosen_when_rows_are_replaced() -> None:
    rows = numbers(10)
    app = Stage(rows)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("down", "down", "down")
        rows.show([(3, "three"), (9, "nine")])
        assert rows.selected == (3, "three")
        rows.show([(9, "nine"), (8, "eight")])
        assert rows.selected is not None
        rows.show([])
        assert rows.selected is None
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.lines()[0] == ""


async def test_only_lines_that_differ_are_repainted() -> None:
    rows = numbers(5)
    app = Stage(rows)
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.pause()
        asked: list[Any] = []
        refresh = rows.refresh

        def noted(*regions: Any, **options: Any) -> Any:
            asked.extend(regions)
            return refresh(*regions, **options)

        rows.refresh = noted  # type: ignore[method-assign]
        rows.show([(0, "row 0"), (1, "changed"), (2, "row 2"), (3, "row 3"), (4, "row 4")])
        assert [(region.y, region.height) for region in asked] == [(1, 1)]
        assert asked[0].width == len("1    changed")


async def test_columns_that_need_room_go_in_a_narrow_list() -> None:
    rows: RowList[int] = RowList(
        (Column(), Column(width=8, needs=50)), key=int, cells=lambda n: (str(n), "extra")
    )
    rows.show([1])
    app = Stage(rows)
    async with app.run_test(size=(40, 5)) as pilot:
        assert "extra" not in app.lines()[0]
        await pilot.resize_terminal(60, 5)
        await pilot.pause()
        assert "extra" in app.lines()[0]


OPTIONS = [("call", "电话"), ("wechat", "微信"), ("visit", "到店"), ("note", "备注")]


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        (["3"], "visit"),
        (["３"], "visit"),
        (["w"], "wechat"),
        (["ｗ"], "wechat"),
        (["right"], "wechat"),
        (["left"], "note"),
        (["space", "space"], "visit"),
        (["9"], "call"),
        (["备"], "note"),
        (["3", "2", "ctrl+z"], "visit"),
        (["3", "ctrl+z", "ctrl+z"], "call"),
    ],
)
async def test_a_choice_is_made_by_digit_letter_or_arrow(keys: list[str], value: str) -> None:
    field = ChoiceField("type", "type", OPTIONS)
    app = Stage(field)
    async with app.run_test(size=(80, 5)) as pilot:
        field.focus()
        await pilot.press(*keys)
        assert field.value == value


async def test_the_tenth_answer_has_the_digit_0_and_a_narrow_row_shows_the_chosen_one() -> None:
    field = ChoiceField("n", "n", [(str(n), f"answer {n}") for n in range(1, 12)])
    app = Stage(field)
    async with app.run_test(size=(50, 5)) as pilot:
        field.focus()
        await pilot.press("0")
        assert field.value == "10"
        line = app.lines()[0]
        assert "[0answer 10]" in line
        assert "10/11" in line


async def test_a_change_of_a_field_is_posted_once_with_the_field() -> None:
    changed: list[str] = []

    class Noting(Stage):
        def on_field_changed(self, event: Field.Changed) -> None:
            changed.append(event.field.key)

    parts: Iterable[Widget] = (
        TextField("name", "name"),
        ChoiceField("type", "type", OPTIONS),
        TextBoxField("text", "text"),
    )
    app = Noting(*parts)
    async with app.run_test(size=(80, 12)) as pilot:
        await pilot.pause()
        changed.clear()
        for key in ("name", "type", "text"):
            app.query_one(f"#field-{key}", Field).focus()
            await pilot.press("w")
        await pilot.pause()
    assert changed == ["name", "type", "text"]


async def test_a_field_joins_the_lines_of_a_paste_and_shows_control_characters() -> None:
    field = TextField("name", "name")
    app = Stage(field)
    async with app.run_test(size=(80, 5)) as pilot:
        field.value = "李\x1b红"
        await pilot.pause()
        assert "\x1b" not in app.lines()[0]
        field.focus()
        field.editor.post_message(Paste("one\n two\n"))
        await pilot.pause()
        assert field.value == "李\x1b红one two"
        await pilot.press("ctrl+z")
        assert field.value == "李\x1b红"


async def test_a_text_box_gives_back_the_keys_of_the_house_and_undoes_typing() -> None:
    pressed: list[str] = []

    class Noting(Stage):
        BINDINGS = [(key, f"note('{key}')", key) for key in ("f6", "f7", "f8")]  # noqa: RUF012

        def action_note(self, key: str) -> None:
            pressed.append(key)

    box = TextBoxField("text", "text", "x\x1b[2J")
    other = TextField("name", "name")
    app = Noting(box, other)
    async with app.run_test(size=(80, 12)) as pilot:
        box.focus()
        await pilot.press("a", "f6", "f7", "f8", "ctrl+z")
        assert pressed == ["f6", "f7", "f8"]
        assert box.value == "x\x1b[2J"
        assert "\x1b" not in "".join(app.lines())
        await pilot.press("tab")
        assert other.editor.has_focus


async def test_an_error_stands_beneath_its_field_and_goes_again() -> None:
    field = TextField("name", "name")
    app = Stage(field, PlainText("below"))
    async with app.run_test(size=(80, 5)) as pilot:
        field.error("is [not] good")
        await pilot.pause()
        assert [line.strip() for line in app.lines()[1:3]] == ["is [not] good", "below"]
        field.error("")
        await pilot.pause()
        assert app.lines()[1] == "below"


async def test_the_card_wraps_moves_and_tells_why() -> None:
    card = CardView()
    card.show(
        [
            CardEntry("王五"),
            CardEntry("long " * 20, "Note", reasons=("because",)),
            CardEntry("last", "Usual", target=1),
        ]
    )
    app = Stage(card)
    async with app.run_test(size=(40, 10)) as pilot:
        card.focus()
        lines = app.lines()
        assert lines[0] == "王五"
        assert lines[1].startswith("Note  long")
        assert lines[2].startswith("      long")
        assert "because" not in "".join(lines)
        await pilot.press("question_mark")
        assert "because" in "".join(app.lines())
        await pilot.press("end")
        assert card.index == 2


async def test_the_key_bar_shows_only_what_fits() -> None:
    bar = KeyBar()
    bar.show([("F1", "帮助"), ("F5", "新客户"), ("F6", "编辑")])
    app = Stage(bar)
    async with app.run_test(size=(20, 3)):
        assert app.lines()[0] == "F1 帮助 F5 新客户"


async def test_large_digits_take_two_cells_a_point_where_there_is_room() -> None:
    for width, wide in ((60, 1), (120, 2)):
        digits = LargeDigits()
        digits.show("138 0013 8000")
        async with Stage(digits).run_test(size=(width, 6)):
            assert digits.render_line(0).cell_length == 47 * wide


def test_a_choice_row_of_an_unknown_value_marks_the_first() -> None:
    assert ChoiceRow(OPTIONS, "gone").index == 0
