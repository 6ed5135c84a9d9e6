"""What is on the screen before the app is there: the same rows in the same places, or nothing at all."""

from __future__ import annotations

import os
import subprocess
import sys
import termios
from pathlib import Path

import pyte
import pytest

from store import first_rows
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock
from tests.terminal import ROOT, Terminal, app

APP_BEGINS = b"\x1b[?1004h"
"""The first thing that Textual says to a terminal and the early paint does not."""


def fill(shop: Shop) -> None:
    """Names of every kind, more than fit on a screen."""
    for number in range(60):
        shop.do("customer.create", name=f"Guest {number:02}", phone=f"138001380{number:02}")
    shop.do(
        "customer.create",
        name="欧阳娜娜欧阳娜娜欧阳娜娜欧阳娜娜欧阳娜娜",
        company="很长的名字有限责任公司很长的名字",
    )
    shop.do("customer.create", name="\x1b[31mred\x1b[2J", tags=["熟客", "a\nb"])
    shop.do("customer.create", name="Zoë 👩‍🌾 \u202eevil", call_as="Ms [b]Z[/b]", phone="021-62345678")


@pytest.fixture
def counter(folder: Path, clock: FrozenClock) -> Path:
    """A shop that was open before."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("settings.set", shop_name="Tea & Co", currency="CNY", time_zone="Asia/Shanghai")
        fill(shop)
        shop.lookup  # noqa: B018 - as everybody who opens the app has it
    return folder


def start(folder: Path, columns: int = 80, rows: int = 24) -> Terminal:
    return Terminal(app("--data", folder, "--lang", "en", "--by", "mei"), columns=columns, rows=rows)


def early_part(terminal: Terminal) -> bytes:
    """What was written before the app took over."""
    before, found, _after = terminal.output.partition(APP_BEGINS)
    assert found
    return before.removesuffix(b"\x1b[?25l")


def drawn(screen: pyte.Screen, columns: int, lines: range) -> list[list[tuple[str, bool]]]:
    """Each cell with whether it is reversed."""
    return [
        [(cell.data, cell.reverse) for cell in (screen.buffer[y][x] for x in range(columns))] for y in lines
    ]


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (61, 20), (100, 30), (131, 45)])
def test_the_rows_stay_where_they_were_painted(counter: Path, columns: int, rows: int) -> None:
    with start(counter, columns, rows) as terminal:
        terminal.wait_for("Help")
        terminal.settle(0.3)
        early = pyte.Screen(columns, rows)
        pyte.ByteStream(early).feed(early_part(terminal).replace(b"\x1b[?1049h", b""))
        assert "Guest" in "\n".join(early.display)
        width = columns // 2 if columns >= 100 else columns
        lines = range(1, rows - 2)
        # In a wide window the card stands beside the rows.
        assert drawn(early, width, lines) == drawn(terminal.screen, width, lines)
        assert "".join(early.display[1]).rstrip() == terminal.screen.display[1].rstrip()


def test_the_screen_is_cleared_once(counter: Path) -> None:
    with start(counter) as terminal:
        terminal.wait_for("Help")
        assert terminal.output.count(b"\x1b[?1049h") == 1
        terminal.send("ctrl+q")
        terminal.wait_exit()
        assert terminal.output.count(b"\x1b[?1049l") == 1


def test_after_a_change_nothing_is_painted_early(counter: Path, clock: FrozenClock) -> None:
    assert first_rows.load(counter) is not None
    with open_shop(counter, by="li", now=clock) as shop:
        shop.do("interaction.log", customer=40, type="call", text="asked for the price")
    assert first_rows.load(counter) is None
    with start(counter) as terminal:
        terminal.wait_for("Help")
        assert early_part(terminal).replace(b"\x1b[?1049h", b"") == b""


def test_the_app_keeps_the_rows_for_its_next_start(counter: Path, clock: FrozenClock) -> None:
    with open_shop(counter, by="li", now=clock) as shop:
        clock.move(minutes=5)
        shop.do("interaction.log", customer=40, type="call", text="asked for the price")
    with start(counter) as terminal:
        terminal.wait_for("Help")
    kept = first_rows.load(counter)
    assert kept is not None
    assert kept.rows[0].name == "Guest 39"
    assert kept.count == 63


@pytest.mark.parametrize("damage", ["empty", "cut", "list", "other", "old"])
def test_rows_that_cannot_be_trusted_are_not_there(counter: Path, damage: str) -> None:
    path = counter / "cache" / "first-rows.json"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        {
            "empty": "",
            "cut": text[:-20],
            "list": "[]",
            "other": text.replace('"count"', '"Count"'),
            "old": text.replace(f'"version": {first_rows.VERSION}', '"version": 0'),
        }[damage],
        encoding="utf-8",
    )
    assert first_rows.load(counter) is None


def test_only_the_owner_may_read_the_rows(counter: Path) -> None:
    assert (counter / "cache" / "first-rows.json").stat().st_mode & 0o777 == 0o600


def test_a_journal_that_others_write_to_is_another_state(counter: Path) -> None:
    with (counter / "journal-1.jsonl").open("ab") as journal:
        journal.write(b"x")
    assert first_rows.load(counter) is None


def test_keys_typed_before_the_app_is_there_are_answered(counter: Path) -> None:
    with start(counter) as terminal:
        terminal.send("Guest 41", "enter")
        terminal.wait_for(r"Guest 41(?s:.*)Esc Back")
        assert "Guest 40" not in terminal.text


def test_the_terminal_is_as_before_when_the_app_has_ended(counter: Path) -> None:
    with start(counter) as terminal:
        before = termios.tcgetattr(terminal.fd)
        terminal.wait_for("Help")
        assert not termios.tcgetattr(terminal.fd)[3] & termios.ECHO
        terminal.send("ctrl+q")
        terminal.wait_exit()
        after = termios.tcgetattr(terminal.fd)
        assert after[3] & termios.ECHO
        assert after[3] & termios.ICANON
        assert after[:4] == before[:4]


def test_a_shop_that_cannot_be_opened_leaves_a_sentence_on_the_plain_screen(counter: Path) -> None:
    (counter / "shop-1.json").write_bytes(b"{")
    with start(counter) as terminal:
        assert terminal.wait_exit() == 3
        output = terminal.output
        assert output.count(b"\x1b[?1049h") == output.count(b"\x1b[?1049l")
        assert termios.tcgetattr(terminal.fd)[3] & termios.ECHO
        after = output.rpartition(b"\x1b[?1049l")[2]
        assert b"shop-1.json" in after.replace(b"\r\n", b"")


def test_the_early_paint_loads_no_terminal_library() -> None:
    program = "import sys, screens.early_paint; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True, env=os.environ
    )
    loaded = set(done.stdout.split())
    assert not {"textual", "asyncio", "msgspec", "tinydb", "store.engine", "rich.console"} & loaded
