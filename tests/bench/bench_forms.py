"""Key to painted: the forms and places that open in the middle of a call, against a bare Textual screen.

`python -m pytest tests/bench/bench_forms.py -m bench -n 0 -s`. Times never fail a run.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, app

pytestmark = pytest.mark.bench

ROUNDS = 5

BARE = """
import os
os.environ["TEXTUAL_ANIMATIONS"] = "none"
from textual.app import App
from textual.screen import Screen
from textual.widgets import Static
class Second(Screen):
    BINDINGS = [("escape", "app.pop_screen", "")]
    def compose(self):
        yield Static("second screen")
class Bare(App):
    BINDINGS = [("f8", "second", "")]
    def action_second(self):
        self.push_screen(Second())
    def compose(self):
        yield Static("ready here")
Bare(ansi_color=True).run(mouse=False)
"""

OPENED = (
    ("contact form", "f8", "esc"),
    ("new ticket", "f7", "esc"),
    ("new customer", "f5", "esc"),
    ("file", "f6", "esc"),
    ("call card", "enter", "esc"),
    ("tickets", "f3", "f2"),
    ("agenda", "f4", "f2"),
)
"""What opens, by which key, and which key leaves it."""


def opening(terminal: Terminal, key: str, back: str) -> tuple[float, float]:
    """Seconds from `key` to the first and to the last byte of what it opened; then goes back."""
    terminal.mark()
    pressed = terminal.send(key)
    terminal.pump(5)
    first = terminal.last - pressed
    terminal.settle(0.3)
    whole = terminal.last - pressed
    terminal.send(back)
    terminal.pump(5)
    terminal.settle(0.3)
    return first, whole


def times(command: Sequence[str | Path], ready: str, key: str, back: str) -> list[float]:
    """Seconds of the first opening in a new process, then of `ROUNDS` more."""
    with Terminal(command, columns=80, rows=24) as terminal:
        terminal.wait_for(ready)
        terminal.settle(1.5)
        return [opening(terminal, key, back)[1] for _round in range(1 + ROUNDS)]


def show(label: str, taken: list[float], anchor: float) -> None:
    first, again = taken[0], min(taken[1:])
    print(f"{label:<24} first {first * 1e3:6.0f} ms   again {again * 1e3:6.0f} ms   {again / anchor:.1f}x")


@pytest.mark.parametrize("customers", [5_000])
def test_key_to_painted_form(tmp_path: Path, customers: int) -> None:
    shop = tmp_path / "shop"
    made = app("--data", shop, "--lang", "zh", "demo", "--no-open", "--customers", str(customers))
    subprocess.run([str(part) for part in made], check=True, capture_output=True, cwd=ROOT)
    bare = times([sys.executable, "-c", BARE], "ready here", "f8", "esc")
    anchor = min(bare[1:])
    print()
    show("bare screen", bare, anchor)
    command = app("--data", shop, "--lang", "zh", "--by", "mei")
    for label, key, back in OPENED:
        taken = times(command, "F10", key, back)
        show(label, taken, anchor)
        assert min(taken) > 0
