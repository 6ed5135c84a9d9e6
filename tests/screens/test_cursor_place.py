"""The terminal's own cursor: an input method shows beside it what it offers, sometimes only where it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal, app

LONG = "今天下午三点回电话给王先生谈谈明年春茶的价钱"


@pytest.fixture(params=["--no-lean", "--lean"])
def terminal(tea_house: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    with Terminal(app("--data", tea_house, "--lang", "en", "--by", "mei", request.param)) as found:
        found.wait_for("F1 Help")
        found.settle(0.5)
        yield found


def before_cursor(terminal: Terminal) -> str:
    """What stands on its line before the cursor; fails where the cursor is hidden."""
    terminal.settle(0.2)
    cursor = terminal.screen.cursor
    assert not cursor.hidden, terminal.text
    return "".join(terminal.screen.buffer[cursor.y][x].data for x in range(cursor.x)).strip()


def test_in_the_look_up(terminal: Terminal) -> None:
    assert before_cursor(terminal) == "Find"
    terminal.send("王五")
    terminal.wait_for("王五")
    assert before_cursor(terminal) == "Find 王五"
    terminal.send("left")
    assert before_cursor(terminal) == "Find 王"
    terminal.send("right", " ")
    assert before_cursor(terminal) == "Find 王五"
    assert terminal.screen.cursor.x == len(" Find ") + 5  # the blank is passed, too
    terminal.send("esc")
    terminal.wait_for(r"Find +\d+ customers")
    assert before_cursor(terminal) == "Find"


def test_keys_that_come_at_once_are_answered_in_their_order(terminal: Terminal) -> None:
    terminal.send("王")
    terminal.wait_for("Find 王")
    for _round in range(5):
        terminal.send("esc")
        terminal.send("1", "3", "9")
        terminal.wait_for("Find 139 ")
        assert before_cursor(terminal) == "Find 139"
        terminal.send("backspace", "8")
        assert before_cursor(terminal) == "Find 138"
        terminal.send("left", "left", "7", "right", "6")
        assert before_cursor(terminal) == "Find 1736"


def test_in_a_form_and_after_a_dialog_over_it(terminal: Terminal) -> None:
    terminal.send("王五")
    terminal.wait_for("1 found")
    terminal.send("f8")
    terminal.wait_for("outcome")
    assert before_cursor(terminal) == "outcome"
    terminal.send("2")
    assert before_cursor(terminal) == "note"
    terminal.send("要三斤", "enter", "!fri 3pm call")
    terminal.wait_for("= 20")
    assert before_cursor(terminal) == "!fri 3pm call"
    terminal.send("ctrl+p")
    terminal.wait_for("What do you want to do")
    assert before_cursor(terminal).replace("|", "").strip() in ("", "note", "outcome")
    terminal.send("esc")
    terminal.wait_for("(?s)^(?!.*What do you want)")
    assert before_cursor(terminal) == "!fri 3pm call"
    terminal.send("tab")
    assert before_cursor(terminal) == "next"


def test_nowhere_where_nothing_is_typed(terminal: Terminal) -> None:
    terminal.send("f4")
    terminal.wait_for("send samples")
    terminal.settle(0.2)
    assert terminal.screen.cursor.hidden
    terminal.send("f2")
    terminal.wait_for("Find")
    assert before_cursor(terminal) == "Find"


def test_a_long_text_is_looked_up_once_or_twice(terminal: Terminal) -> None:
    terminal.mark()
    terminal.send(LONG)
    terminal.wait_for(LONG)
    terminal.settle(0.3)
    assert terminal.output.count(b"\x1b[?2026h") <= 4  # two searches, each with slower kinds of match behind
    assert before_cursor(terminal) == f"Find {LONG}"


def test_enter_that_is_meant_for_the_input_method_never_comes_and_one_in_a_field_saves_nothing(
    terminal: Terminal,
) -> None:
    terminal.send("f5")
    terminal.wait_for("New customer")
    terminal.settle(0.2)
    terminal.send(LONG[:4], "enter", "enter")
    terminal.wait_for(LONG[:4])
    terminal.settle(0.2)
    assert "New customer" in terminal.text
