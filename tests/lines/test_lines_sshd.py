"""Through a real sshd, 50 ms away: a line that breaks, keys in pieces, and what is sent."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.drafts import Drafts
from store.shop import Shop
from tests.lines.ssh_line import MISSING, SshLine, gone_after, ssh_line
from tests.terminal import Terminal

pytestmark = [pytest.mark.skipif(bool(MISSING), reason=MISSING), pytest.mark.xdist_group("sshd")]


@pytest.fixture
def small(folder: Path, shop: Shop) -> Path:
    """A shop that asks nothing at its start."""
    shop.do("settings.set", shop_name="Tea House", currency="CNY", time_zone="Asia/Shanghai")
    shop.do("customer.create", name="王五", phone="13800138000")
    return folder


@pytest.fixture
def line(tmp_path: Path) -> Iterator[SshLine]:
    place = tmp_path / "ssh"
    place.mkdir()
    with ssh_line(place) as slow:
        yield slow


def in_a_note(line: SshLine, folder: Path) -> Terminal:
    """In the middle of a note."""
    terminal = line.app(folder)
    terminal.wait_for("1 customer")
    terminal.send("王五")
    terminal.wait_for("1 found")
    terminal.send("f8")
    terminal.wait_for("outcome")
    terminal.send("9")
    terminal.settle(0.2)
    terminal.send("asks for half a po")
    terminal.wait_for("half a po")
    return terminal


def lose(line: SshLine, terminal: Terminal, how: str) -> float:
    """Lose the line; the moment."""
    moment = time.monotonic()
    if how == "window closed":
        terminal.hang_up()
    elif how == "client killed":
        os.kill(terminal.pid, signal.SIGKILL)
    else:
        line.break_off()
    return moment


@pytest.mark.parametrize("how", ["window closed", "client killed", "connection reset"])
def test_a_lost_line_in_the_middle_of_a_note(line: SshLine, small: Path, how: str) -> None:
    before = sorted(path.name for path in small.glob("journal-*"))
    journal = (small / before[0]).read_bytes()
    with in_a_note(line, small) as terminal:
        process = line.remote
        assert gone_after(process, lose(line, terminal, how)) < 2.0
    drafts = Drafts(small).list()
    assert [draft.data["values"]["text"] for draft in drafts] == ["asks for half a po"]
    assert sorted(path.name for path in small.glob("journal-*")) == before
    assert (small / before[0]).read_bytes() == journal
    with line.app(small) as terminal:
        terminal.wait_for("asks for half a po")
        terminal.send("enter")
        terminal.wait_for("outcome")
        terminal.send("f8")
        terminal.wait_for("Nothing|1 customer")
    assert Drafts(small).list() == []


def test_keys_in_pieces_and_a_paste_in_pieces(line: SshLine, small: Path) -> None:
    with line.app(small) as terminal:
        terminal.wait_for("1 customer")
        for byte in "王".encode() + b"\x1b[20" + b"0~" + "五\x1b[201~".encode():
            terminal.send_bytes(bytes([byte]))
            terminal.pump(0.2)
        terminal.wait_for("Find 王五 .*1 found")
        for byte in b"\x1b[15~":
            terminal.send_bytes(bytes([byte]))
            limit = time.perf_counter() + 0.2
            while time.perf_counter() < limit:
                terminal.pump(0.02)
        terminal.wait_for("New customer")
        assert "[15" not in terminal.text
        terminal.send("esc")
        terminal.wait_for("Find 王五")


def test_nothing_is_sent_while_nothing_happens(line: SshLine, small: Path) -> None:
    with line.app(small) as terminal:
        terminal.wait_for("1 customer")
        terminal.settle(1.0)
        assert not terminal.pump(3.0)
