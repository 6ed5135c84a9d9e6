"""A call in a real terminal: shown in time, nothing sent while nothing happens; a note half written is never lost."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from store.drafts import Drafts
from tests.screens.tea_house import shop_at
from tests.terminal import ROOT, Terminal, app

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


@pytest.fixture
def tea_house(tmp_path: Path) -> Path:
    place = tmp_path / "shop"
    with shop_at(place, create=True) as shop:
        shop.do("settings.set", shop_name="Tea House")
        shop.do("staff.add", login="mei")
        shop.do("customer.create", name="王五", phone="138 0013 8000", call_as="王姐")
    return place


def opened(terminal: Terminal) -> None:
    terminal.wait_for("Tea House")
    terminal.settle(0.5)


def ring(folder: Path, number: str) -> None:
    """As a telephone system does it, in a process of its own."""
    words = ["--data", str(folder), "--by", "phone", "ring", number]
    subprocess.run(
        [sys.executable, str(ROOT / "crm_tui.py"), *words], check=True, capture_output=True, timeout=60
    )


def test_a_call_is_one_line_and_then_nothing_is_sent(tea_house: Path) -> None:
    with Terminal(app("--data", tea_house, "--by", "mei", "--lang", "en")) as terminal:
        opened(terminal)
        terminal.send("wang")
        terminal.settle(0.5)
        terminal.mark()
        ring(tea_house, "13800138000")
        terminal.wait_for("Call: 138 0013 8000  王姐 ?\\(王五\\)")
        terminal.settle(0.5)
        assert len(terminal.output) < 1500
        assert "wang" in terminal.text
        terminal.mark()
        terminal.pump(1.0)
        assert terminal.output == b""
        terminal.send("\x12")
        terminal.wait_for("王姐 +王五")
        terminal.send("ctrl+q")


def test_two_terminals_see_the_call_and_its_end(tea_house: Path) -> None:
    words = app("--data", tea_house, "--by", "mei", "--lang", "en")
    with Terminal(words) as one, Terminal(words) as two:
        opened(one)
        opened(two)
        ring(tea_house, "13800138000")
        one.wait_for("Call: 138")
        two.wait_for("Call: 138")
        one.send("\x12")
        one.wait_for("王姐 +王五")
        one.settle()
        one.send("f8")
        one.wait_for("Log the call of")
        one.settle()
        one.send("1", "没事了", "f8")
        one.wait_for("Logged")
        two.wait_for("F2 Customers")
        assert "Call:" not in two.text


def test_a_note_half_written_is_kept_when_the_line_is_lost(tea_house: Path) -> None:
    ring(tea_house, "13800138000")
    with Terminal(app("--data", tea_house, "--by", "mei", "--lang", "en")) as terminal:
        opened(terminal)
        terminal.send("\x12")
        terminal.wait_for("王姐 +王五")
        terminal.settle()
        terminal.send("f8")
        terminal.wait_for("Log the call of")
        terminal.settle()
        terminal.send("2", "要报价，!明天15点 回电")
        terminal.wait_for("回电")
        gone = time.monotonic()
        terminal.hang_up()
        terminal.wait_exit(3)
        assert time.monotonic() - gone < 2.0
    (draft,) = Drafts(tea_house).list()
    assert draft.data["values"]["text"] == "要报价，!明天15点 回电"
    assert draft.data["values"]["outcome"] == "followup"


def test_a_long_text_committed_at_once_arrives_whole_in_the_note(tea_house: Path) -> None:
    text = "客户说周五3点来取两盒龙井，另外要一张发票 抬头以后再说，已经告诉她没有问题"
    with Terminal(app("--data", tea_house, "--by", "mei", "--lang", "en")) as terminal:
        opened(terminal)
        terminal.send("f8")
        terminal.wait_for("Log a contact")
        terminal.settle()
        terminal.send(text)
        terminal.settle(0.4)
        terminal.send("f8")
        terminal.wait_for("Logged")
        terminal.send("ctrl+q")
    with shop_at(tea_house) as shop:
        assert shop.customers.file(1).interactions[0].text == text
        assert shop.customers.file(1).interactions[0].outcome is None
