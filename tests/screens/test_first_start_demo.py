"""The made-up shop offered at the first start, in a real terminal: looked at, left, and the own shop is back."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from store.place import guess_zone

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")


def test_the_made_up_shop_is_shown_and_left_again(tmp_path: Path) -> None:
    from tests.terminal import Terminal, app

    with Terminal(app("--data", tmp_path / "shop", "--lang", "en", "--by", "mei")) as terminal:
        terminal.wait_for("A few things about the shop")
        terminal.settle(0.3)
        terminal.send("My shop", "ctrl+s")
        terminal.wait_for("Where do the customers come from")
        terminal.settle(0.3)
        terminal.send("3")
        terminal.wait_for("Cloudhill Tea")
        terminal.wait_for("300 customers")
        terminal.settle(0.5)
        terminal.send("ctrl+q")
        terminal.wait_for("your own shop again")
        assert "My shop" in terminal.text
        terminal.send("ctrl+q")
        assert terminal.wait_exit() == 0


def test_a_machine_that_keeps_utc_says_nothing_about_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    assert guess_zone() == "Europe/Berlin"
    monkeypatch.delenv("TZ")
    monkeypatch.setattr(Path, "resolve", lambda _self: Path("/usr/share/zoneinfo/Etc/UTC"))
    assert guess_zone() == ""
