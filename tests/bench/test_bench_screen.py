"""Start to the first painted list, and key to painted matches: against a bare Textual app, and fzf where it is there.

`python -m pytest tests/bench -m bench -n 0 -s`
"""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from tests.terminal import ROOT, Terminal, app

pytestmark = pytest.mark.bench

BARE = """
import os
os.environ["TEXTUAL_ANIMATIONS"] = "none"
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("ready here")
Bare(ansi_color=True).run(mouse=False)
"""

QUERIES = (
    "8",
    "80",
    "138",
    "w",
    "wa",
    "wang",
    "zw",
    "li",
    "chen",
    "王",
    "张",
    "刘",
    "zhangw",
    "5678",
    "yang",
)


def demo(folder: Path, customers: int) -> Path:
    """A made-up shop of that size."""
    command = [*app("--data", folder, "demo", "--no-open", "--customers", str(customers))]
    subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=ROOT)
    # The first look-up makes the side files, as a shop in use has them.
    subprocess.run(
        [str(part) for part in app("--data", folder, "find", "w")], check=False, capture_output=True
    )
    return folder


def first_paint(command: list[str | Path], wanted: str) -> float:
    with Terminal(command, columns=80, rows=24) as terminal:
        return terminal.wait_for(wanted, 60) - terminal.started


def key_times(folder: Path) -> tuple[list[float], list[int]]:
    """Seconds and bytes from each key of the queries to the painted answer."""
    times: list[float] = []
    sizes: list[int] = []
    with Terminal(app("--data", folder, "--lang", "en", "--by", "owner"), columns=80, rows=24) as terminal:
        terminal.wait_for("F2")
        terminal.settle(0.6)
        for query in QUERIES:
            for key in query:
                terminal.mark()
                pressed = terminal.send(key)
                terminal.pump(2)
                terminal.settle(0.08)
                times.append(terminal.last - pressed)
                sizes.append(len(terminal.output))
            terminal.send("\x15")
            terminal.settle(0.3)
    return times, sizes


def fzf_times(names: Path) -> list[float]:
    times: list[float] = []
    with Terminal(["sh", "-c", f"fzf -e +s < {names}"], columns=80, rows=24) as terminal:
        terminal.wait_for(r"\d+/\d+", 30)
        terminal.settle(0.6)
        for query in QUERIES:
            for key in query:
                terminal.mark()
                pressed = terminal.send(key)
                terminal.pump(2)
                terminal.settle(0.12)
                times.append(terminal.last - pressed)
            terminal.send("\x15")
            terminal.settle(0.3)
    return times


def show(label: str, times: list[float]) -> float:
    middle = statistics.median(times)
    worst = sorted(times)[int(len(times) * 0.95)]
    print(f"{label:<44} p50 {middle * 1e3:8.1f} ms   p95 {worst * 1e3:8.1f} ms   n {len(times)}")
    return middle


@pytest.mark.parametrize("customers", [100, 10_000, 100_000])
def test_start_to_first_list(tmp_path: Path, customers: int) -> None:
    shop = demo(tmp_path / "shop", customers)
    bare, ours = [], []
    for _round in range(5):
        bare.append(first_paint([sys.executable, "-c", BARE], "ready here"))
        ours.append(first_paint(app("--data", shop, "--lang", "en", "--by", "owner"), r"\d{3} \d{4} \d{4}"))
    anchor = show("bare Textual app, first paint", bare)
    middle = show(f"first list painted, {customers} customers", ours)
    print(f"ratio {middle / anchor:.2f}x")
    assert middle > 0


@pytest.mark.parametrize("customers", [10_000, 100_000])
def test_key_to_painted_matches(tmp_path: Path, customers: int) -> None:
    shop = demo(tmp_path / "shop", customers)
    times, sizes = key_times(shop)
    middle = show(f"key to painted matches, {customers} customers", times)
    print(f"bytes a key: p50 {statistics.median(sizes):.0f}, largest {max(sizes)}")
    if shutil.which("fzf"):
        names = tmp_path / "names.txt"
        export = [
            str(part) for part in app("--data", shop, "export", "customers", "--to", tmp_path / "all.csv")
        ]
        subprocess.run(export, check=True, capture_output=True)
        names.write_bytes((tmp_path / "all.csv").read_bytes())
        anchor = show("fzf on the same list, key to settled", fzf_times(names))
        print(f"ratio to fzf {middle / anchor:.2f}x")
    assert max(sizes) > 0
