"""A call: the command beside `find`, and from starting it to the line on an open screen.

`python -m pytest tests/bench/bench_ring.py -m bench -n 0 -s`; half a minute. Prints the figures; times fail no run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from store.shop import open_shop
from tests.terminal import ROOT, Terminal, app

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]

CUSTOMERS = 20_000
ROUNDS = 9


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop of many customers, every one with a number."""
    folder = tmp_path_factory.mktemp("ring") / "shop"
    with open_shop(folder, "mei", create=True) as shop:
        shop.do("settings.set", shop_name="Bench")
        shop.do("staff.add", login="mei")
        with shop.database.transaction("raw") as transaction:
            for number in range(1, CUSTOMERS + 1):
                phone = f"138{number:08d}"
                point = {"key": "k1", "type": "mobile", "value": phone, "normalized": f"+86{phone}"}
                transaction.put("customers", number, {"name": f"客户{number}", "contacts": [point], "rev": 1})
    return folder


def command(folder: Path, *words: str) -> list[str]:
    return [sys.executable, str(ROOT / "crm_tui.py"), "--data", str(folder), "--by", "phone", *words]


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def test_ring_beside_find(large: Path) -> None:
    took: dict[str, list[float]] = {"find": [], "ring": []}
    for round_ in range(ROUNDS):
        for name, times in took.items():
            words = command(large, name, f"138{round_ + 1:08d}")
            times.append(seconds(partial(subprocess.run, words, check=True, capture_output=True)))
    find, ring = (min(took[name]) * 1000 for name in ("find", "ring"))
    print(f"\nring {ring:.0f} ms, find {find:.0f} ms: {ring / find:.2f}x (goal 1.5x)")


def test_from_the_command_to_the_line(large: Path) -> None:
    took: list[float] = []
    with Terminal(app("--data", large, "--by", "mei", "--lang", "en")) as terminal:
        terminal.wait_for("Bench")
        terminal.settle(1.0)
        for round_ in range(ROUNDS):
            number = f"138{round_ + 1:08d}"
            begun = time.perf_counter()
            process = subprocess.Popen(command(large, "ring", number), stdout=subprocess.DEVNULL)
            shown = terminal.wait_for(rf"\A ?(?:Call|\d+ calls): {number[:3]} {number[3:7]} {number[7:]}")
            took.append((shown - begun) * 1000)
            process.wait()
            terminal.settle(0.3)
        terminal.send("ctrl+q")
    print(
        f"\nfrom the command to the line: median {statistics.median(took):.0f} ms, worst {max(took):.0f} (goal 500)"
    )
