"""The look-up draws past Textual: what stands on the terminal is what Textual would have drawn."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.terminal import ROOT, Terminal, app


@pytest.fixture(
    scope="module", params=[(80, "--no-lean"), (120, "--no-lean"), (80, "--lean"), (120, "--lean")], ids=str
)
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The app on a made-up shop, settled."""
    folder = tmp_path_factory.mktemp("frames") / "shop"
    command = [
        *app("--data", folder, "--lang", "zh", "demo", "--no-open", "--seed", "7"),
        "--customers",
        "300",
    ]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=ROOT)
    columns, lean = request.param
    with Terminal(app("--data", folder, "--lang", "zh", "--by", "mei", lean), columns=columns) as terminal:
        terminal.wait_for("F1 ")
        terminal.settle(1.0)
        yield terminal


def cells(terminal: Terminal) -> list[list[Any]]:
    """Every cell with its looks."""
    buffer = terminal.screen.buffer
    return [[buffer[row][column] for column in range(terminal.columns)] for row in range(terminal.rows)]


def typed(terminal: Terminal, *keys: str) -> list[list[Any]]:
    """The screen after keys, each answered before the next."""
    for key in keys:
        terminal.send(key)
        terminal.settle(0.15)
    terminal.settle(0.5)  # the card beside the list
    return cells(terminal)


def drawn_anew(terminal: Terminal) -> list[list[Any]]:
    """The screen after Textual has drawn all of it: over a dialog, and back."""
    terminal.send("ctrl+p")
    terminal.wait_for(r"\+-----")
    terminal.settle(0.3)
    terminal.send("esc")
    terminal.settle(0.8)
    return cells(terminal)


@pytest.mark.parametrize(
    "keys",
    [
        "wang",
        "zhangx",
        ["w", "a", "backspace", "8"],
        ["138", "\x1b[D", "\x1b[D", "7"],
        ["li", "down", "down", "n"],
        "王小",
        ["长", "q" * 70, "x", "y"],
        ["abc def", "\x1b[H", "z"],
    ],
    ids=str,
)
def test_what_was_drawn_is_what_textual_draws(counter: Terminal, keys: list[str]) -> None:
    counter.send("\x1b[F", "\x15", "\x1b[H")
    counter.settle(0.3)
    mine = typed(counter, *keys)
    assert mine == drawn_anew(counter)


def test_a_key_draws_box_and_count_and_leaves_the_cursor_in_the_box(counter: Terminal) -> None:
    counter.send("\x1b[F", "\x15", "\x1b[H")
    counter.settle(0.6)  # the card beside the list, late on a slow line
    counter.mark()
    counter.send("w")
    counter.pump(5)
    counter.settle(0.1)
    frame = counter.output.split(b"\x1b[?2026l")[0]
    assert frame.count(b"\x1b[2;") == 3  # the box, the count, the cursor
