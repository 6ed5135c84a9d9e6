"""What a slow line gets: the same picture from fewer bytes."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region
from textual.strip import Strip

from screens.lean_paint import LeanPaint
from tests.terminal import Terminal, app

WIDTH, HEIGHT = 24, 4
SIZE = (WIDTH, HEIGHT)
STYLES = (None, Style(reverse=True), Style(underline=True, color="default"), Style(bold=True, color="red"))
CONSOLE = Console(color_system="standard", force_terminal=True)

texts = st.text(alphabet="ab .,王五é", min_size=1, max_size=9)
strips = st.lists(st.tuples(texts, st.sampled_from(STYLES)), max_size=4).map(
    lambda parts: Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(WIDTH)
)
frames = st.lists(st.lists(strips, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=4)


def picture(screen: pyte.Screen) -> list[list[tuple[object, ...]]]:
    """Every cell: what it shows, and how."""
    return [
        [
            (cell.data, cell.reverse, cell.underscore, cell.bold, cell.fg)
            for cell in (screen.buffer[y][x] for x in range(screen.columns))
        ]
        for y in range(screen.lines)
    ]


def layout(lines: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, HEIGHT))


def whole(lines: list[Strip]) -> pyte.Screen:
    """A terminal that was sent everything."""
    screen = pyte.Screen(WIDTH, HEIGHT)
    pyte.Stream(screen).feed(layout(lines).render_segments(CONSOLE))
    return screen


@given(frames)
def test_the_changes_alone_make_the_same_picture(pictures: list[list[Strip]]) -> None:
    paint, screen = LeanPaint(), pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    for lines in pictures:
        stream.feed(paint.changes(layout(lines), SIZE, ColorSystem.STANDARD).text)
        assert picture(screen) == picture(whole(lines))
        assert paint.changes(layout(lines), SIZE, ColorSystem.STANDARD).text == ""


@given(frames, st.data())
def test_a_part_of_a_line_is_known_too(pictures: list[list[Strip]], data: st.DataObject) -> None:
    paint, screen = LeanPaint(), pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    first = pictures[0]
    stream.feed(paint.changes(layout(first), SIZE, ColorSystem.STANDARD).text)
    for lines in pictures[1:]:
        y = data.draw(st.integers(0, HEIGHT - 1))
        update = ChopsUpdate([{0: line} for line in lines], [(y, 0, WIDTH)], [[WIDTH]] * HEIGHT)
        stream.feed(paint.changes(update, SIZE, ColorSystem.STANDARD).text)
        first = [*first[:y], lines[y], *first[y + 1 :]]
        assert picture(screen) == picture(whole(first))
        assert paint.changes(layout(first), SIZE, ColorSystem.STANDARD).text == ""


def test_a_part_of_a_terminal_of_which_nothing_is_known() -> None:
    paint, screen = LeanPaint(), pyte.Screen(WIDTH, HEIGHT)
    stream = pyte.Stream(screen)
    stream.feed("\x1b[2;1Hxxxxxxxxxxxxxxxxxxxxxxxx")
    update = ChopsUpdate(
        [{0: None, 3: None, 5: None}, {0: Strip([Segment("abc")]), 3: None, 5: Strip([Segment("王")])}],
        [(1, 0, 7)],
        [[3, 5, 7], [3, 5, 7]],
    )
    stream.feed(paint.changes(update, SIZE, ColorSystem.STANDARD).text)
    assert screen.display[1].replace("王", "王 ").startswith("abcxx王 xx")


def test_a_sign_that_was_typed_takes_a_few_bytes() -> None:
    paint = LeanPaint()
    before = [Strip([Segment("Find wan".ljust(WIDTH))])] * HEIGHT
    after = [Strip([Segment("Find wang".ljust(WIDTH))]), *before[1:]]
    paint.changes(layout(before), SIZE, ColorSystem.STANDARD)
    assert paint.changes(layout(after), SIZE, ColorSystem.STANDARD).text == "\x1b[1;9Hg"


def test_after_forgetting_everything_is_sent() -> None:
    paint = LeanPaint()
    lines = [Strip([Segment("a" * WIDTH)])] * HEIGHT
    first = paint.changes(layout(lines), SIZE, ColorSystem.STANDARD).text
    paint.forget()
    assert paint.changes(layout(lines), SIZE, ColorSystem.STANDARD).text == first


KEYS = (
    "w",
    "a",
    "esc",
    "王",
    "enter",
    "down",
    "f8",
    "2",
    "王五要",
    "!fri 3pm 回电",
    "tab",
    "x",
    "esc",
    "enter",
    "pgdn",
    "ctrl+p",
    "f",
    "esc",
    "f3",
    "enter",
    "esc",
    "f4",
    "down",
    "f2",
    "f6",
    "tab",
    "f1",
    "esc",
    "f9",
)


@pytest.fixture(params=[80, 120])
def both(tea_house: Path, request: pytest.FixtureRequest) -> Iterator[tuple[Terminal, Terminal]]:
    """The app on two copies of a shop: at the counter, and over a slow line."""
    other = tea_house.with_name("other")
    shutil.copytree(tea_house, other)
    with (
        Terminal(
            app("--data", tea_house, "--lang", "zh", "--by", "mei", "--no-lean"), columns=request.param
        ) as counter,
        Terminal(
            app("--data", other, "--lang", "zh", "--by", "mei", "--lean"), columns=request.param
        ) as line,
    ):
        for terminal in (counter, line):
            terminal.wait_for("F1")
            terminal.settle(0.5)
        yield counter, line


def test_every_screen_is_the_same_over_a_slow_line(both: tuple[Terminal, Terminal]) -> None:
    counter, line = both
    sent: list[tuple[str, int, int]] = []
    for key in KEYS:
        for terminal in both:
            terminal.mark()
            terminal.send(key)
        for terminal in both:
            terminal.pump(0.5)
            terminal.settle(0.15)
        limit = time.monotonic() + 5
        while picture(line.screen) != picture(counter.screen) and time.monotonic() < limit:
            for terminal in both:
                terminal.settle(0.1)
        sent.append((key, len(counter.output), len(line.output)))
        assert line.text == counter.text, key
        assert picture(line.screen) == picture(counter.screen), key
        assert (line.screen.cursor.x, line.screen.cursor.y) == (
            counter.screen.cursor.x,
            counter.screen.cursor.y,
        )
        assert line.screen.cursor.hidden == counter.screen.cursor.hidden, key
        assert len(line.output) <= len(counter.output), key
    assert sum(lean for _key, _all, lean in sent) < sum(every for _key, every, _lean in sent) / 2, sent
