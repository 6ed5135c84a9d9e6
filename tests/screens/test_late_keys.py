"""Keys whose bytes come late: by a clock of our own, and through a real terminal."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from screens.late_keys import ESC, REST, LateKeys
from store.shop import Shop
from tests.terminal import Terminal, app

DELAYS = (0.1, 0.25)
"""ESCDELAY at the counter, and over SSH."""


def heard(delay: float, parts: list[str], gap: float) -> list[str]:
    """What the app gets when `parts` come `gap` seconds apart; "Esc" is the Esc key."""
    late = LateKeys(delay)
    got: list[str] = []
    now = 0.0

    def tick(until: float) -> None:
        nonlocal now
        while now < until:
            now += 0.01
            is_escape, text = late.due(now)
            got.extend((["Esc"] if is_escape else []) + ([text] if text else []))

    for part in parts:
        if text := late.take(part, now):
            got.append(text)
        tick(now + gap)
    tick(now + 1)
    return got


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.12, 0.2])
@pytest.mark.parametrize("key", ["\x1b[15~", "\x1bOP", "\x1b[A", "\x1b[1;5B", "\x1b[24~"])
def test_a_function_key_byte_by_byte_is_never_text(delay: float, gap: float, key: str) -> None:
    got = heard(delay, list(key), gap)
    assert got in ([key], ["Esc", key])
    assert got == [key] or gap >= delay


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_a_function_key_in_two_parts(delay: float, cut: int) -> None:
    key = "\x1b[15~"
    got = heard(delay, [key[:cut], key[cut:]], 0.2)
    assert got in ([key], ["Esc", key])


def test_over_ssh_a_function_key_is_itself() -> None:
    assert heard(0.25, list("\x1b[15~"), 0.2) == ["\x1b[15~"]


@pytest.mark.parametrize("delay", DELAYS)
def test_esc_is_answered_after_the_delay(delay: float) -> None:
    late = LateKeys(delay)
    assert late.take(ESC, 5.0) == ""
    assert late.due(5.0 + delay - 0.01) == (False, "")
    assert late.due(5.0 + delay + 0.001) == (True, "")
    assert not late.waiting


@pytest.mark.parametrize(
    ("parts", "gap", "wanted"),
    [
        (["abc"], 0.0, ["abc"]),
        (["王五"], 0.0, ["王五"]),
        ([ESC, "abc"], 0.3, ["Esc", "abc"]),
        ([ESC, "Oscar"], 0.12, ["Esc", "Oscar"]),
        ([ESC, "O", "scar"], 0.12, ["Esc", "Oscar"]),
        ([ESC, "[", "x"], 0.5, ["Esc", "[", "x"]),
        ([ESC, ESC], 0.5, ["Esc", "Esc"]),
        (["a\x1b[Bb"], 0.0, ["a\x1b[Bb"]),
        (["\x1b[200~one", " two\x1b[20", "1~"], 0.05, ["\x1b[200~one", " two", "\x1b[201~"]),
        (["\x1b[?2026;2$y"], 0.0, ["\x1b[?2026;2$y"]),
        (["\x1b[I"], 0.0, ["\x1b[I"]),
    ],
)
def test_what_is_typed_comes_as_it_was_typed(parts: list[str], gap: float, wanted: list[str]) -> None:
    assert heard(0.1, parts, gap) == wanted


def test_a_pause_longer_than_any_line_makes_text_of_it() -> None:
    assert heard(0.1, [ESC, "[15~"], REST + 0.2) == ["Esc", "[15~"]


def start(folder: Path, **env: str) -> Terminal:
    return Terminal(app("--data", folder, "--lang", "en", "--by", "mei"), env=env)


@pytest.fixture
def quiet(folder: Path, shop: Shop) -> Path:
    """A shop that needs nothing at its first start."""
    shop.do("settings.set", shop_name="Tea", currency="CNY", time_zone="Asia/Shanghai")
    shop.do("customer.create", name="Wang Wu", phone="13800138000")
    return folder


@pytest.mark.parametrize("env", [{}, {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}], ids=["counter", "ssh"])
def test_a_late_f5_opens_the_form_and_types_nothing(quiet: Path, env: dict[str, str]) -> None:
    with start(quiet, **env) as terminal:
        terminal.wait_for("Help")
        terminal.wait_for("1 customer")
        terminal.send("\x1b")
        time.sleep(0.2)  # the line is that slow
        terminal.send("[15~")
        terminal.wait_for("Save")
        assert "[15~" not in terminal.text


def test_a_character_in_pieces_arrives_whole(quiet: Path) -> None:
    with start(quiet) as terminal:
        terminal.wait_for("1 customer")
        for byte in "王".encode():
            terminal.send_bytes(bytes([byte]))
            terminal.settle(0.05)
        terminal.wait_for("王")
        terminal.send("五")
        terminal.wait_for("王五")
