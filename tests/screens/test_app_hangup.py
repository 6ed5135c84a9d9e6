"""The end that nobody asked for: what is typed is kept, and the process goes, whatever became of the terminal."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from store.drafts import Drafts
from tests.terminal import Terminal, app

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def typing(terminal: Terminal) -> None:
    """Open the form for a new customer and begin to type."""
    terminal.wait_for("Tea House")
    terminal.settle()
    terminal.send("f5")
    terminal.wait_for("New customer")
    terminal.settle()
    terminal.send("Half a na")
    terminal.wait_for("Half a na")


def kept(folder: Path) -> list[str]:
    """The names in the drafts."""
    return [draft.data["values"]["name"] for draft in Drafts(folder).list()]


def test_a_closed_terminal_keeps_the_draft_and_ends_the_process(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        typing(terminal)
        gone = time.monotonic()
        terminal.hang_up()
        assert terminal.wait_exit(3) == 128 + signal.SIGHUP
        assert time.monotonic() - gone < 2.0
    assert kept(tea_house) == ["Half a na"]
    assert not (tea_house / "crash.log").exists()


def test_a_closed_terminal_ends_the_process_where_sighup_is_ignored(tea_house: Path) -> None:
    ignoring = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "os.execv(sys.executable, sys.argv[1:])"
    )
    command = [
        sys.executable,
        "-c",
        ignoring,
        *(str(part) for part in app("--data", tea_house, "--by", "mei")),
    ]
    with Terminal(command) as terminal:
        typing(terminal)
        gone = time.monotonic()
        terminal.hang_up()
        terminal.wait_exit(3)
        assert time.monotonic() - gone < 2.0
    assert kept(tea_house) == ["Half a na"]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM, signal.SIGINT])
def test_a_signal_keeps_the_draft(tea_house: Path, number: signal.Signals) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        typing(terminal)
        os.kill(terminal.pid, number)
        assert terminal.wait_exit(3) == 128 + number
    assert kept(tea_house) == ["Half a na"]


def test_ctrl_c_ends_nothing_and_says_how_to_leave_in_dialogs_too(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house)) as terminal:
        terminal.wait_for("Who is working?")
        terminal.settle()
        terminal.send("ctrl+c")
        terminal.wait_for(r"Ctrl\+Q leaves the program\.")
        terminal.wait_for(r"Who is working\?")
        terminal.send("ctrl+q")
        assert terminal.wait_exit(5) == 0


def test_ctrl_q_leaves_and_keeps_what_was_typed(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        typing(terminal)
        terminal.send("ctrl+q")
        assert terminal.wait_exit(5) == 0
    assert kept(tea_house) == ["Half a na"]


def test_nothing_is_sent_while_nothing_happens(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        terminal.wait_for("Tea House")
        terminal.settle(1.0)
        terminal.mark()
        terminal.pump(1.5)
        assert terminal.output == b""


def test_a_key_of_the_look_up_is_one_short_frame(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        terminal.wait_for("Tea House")
        terminal.settle(1.0)
        terminal.mark()
        terminal.send("8")
        terminal.wait_for("found")
        terminal.settle(0.3)
        assert terminal.output.count(b"\x1b[?2026h") == 1
        assert len(terminal.output) < 4000
        terminal.send("ctrl+q")


def test_cursor_down_sends_two_rows(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        terminal.wait_for("Tea House")
        terminal.settle(1.0)
        terminal.mark()
        terminal.send("down")
        terminal.settle(0.3)
        assert 0 < len(terminal.output) <= 400


def test_what_an_input_method_commits_arrives_whole(tea_house: Path) -> None:
    address = "北京市朝阳区建国路八十八号"
    with Terminal(app("--data", tea_house, "--by", "mei")) as terminal:
        terminal.wait_for("Tea House")
        terminal.settle()
        terminal.send(address)
        terminal.wait_for(address)


def test_an_unforeseen_error_keeps_the_draft_and_is_said_in_a_sentence(tea_house: Path) -> None:
    breaking = (
        "import os, sys\n"
        "from screens import terminal\n"
        "terminal.prepare(os.environ)\n"
        "from screens.history import HistoryScreen\n"
        "import crm_tui\n"
        "def broken(self): raise RuntimeError('the lamp went out')\n"
        "HistoryScreen.on_mount = broken\n"
        "sys.exit(crm_tui.main(sys.argv[1:]))\n"
    )
    with Terminal([sys.executable, "-c", breaking, "--data", tea_house, "--by", "mei"]) as terminal:
        typing(terminal)
        terminal.send("\x0c")
        terminal.mark()
        terminal.wait_for("Something unforeseen went wrong: RuntimeError")
        assert terminal.wait_exit(5) != 0
        assert b"Traceback" not in terminal.output
        assert b"tea_house" not in terminal.output
    assert kept(tea_house) == ["Half a na"]
