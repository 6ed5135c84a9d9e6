"""Many keys at once, as a slow line brings them: each acts where it would have acted had one waited."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, app

F8, ENTER, ESC, DOWN, LEFT, DELETE = "\x1b[19~", "\r", "\x1b", "\x1b[B", "\x1b[D", "\x7f"


@pytest.fixture(scope="module", params=["--no-lean", "--lean"])
def counter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The app on a made-up shop, settled."""
    folder: Path = tmp_path_factory.mktemp("ahead") / "shop"
    command = [
        *app("--data", folder, "--lang", "zh", "demo", "--no-open", "--seed", "7"),
        "--customers",
        "300",
    ]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=ROOT)
    with Terminal(app("--data", folder, "--lang", "en", "--by", "mei", request.param)) as terminal:
        terminal.wait_for("F1 ")
        terminal.settle(1.0)
        yield terminal


@pytest.fixture
def empty_box(counter: Terminal) -> Terminal:
    counter.send("f2")
    counter.wait_for("^ Find ")
    counter.settle(0.3)
    counter.send("\x1b[F", "\x15")
    counter.wait_for(r"300 customers")
    return counter


def throw_away(terminal: Terminal) -> None:
    terminal.send("esc")
    terminal.wait_for("Not saved")
    terminal.send("\x1b[3~", "f2")  # a key that is no answer is kept


def typed(terminal: Terminal) -> str:
    return terminal.text.split("\n")[1].split()[1]


@pytest.mark.parametrize(
    ("keys", "wanted"),
    [
        (f"wax{DELETE}ng", "wang"),
        (f"ab{DELETE}c", "ac"),
        (f"wang{LEFT}{LEFT}z{DELETE}x", "waxng"),
        (f"nothing\x15li{LEFT}a", "lai"),
    ],
)
def test_text_and_editing_keep_their_order(empty_box: Terminal, keys: str, wanted: str) -> None:
    empty_box.send(keys)
    empty_box.wait_for(rf"^ Find {wanted} ")
    empty_box.settle(0.2)
    assert typed(empty_box) == wanted


def test_what_is_typed_behind_f8_goes_into_the_note(empty_box: Terminal) -> None:
    empty_box.send(f"wang{DOWN}{F8}asked for the price")
    empty_box.wait_for("asked for the price")
    empty_box.settle(0.3)
    assert "Find" not in empty_box.text
    throw_away(empty_box)


def test_enter_opens_the_answer_to_what_was_typed_before_it(empty_box: Terminal) -> None:
    first = empty_box.text.split("\n")[3].split()[0]
    empty_box.send(f"chen{DOWN}{DOWN}{ENTER}{F8}thanked us")
    empty_box.wait_for("thanked us")
    empty_box.settle(0.3)
    shown = empty_box.text
    assert first not in shown.split("\n")[1]
    throw_away(empty_box)


@pytest.mark.parametrize("place", ["\x1bOS", "\x1bOR"], ids=["agenda", "tickets"])
def test_what_is_typed_quickly_in_another_place_is_looked_up_in_its_order(
    empty_box: Terminal, place: str
) -> None:
    empty_box.send(f"{place}wangwu8000")
    empty_box.wait_for("^ Find wangwu8000 ")


def test_text_behind_a_key_that_closes_a_screen_reaches_the_one_beneath(empty_box: Terminal) -> None:
    empty_box.send("f1")
    empty_box.wait_for("Esc")
    empty_box.settle(0.3)
    empty_box.send("\x1bOQ8000")  # F2 closes the help
    empty_box.wait_for("^ Find 8000 ")


def test_the_next_caller_is_looked_up_though_a_note_is_half_written(empty_box: Terminal) -> None:
    empty_box.send(f"wang{DOWN}{F8}drain rods")
    empty_box.wait_for("drain rods")
    empty_box.settle(0.3)
    empty_box.send("\x1bOQ3875")
    empty_box.wait_for("^ Find 3875 ")
    assert "Kept, not saved" in empty_box.text
    empty_box.send("f2", f"wang{DOWN}{F8}")
    empty_box.wait_for("drain rods")
    empty_box.settle(0.3)
    throw_away(empty_box)
