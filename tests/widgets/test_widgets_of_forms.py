"""What forms and lists are made of: grids of answers, dues, items, tabs, sections."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult

from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.item_list import ItemListField
from widgets.row_list import Column
from widgets.section_list import Heading, SectionList
from widgets.tab_bar import TabBar

OPTIONS = [("alpha", "first"), ("beta", "second"), ("gamma", "third")]


class Grids(App[None]):
    """One grid of each kind, and what stands beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.one = ChoiceGridField("one", "one", OPTIONS, optional=True)
        self.must = ChoiceGridField("must", "must", OPTIONS, "beta")
        self.many = ChoiceGridField("many", "many", OPTIONS, several=True)
        self.due = DueField("due", "due", read=str.upper)
        self.items = ItemListField(
            "items", "items", columns=(Column(),), cells=lambda item: (item["n"],), add="add"
        )
        self.tabs = TabBar([("a", "A"), ("b", "B")])
        self.rows: SectionList[object] = SectionList((Column(),), key=str, cells=lambda item: (str(item),))

    def compose(self) -> ComposeResult:
        """All of them."""
        yield from (self.one, self.must, self.many, self.due, self.items, self.tabs, self.rows)


@pytest.mark.parametrize(
    ("keys", "value"),
    [
        ("2", "beta"),
        ("２", "beta"),
        ("right", "alpha"),
        ("left", "gamma"),
        ("right right", "beta"),
        ("g", "gamma"),
        ("t", "gamma"),
        ("9", ""),
        ("2 backspace", ""),
        ("3 right", "alpha"),
    ],
)
async def test_one_answer(keys: str, value: str) -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.one.focus()
        await pilot.press(*keys.split())
        assert app.one.value == value


async def test_an_answer_that_must_be_there_stays() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.must.focus()
        await pilot.press("backspace")
        assert app.must.value == "beta"
        app.must.value = "alpha"
        await pilot.press("right")
        assert app.must.value == "beta"


async def test_several_answers_keep_the_order_of_the_options() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.many.focus()
        await pilot.press("3", "1")
        assert app.many.value == "alpha,gamma"
        await pilot.press("right", "space", "3")
        assert app.many.value == "alpha,beta"
        await pilot.press("delete")
        assert app.many.value == ""


async def test_a_due_says_what_it_is_read_as() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.due.focus()
        await pilot.press("a", "b")
        assert app.due.reading == "AB"


async def test_items_are_put_and_taken_out() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.items.value = '[{"n": "x"}, {"n": "y"}]'
        app.items.put(None, {"n": "z"})
        app.items.put(0, {"n": "w"})
        app.items.focus()
        await pilot.press("down", "delete")
        assert app.items.value == '[{"n": "w"}, {"n": "z"}]'
        await pilot.press("end", "delete")
        assert len(app.items.items) == 2


async def test_a_tab_by_digit_and_arrow() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.tabs.focus()
        await pilot.press("2")
        assert app.tabs.current == "b"
        await pilot.press("right")
        assert app.tabs.current == "a"
        await pilot.press("9")
        assert app.tabs.current == "a"


def chosen(app: Grids) -> object:
    return app.rows.selected


async def test_headings_are_passed_over() -> None:
    app = Grids()
    async with app.run_test() as pilot:
        app.rows.show([Heading("H"), "one", Heading("G"), "two"])
        app.rows.focus()
        assert chosen(app) == "one"
        await pilot.press("down")
        assert chosen(app) == "two"
        await pilot.press("up")
        assert chosen(app) == "one"
        await pilot.press("up", "home")
        assert chosen(app) == "one"
        app.rows.show([Heading("G"), "two"])
        assert chosen(app) == "two"
        app.rows.show([Heading("only")])
        app.rows.show([])
        assert chosen(app) is None
