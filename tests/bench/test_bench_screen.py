"""The full-screen app against a bare Textual app and fzf, in one interleaved run: start, keys, bytes, memory.

`python -m pytest tests/bench/test_bench_screen.py -m bench -n 0 -s`; under four minutes, most of which make a shop of
100,000 customers. Prints what DESIGN asks for beside each figure; times never fail a run.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from screens.match_row import COLUMNS, match_cells
from store.lookup.readings import readings_of
from store.shop import open_shop
from tests.terminal import ROOT, Terminal, app
from widgets.cells import runs_of, share_out

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

LARGE = 100_000
WIDTHS = share_out(COLUMNS, 78)
ROUNDS = 9
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
    "8000",
    "138",
    "wang",
    "zw",
    "lixia",
    "chen",
    "王",
    "张",
    "刘小",
    "zhangw",
    "5678",
    "yang",
    "1",
    "q",
)


class Shops:
    """Made-up shops of two sizes, and the list of the large one as fzf gets it."""

    def __init__(self, folder: Path) -> None:
        self.small = self._demo(folder / "small", 100)
        self.large = self._demo(folder / "large", LARGE)
        self.list = folder / "list.txt"
        with open_shop(self.large, by="mei") as shop, self.list.open("w", encoding="utf-8") as lines:
            for match in shop.lookup.everybody(0, LARGE):
                reading = readings_of(match.name)[:1]
                pinyin = "".join(reading[0]) if reading else ""
                initials = "".join(syllable[0] for syllable in reading[0]) if reading else ""
                lines.write(f"{match.name} {match.phones[:1]} {match.company} {pinyin} {initials}\n")

    @staticmethod
    def _demo(folder: Path, customers: int) -> Path:
        command = [*app("--data", folder, "--lang", "zh", "demo", "--no-open"), "--customers", str(customers)]
        subprocess.run([str(part) for part in command], check=True, capture_output=True, cwd=ROOT)
        return folder

    def first_answers(self) -> dict[str, str]:
        """The right first row for each beginning of each query, as it is drawn."""
        found: dict[str, str] = {}
        with open_shop(self.large, by="mei") as shop:
            for query in QUERIES:
                for end in range(1, len(query) + 1):
                    matches = shop.lookup.search(query[:end], 200, guesses=True).matches
                    runs = runs_of(match_cells(matches[0]), WIDTHS) if len(matches) else ()
                    found[query[:end]] = "".join(run.text for run in runs).strip()
        return found

    def first_lines(self) -> dict[str, str]:
        """The same of fzf on its list."""
        found: dict[str, str] = {}
        for query in {whole[:end] for whole in QUERIES for end in range(1, len(whole) + 1)}:
            with self.list.open("rb") as lines:
                done = subprocess.run(
                    ["fzf", "-e", "+s", "-f", query], stdin=lines, capture_output=True, check=False
                )
            found[query] = done.stdout.partition(b"\n")[0].decode()[:20].strip()
        return found


@pytest.fixture(scope="session")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Shops:
    return Shops(tmp_path_factory.mktemp("shops"))


def ours(folder: Path, **options: str) -> Terminal:
    return Terminal(app("--data", folder, "--lang", "en", "--by", "mei"), env=options)


def bare() -> Terminal:
    return Terminal([sys.executable, "-c", BARE])


def fzf(shops: Shops) -> Terminal:
    return Terminal(["sh", "-c", f"exec fzf -e +s < {shops.list}"])


def until(terminal: Terminal, is_right: Callable[[str], bool], since: float, limit: float = 3.0) -> float:
    """Seconds from `since` to the chunk with which the screen was right; `limit` where it never was."""
    while not is_right(terminal.text):
        if time.perf_counter() - since > limit or not terminal.pump(limit):
            return limit
    return max(terminal.last - since, 0.0)


def tell(label: str, values: list[float], unit: str = "ms", scale: float = 1e3) -> tuple[float, float, float]:
    ordered = sorted(value * scale for value in values)
    low, middle, high = ordered[0], statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    print(f"{label:<46} min {low:8.1f}  p50 {middle:8.1f}  p95 {high:8.1f} {unit}  n {len(ordered)}")
    return low, middle, high


def compare(label: str, value: float, goal: str) -> None:
    print(f"{'':<4}{label:<60} {value:8.2f}   goal {goal}")


def first_paint(terminal: Terminal, wanted: str) -> float:
    with terminal:
        return terminal.wait_for(wanted, 60) - terminal.started


def answered_ahead(folder: Path) -> float:
    """From the start of the process to the answer to keys that were typed at once."""
    with ours(folder) as terminal:
        terminal.send("zhang")
        return terminal.wait_for(r"^ Find .*zhang(?s:.*)张", 60) - terminal.started


def without_first_rows(folder: Path) -> float:
    (folder / "cache" / "first-rows.json").unlink(missing_ok=True)
    return first_paint(ours(folder), r"1\d\d \d{4} \d{4}")


def test_start(shops: Shops) -> None:
    row = r"1\d\d \d{4} \d{4}"
    runs: dict[str, Callable[[], float]] = {
        "bare Textual app": lambda: first_paint(bare(), "ready here"),
        "first rows, 100 customers": lambda: first_paint(ours(shops.small), row),
        "first rows, 100,000 customers": lambda: first_paint(ours(shops.large), row),
        "the same, whole screen by Textual": lambda: first_paint(ours(shops.large), "F1 Help"),
        "the same, nothing kept of the last time": lambda: without_first_rows(shops.large),
        "keys typed at once are answered": lambda: answered_ahead(shops.large),
    }
    times: dict[str, list[float]] = {name: [] for name in runs}
    for _round in range(ROUNDS):
        for name, run in runs.items():
            times[name].append(run())
    print()
    told = {name: tell(name, found) for name, found in times.items()}
    anchor = told.pop("bare Textual app")
    for name, found in told.items():
        compare(f"{name} / bare (min)", found[0] / anchor[0], "<= 1.3")
    small, large = told["first rows, 100 customers"], told["first rows, 100,000 customers"]
    compare("100,000 / 100 customers (min)", large[0] / small[0], "the same")


@pytest.fixture
def settled(shops: Shops) -> Iterator[Terminal]:
    with ours(shops.large) as terminal:
        terminal.wait_for("F1 Help")
        terminal.settle(1.0)
        yield terminal


def press(terminal: Terminal, key: str, is_right: Callable[[str], bool]) -> float:
    terminal.mark()
    return until(terminal, is_right, terminal.send(key))


def is_asked(text: str, query: str) -> bool:
    """Whether the box holds `query`, and nothing else."""
    words = text.split("\n")[1].rpartition("   ")[0].split()
    return words == ["Find", query]


def first_row(text: str) -> str:
    return text.split("\n")[3].strip()


def first_fzf(text: str) -> str:
    return text.split("\n")[-3].lstrip("▌> ").strip()


def our_query(
    terminal: Terminal, query: str, right: dict[str, str]
) -> tuple[list[float], list[float], list[float]]:
    """Seconds, bytes and frames of each key of a query."""
    times, sizes, frames = [], [], []
    for end in range(1, len(query) + 1):
        typed, wanted = query[:end], right[query[:end]]
        times.append(
            press(
                terminal,
                query[end - 1],
                lambda text, typed=typed, wanted=wanted: (  # type: ignore[misc]
                    is_asked(text, typed) and first_row(text) == wanted
                ),
            )
        )
        terminal.settle(0.06)
        sizes.append(float(len(terminal.output)))
        frames.append(float(terminal.output.count(b"\x1b[?2026h")))
    terminal.send("\x15")
    terminal.settle(0.1)
    return times, sizes, frames


def fzf_query(terminal: Terminal, query: str, right: dict[str, str]) -> tuple[list[float], list[float]]:
    times, sizes = [], []
    for end in range(1, len(query) + 1):
        typed, wanted = query[:end], right[query[:end]]
        times.append(
            press(
                terminal,
                query[end - 1],
                lambda text, typed=typed, wanted=wanted: (  # type: ignore[misc]
                    text.split("\n")[-1].endswith(f"> {typed}") and first_fzf(text).startswith(wanted)
                ),
            )
        )
        terminal.settle(0.06)
        sizes.append(float(len(terminal.output)))
    terminal.send("\x15")
    terminal.settle(0.1)
    return times, sizes


def test_keys_and_bytes(shops: Shops, settled: Terminal) -> None:
    right = shops.first_answers()
    times: list[float] = []
    sizes: list[float] = []
    frames: list[float] = []
    fzf_times: list[float] = []
    fzf_sizes: list[float] = []
    with_fzf = shutil.which("fzf") is not None
    lines = shops.first_lines() if with_fzf else {}
    other = fzf(shops) if with_fzf else None
    if other is not None:
        other.wait_for(rf"{LARGE}/{LARGE}", 30)
    for query in QUERIES * 2:
        found = our_query(settled, query, right)
        times, sizes, frames = times + found[0], sizes + found[1], frames + found[2]
        if other is not None:
            anchor = fzf_query(other, query, lines)
            fzf_times, fzf_sizes = fzf_times + anchor[0], fzf_sizes + anchor[1]
    print()
    _low, middle, high = tell("key to the right first row", times)
    size = tell("bytes a key", sizes, "B", 1)
    tell("frames a key", frames, "", 1)
    compare("key p50 (ms)", middle, "<= 10")
    compare("largest answer to a key (bytes)", max(sizes), "<= 14336")
    if other is not None:
        _low, fzf_middle, fzf_high = tell("fzf, key to the right first line", fzf_times)
        fzf_size = tell("fzf, bytes a key", fzf_sizes, "B", 1)
        compare("key p50 / fzf", middle / fzf_middle, "<= 2")
        compare("key p95 / fzf", high / fzf_high, "<= 0.5")
        compare("bytes p50 / fzf", size[1] / fzf_size[1], "<= 0.75")
        other.close()


def test_esc_cursor_and_idle(settled: Terminal) -> None:
    delay = 0.1
    downs: list[float] = []
    sizes: list[float] = []
    for _step in range(12):
        # The chosen row is reversed, which the text does not show.
        downs.append(press(settled, "down", lambda _text: bool(settled.output)))
        settled.settle(0.08)
        sizes.append(float(len(settled.output)))
    escapes: list[float] = []
    for _round in range(8):
        settled.send("wang")
        settled.wait_for("Find wang")
        settled.settle(0.3)
        escapes.append(press(settled, "esc", lambda text: "Find wang" not in text))
        settled.settle(0.3)
    settled.settle(0.5)
    settled.mark()
    settled.pump(3)
    print()
    tell("cursor down, first bytes", downs)
    size = tell("cursor down", sizes, "B", 1)
    escape = tell("Esc answered", escapes)
    compare("cursor down (bytes)", size[2], "<= 400")
    compare("Esc over ESCDELAY (ms)", escape[1] - delay * 1e3, "<= 50")
    compare("bytes in three idle seconds", len(settled.output), "0")


def private(pid: int) -> int:
    """Private memory in KiB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Private_"))


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="this system does not tell")
def test_memory(shops: Shops) -> None:
    found: dict[str, int] = {}
    with bare() as terminal:
        terminal.wait_for("ready here")
        terminal.settle(1.0)
        found["bare Textual app"] = private(terminal.pid)
    for name, folder in (("100", shops.small), ("100,000", shops.large)):
        with ours(folder) as terminal:
            terminal.wait_for("F1 Help")
            terminal.settle(1.5)
            found[f"{name} customers, started"] = private(terminal.pid)
            for number in range(50):
                for key in QUERIES[number % len(QUERIES)]:
                    terminal.send(key)
                    terminal.settle(0.03)
                terminal.send("\x15")
                terminal.settle(0.03)
            terminal.settle(0.5)
            found[f"{name} customers, after 50 look-ups"] = private(terminal.pid)
    print()
    anchor = found["bare Textual app"]
    for name, size in found.items():
        compare(f"private memory, {name}: {size / 1024:.1f} MiB, / bare", size / anchor, "<= 1.6")


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="this system does not tell")
def test_memory_of_eight_clerks(shops: Shops) -> None:
    with bare() as terminal:
        terminal.wait_for("ready here")
        terminal.settle(1.0)
        anchor, shared = private(terminal.pid), proportional(terminal.pid)
    clerks = [ours(shops.large) for _clerk in range(8)]
    try:
        for clerk in clerks:
            clerk.wait_for("F1 Help", 60)
            clerk.settle(0.5)
        for number in range(50):
            for key in QUERIES[number % len(QUERIES)]:
                for clerk in clerks:
                    clerk.send(key)
                for clerk in clerks:
                    clerk.settle(0.01)
            for clerk in clerks:
                clerk.send("\x15")
                clerk.settle(0.01)
        for clerk in clerks:
            clerk.settle(0.5)
        print()
        for number, clerk in enumerate(clerks, 1):
            own, share = private(clerk.pid), proportional(clerk.pid)
            sizes = f"private {own / 1024:.1f}, proportional {share / 1024:.1f} MiB"
            compare(f"clerk {number} of 8: {sizes}, private / bare", own / anchor, "<= 1.6")
        print(
            f"{'':<4}one bare Textual app: private {anchor / 1024:.1f}, proportional {shared / 1024:.1f} MiB"
        )
    finally:
        for clerk in clerks:
            clerk.close()


def proportional(pid: int) -> int:
    """Memory in KiB, what is shared divided among those who share it."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def test_machine() -> None:
    """What else the machine did, to judge the figures above by."""
    print(f"\nload {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
