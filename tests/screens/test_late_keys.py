"""Keys whose bytes come late: by a clock of our own, and through a real terminal."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from screens.late_keys import ESC, REST, STALL, LateKeys
from store.shop import Shop
from tests.terminal import Terminal, app

DELAYS = (0.1, 0.25)
"""ESCDELAY at the counter, and over SSH."""


FUNCTION_KEYS = (
    *(f"\x1bO{final}" for final in "PQRS"),  # xterm, tmux, PuTTY as xterm: F1 to F4
    *(f"\x1b[{number}~" for number in (15, 17, 18, 19, 20, 21, 23, 24)),  # nearly all: F5 to F12
    *(f"\x1b[{number}~" for number in (11, 12, 13, 14)),  # rxvt, PuTTY: F1 to F4
    *(f"\x1b[[{final}" for final in "ABCDE"),  # Linux console, PuTTY as Linux: F1 to F5
    *(f"\x1b[1;{modifier}{final}" for modifier in (2, 5, 6) for final in "PQRS"),
    *(f"\x1b[{number};{modifier}~" for number in (15, 20, 24) for modifier in (2, 5, 6)),
    *(f"\x1b[{number}{final}" for number in (23, 24) for final in "$^@"),  # rxvt, with Shift and Ctrl
)
OTHER_KEYS = ("\x1b[A", "\x1bOB", "\x1b[1;5C", "\x1b[5~", "\x1b[3~", "\x1b[H", "\x1bOF", "\x1b[Z", "\x1b[I")
UNKNOWN_KEYS = ("\x1b[15;3~", "\x1b[1;3P", "\x1bO2P", "\x1b[1;3A", "\x1b[57414;1~", "\x1b\x1b[15~")
"""Function keys with Alt, and such: they mean nothing here."""


def heard(delay: float, parts: list[str], gap: float) -> list[str]:
    """What the app gets when `parts` come `gap` seconds apart; "Esc" is the Esc key."""
    late = LateKeys(delay)
    got: list[str] = []
    now = 0.0

    def add(certain: list[str]) -> None:
        got.extend("Esc" if part == ESC else part for part in certain)

    for part in parts:
        add(late.take(part, now))
        until = now + gap
        while (wait := late.wait(now)) is not None and now + wait < until:
            now += wait
            add(late.due(now))
        now = until
    while (wait := late.wait(now)) is not None:
        now += wait
        add(late.due(now))
    return got


def joined(got: list[str]) -> list[str]:
    """Pieces of text put together."""
    whole: list[str] = []
    for part in got:
        if whole and whole[-1] != "Esc" and part != "Esc":
            whole[-1] += part
        else:
            whole.append(part)
    return whole


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.12, 0.2])
@pytest.mark.parametrize("key", [*FUNCTION_KEYS, *OTHER_KEYS])
def test_a_key_byte_by_byte_is_never_text(delay: float, gap: float, key: str) -> None:
    got = heard(delay, list(key), gap)
    assert got in ([key], ["Esc", key])
    assert got == [key] or gap >= delay


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("gap", [0.05, 0.2])
@pytest.mark.parametrize("key", [*FUNCTION_KEYS, *OTHER_KEYS])
def test_a_key_in_two_parts(delay: float, gap: float, key: str) -> None:
    for cut in range(1, len(key)):
        got = heard(delay, ["a", key[:cut], key[cut:] + "b"], gap)
        assert joined(got) in ([f"a{key}b"], ["a", "Esc", f"{key}b"])
        assert "Esc" not in got or (cut == 1 and gap >= delay)


@pytest.mark.parametrize("key", [*FUNCTION_KEYS, *OTHER_KEYS])
def test_over_ssh_a_key_is_itself(key: str) -> None:
    assert heard(0.25, list(key), 0.2) == [key]


@pytest.mark.parametrize("key", UNKNOWN_KEYS)
@pytest.mark.parametrize("gap", [0.0, 0.05, 0.2])
def test_a_key_that_means_nothing_types_nothing(key: str, gap: float) -> None:
    assert set(heard(0.25, list(key), gap)) <= {"Esc", "\x1b[15~"}
    assert heard(0.25, [f"a{key}b"], gap) == ["a", "b"]


@pytest.mark.parametrize("delay", DELAYS)
def test_esc_is_answered_after_the_delay(delay: float) -> None:
    late = LateKeys(delay)
    assert late.take(ESC, 5.0) == []
    assert late.wait(5.0) == pytest.approx(delay)
    assert late.due(5.0 + delay - 0.01) == []
    assert late.due(5.0 + delay + 0.001) == [ESC]
    assert late.wait(6.0) is None


@pytest.mark.parametrize(
    ("parts", "gap", "wanted"),
    [
        (["abc"], 0.0, ["abc"]),
        (["王五"], 0.0, ["王五"]),
        ([ESC, "abc"], 0.3, ["Esc", "abc"]),
        ([ESC, "Oscar"], 0.12, ["Esc", "Oscar"]),
        ([ESC, "O", "scar"], 0.12, ["Esc", "Oscar"]),
        ([ESC, "[", "x"], 0.5, ["Esc", "[x"]),
        ([ESC, "[", "VIP]"], 0.05, ["Esc", "[VIP]"]),
        ([ESC, ESC], 0.5, ["Esc", "Esc"]),
        ([ESC, ESC, "a"], 0.02, ["Esc", "Esc", "a"]),
        (["a\x1b[Bb"], 0.0, ["a\x1b[Bb"]),
        (["\x1b[?2026;2$y"], 0.0, ["\x1b[?2026;2$y"]),
        (["\x1b[1;3C"], 0.0, ["\x1b[1;5C"]),
        (["\x1bb"], 0.0, ["\x1bb"]),
        (["\x1b\x7f"], 0.0, ["\x1b\x7f"]),
        (["\x1bOs"], 0.0, ["\x1bOs"]),
    ],
)
def test_what_is_typed_comes_as_it_was_typed(parts: list[str], gap: float, wanted: list[str]) -> None:
    assert joined(heard(0.1, parts, gap)) == wanted


@pytest.mark.parametrize("typed", ["138", "fang", "b", "王", "\r", "Oscar", "[VIP]", "-"])
@pytest.mark.parametrize("delay", DELAYS)
def test_esc_and_what_is_typed_at_once_behind_it_are_both_heard(typed: str, delay: float) -> None:
    assert joined(heard(delay, [ESC, *typed], 0.03)) == ["Esc", typed]
    if typed != "b":  # with Esc in one piece it is a key of Mac terminals: a word to the left
        assert joined(heard(delay, [ESC + typed], 0.0)) == ["Esc", typed]


PASTED = "\x1b[200~王五\r138 0013 8000\x1b[201~"


@pytest.mark.parametrize("delay", DELAYS)
@pytest.mark.parametrize("cut", range(1, len(PASTED)))
def test_a_paste_in_two_parts_is_one_paste(delay: float, cut: int) -> None:
    got = heard(delay, [PASTED[:cut], PASTED[cut:] + "x"], 0.2)
    assert [part for part in got if part != "Esc"] == ["\x1b[200~王五\r138 0013 8000", "x"]
    assert "Esc" not in got or (cut == 1 and delay < 0.2)


def test_a_paste_byte_by_byte_is_one_paste() -> None:
    assert heard(0.25, list(PASTED), 0.2) == ["\x1b[200~王五\r138 0013 8000"]


def test_a_paste_holds_no_keys() -> None:
    got = heard(0.1, ["\x1b[200~\x1b[31mred\x1b[0m\x1b", "\x1b[201~"], 0.5)
    assert got == ["\x1b[200~red"]


def test_a_pause_longer_than_any_line_makes_text_of_it() -> None:
    assert heard(0.1, [ESC, "[15~"], REST + 0.2) == ["Esc", "[15~"]


def test_a_key_that_never_becomes_whole_types_nothing() -> None:
    assert heard(0.1, ["\x1b[15", "a"], STALL + 0.5) == ["a"]


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
