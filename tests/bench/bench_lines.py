"""Over a real sshd that is 50 ms away each way: keys, bytes, quiet, and how soon a lost line is noticed.

`python -m pytest tests/bench/bench_lines.py -m bench -n 0 -s`; two minutes, half of which make a shop of 100,000
customers (CRM_TUI_BENCH_SHOP names one that is there already; it is copied). Anchors: the echo of one byte through the
same line, and fzf on the same list.
"""

from __future__ import annotations

import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.test_bench_screen import LARGE, QUERIES, compare, first_row, is_asked, tell, until
from tests.lines.ssh_line import MISSING, SshLine, gone_after, ssh_line
from tests.terminal import ROOT, Terminal, app

pytestmark = [
    pytest.mark.bench,
    pytest.mark.timeout(900),
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
]

IDLE = 30.0
ECHO = "import os,sys,tty;tty.setraw(0);os.write(1,b'ready');[os.write(1,os.read(0,1)) for _ in iter(int,1)]"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("large") / "shop"
    ready = os.environ.get("CRM_TUI_BENCH_SHOP")
    if ready:
        shutil.copytree(ready, folder)
        # Side files of a copy are not trusted; the first look makes them anew.
        subprocess.run(
            [str(part) for part in app("--data", folder, "show", "C000012")],
            check=True,
            capture_output=True,
            cwd=ROOT,
        )
    else:
        command = [*app("--data", folder, "--lang", "zh", "demo", "--no-open", "--customers"), str(LARGE)]
        subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=ROOT)
    return folder


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshLine]:
    with ssh_line(tmp_path_factory.mktemp("ssh"), delay=0.05) as slow:
        yield slow


def round_trips(line: SshLine) -> list[float]:
    """Seconds from a byte to its echo, by a program that does nothing else."""
    found = []
    with Terminal(line.command(sys.executable, "-c", ECHO)) as terminal:
        terminal.wait_for("ready")
        for _byte in range(30):
            terminal.mark()
            sent = terminal.send("x")
            terminal.pump(2)
            found.append(terminal.last - sent)
            terminal.settle(0.03)
    return found


def right_rows(shop: Path) -> dict[str, str]:
    from screens.match_row import match_cells
    from store.shop import open_shop
    from tests.bench.test_bench_screen import WIDTHS
    from widgets.cells import runs_of

    rows: dict[str, str] = {}
    with open_shop(shop, by="mei") as opened:
        for query in {whole[:end] for whole in QUERIES for end in range(1, len(whole) + 1)}:
            matches = opened.lookup.search(query, 200).matches
            runs = runs_of(match_cells(matches[0]), WIDTHS) if len(matches) else ()
            rows[query] = "".join(run.text for run in runs).strip()
    return rows


def keys(terminal: Terminal, right: dict[str, str]) -> tuple[list[float], list[float]]:
    """Seconds and bytes of each key of the look-up."""
    times, sizes = [], []
    for query in QUERIES * 2:
        for end in range(1, len(query) + 1):
            typed = query[:end]
            terminal.mark()
            sent = terminal.send(query[end - 1])
            times.append(
                until(
                    terminal,
                    lambda text, typed=typed: is_asked(text, typed) and first_row(text) == right[typed],  # type: ignore[misc]
                    sent,
                )
            )
            terminal.settle(0.06)
            sizes.append(float(len(terminal.output)))
        terminal.send("\x15")
        terminal.settle(0.25)
    return times, sizes


def test_keys_over_ssh(line: SshLine, shop: Path) -> None:
    right = right_rows(shop)
    trips = round_trips(line)
    with line.app(shop) as terminal:
        terminal.wait_for("F1 Help", 60)
        terminal.settle(1.0)
        terminal.send("esc")  # whatever the start offered
        terminal.settle(0.7)
        times, sizes = keys(terminal, right)
    print()
    _low, trip, _high = tell("echo of one byte, 50 ms each way", trips)
    _low, middle, high = tell("key to the right first row", times)
    tell("bytes a key", sizes, "B", 1)
    compare("key p50 - 100 ms of line (ms)", middle - 2e3 * line.delay, "<= 15")
    compare("key p95 - 100 ms of line (ms)", high - 2e3 * line.delay, "<= 15")
    compare("key p50 - echo p50 (ms)", middle - trip, "<= 15")
    compare("key p95 - echo p50 (ms)", high - trip, "<= 15")
    compare("largest answer to a key (bytes)", max(sizes), "<= 14336")


def test_quiet_over_ssh(line: SshLine, shop: Path) -> None:
    with line.app(shop) as terminal:
        terminal.wait_for("F1 Help", 60)
        terminal.settle(2.0)
        terminal.mark()
        limit = time.perf_counter() + IDLE
        while time.perf_counter() < limit:
            terminal.pump(limit - time.perf_counter())
        print()
        compare(f"bytes in {IDLE:.0f} idle seconds", len(terminal.output), "0")
        assert terminal.output == b""


def test_bytes_of_a_call(line: SshLine, shop: Path) -> None:
    """What the steps of a call cost, lean and with whole frames."""
    steps = {
        "look-up": ("zhang",),
        "Enter: the card": ("enter",),
        "F8: log the call": ("f8",),
        "outcome": ("2",),
        "a note of 12 characters": ("王五要三斤龙井明天送到",),
        "Esc: not saved?": ("esc",),
        "throw away": ("d",),
        "back to the look-up": ("f2",),
    }
    found: dict[str, list[int]] = {name: [] for name in steps}
    for option in ("--lean", "--no-lean"):
        with line.app(shop, option) as terminal:
            terminal.wait_for("F1 Help", 60)
            terminal.settle(1.0)
            terminal.send("esc")
            terminal.settle(1.0)
            for name, pressed in steps.items():
                terminal.mark()
                terminal.send(*pressed)
                terminal.settle(0.6)
                found[name].append(len(terminal.output))
    print(f"\n{'':<30}{'lean':>8}{'whole':>8}")
    for name, (lean, whole) in found.items():
        print(f"{name:<30}{lean:>8}{whole:>8}")
    assert all(0 < lean < whole for lean, whole in found.values())


def test_a_line_is_lost(shop: Path, tmp_path: Path) -> None:
    print()
    for how, alive in (("client killed", 0), ("connection reset", 0), ("silent, ClientAliveInterval 1", 1)):
        folder = tmp_path / how.replace(" ", "-")
        folder.mkdir()
        times = []
        with ssh_line(folder, alive=alive) as line:
            for _round in range(1 if alive else 5):
                with line.app(shop) as terminal:
                    terminal.wait_for("F1 Help", 60)
                    terminal.settle(0.5)
                    terminal.send("f5")
                    terminal.wait_for("New customer|Not saved")
                    terminal.send("half a name")
                    terminal.settle(0.3)
                    process, moment = line.remote, time.monotonic()
                    if alive:
                        line.fall_silent()
                    elif how == "client killed":
                        os.kill(terminal.pid, signal.SIGKILL)
                    else:
                        line.break_off()
                        moment = time.monotonic()
                    times.append(gone_after(process, moment, 12))
        tell(f"process gone: {how}", times)
        compare("worst (s)", max(times), "<= 2" + (" and what sshd takes to notice" if alive else ""))
        assert statistics.median(times) < 12
