"""What goes over the line, and what a start loads: in bytes, frames and modules, the same on any machine."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers import FrozenClock
from tests.terminal import ROOT, Terminal, app

CUSTOMERS = 300
FRAME = b"\x1b[?2026h"
"""Begins a frame on a terminal that shows frames whole."""

LARGEST_FRAME = 14 * 1024
"""What goes to the other end at once when a connection was idle (ten packets)."""

ROWS_ANEW = 5 * 1024
"""All rows of 80 x 24, each with other words or wiped."""


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """The app on a made-up shop, settled."""
    folder = tmp_path_factory.mktemp("wire") / "shop"
    command = [*app("--data", folder, "--lang", "zh", "demo", "--no-open", "--seed", "7"), "--customers"]
    subprocess.run([str(part) for part in (*command, CUSTOMERS)], check=True, capture_output=True, cwd=ROOT)
    with Terminal(app("--data", folder, "--lang", "en", "--by", "mei")) as terminal:
        terminal.wait_for("F1 Help")
        terminal.settle(1.0)
        yield terminal


@pytest.fixture
def empty_box(counter: Terminal) -> Terminal:
    counter.send("\x15", "\x1b[H")
    counter.settle(0.4)
    counter.mark()
    return counter


def answer(terminal: Terminal, key: str) -> bytes:
    """All that is sent for one key."""
    terminal.mark()
    terminal.send(key)
    terminal.pump(5)
    terminal.settle(0.25)
    return terminal.output


def test_nothing_is_sent_while_idle(empty_box: Terminal) -> None:
    assert not empty_box.pump(1.5), empty_box.output


@pytest.mark.parametrize("query", ["138", "8000", "wang", "zw", "王", "张伟", "q"])
def test_a_key_of_the_look_up_is_one_frame_or_two_and_small(empty_box: Terminal, query: str) -> None:
    for key in query:
        sent = answer(empty_box, key)
        assert 1 <= sent.count(FRAME) <= 2
        assert max(len(frame) for frame in sent.split(FRAME)) <= LARGEST_FRAME
        assert len(sent) <= ROWS_ANEW, f"{len(sent)} bytes for {key!r} of {query!r}"


def test_a_pasted_number_is_one_search(empty_box: Terminal) -> None:
    sent = answer(empty_box, "\x1b[200~138 0013 8000\x1b[201~")
    assert 1 <= sent.count(FRAME) <= 2


def test_the_cursor_moves_in_few_bytes(empty_box: Terminal) -> None:
    sizes = [len(answer(empty_box, key)) for key in ("down", "down", "down", "up", "down")]
    assert max(sizes) <= 400, sizes


def test_a_page_is_one_frame(empty_box: Terminal) -> None:
    sent = answer(empty_box, "pgdn")
    assert sent.count(FRAME) == 1
    assert len(sent) <= ROWS_ANEW


def test_the_mouse_stays_the_terminals_own(counter: Terminal) -> None:
    """Pointer movements over the window would cost 7 KB each."""
    counter.mark()
    counter.send_bytes(b"\x1b[<35;10;10M" * 5)
    assert not counter.pump(0.5), counter.output


def loaded(code: str, *arguments: str) -> set[str]:
    """The modules that a fresh interpreter has after `code`."""
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    return set(done.stdout.split())


def test_opening_the_shop_loads_neither_actions_nor_rules(folder: Path, clock: FrozenClock) -> None:
    code = """
from store.shop import open_shop
with open_shop(sys.argv[1], by="mei", create=True) as shop:
    shop.lookup.everybody(0, 40), shop.settings, shop.watch()
"""
    modules = loaded(code, str(folder))
    assert not {name for name in modules if name.startswith(("store.actions", "store.rules"))}
    assert not {"dateutil", "phonenumbers", "pypinyin", "store.readers"} & modules


def test_the_first_screen_loads_no_other_place() -> None:
    modules = loaded("import screens.app, screens.customers, screens.driver")
    unwanted = {
        "screens.tickets",
        "screens.agenda",
        "screens.profile",
        "screens.contact_form",
        "textual.widgets._text_area",
        "textual.widgets._data_table",
        "textual.widgets._markdown",
        "store.actions.customers",
        "store.rules.when",
    }
    assert not unwanted & modules


def test_the_start_stays_within_its_modules() -> None:
    """A bare Textual app loads some 370 modules; each one more is paid at every start."""
    bare = loaded("import textual.app, textual.screen, textual.drivers.linux_driver, textual.widgets._static")
    app_modules = loaded("import crm_tui, screens.app, screens.customers, screens.driver, store.shop")
    assert len(app_modules - bare) <= 190
