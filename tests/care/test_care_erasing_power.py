"""The power fails while a customer is erased: whole, or erased and forgotten at the next start; others lose nothing."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store import erasing
from store.engine import open_database
from store.shop import INDEXES, Shop, open_shop
from tests.care.test_care_erasing import NAME, fill, traces
from tests.engine.disk_model import Disk, ModelFiles, lay_out
from tests.helpers import FrozenClock


def cuts(
    folder: Path, clock: FrozenClock, per_call: int, seed: int, sloppy: str = ""
) -> list[tuple[bool, Disk]]:
    """What power cuts may leave while a customer is erased, and whether that was confirmed."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        fill(shop)
    shutil.rmtree(folder / "cache", ignore_errors=True)
    files = ModelFiles(folder, sloppy)
    files.take_in({str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()})
    chance = random.Random(seed)
    found: list[tuple[bool, Disk]] = []
    confirmed = False

    def cut() -> None:
        found.extend((confirmed, state) for state in files.crashes(chance, per_call))

    files.on_call = cut
    shop = Shop(open_database(folder, files=files, indexes=INDEXES, now=clock), "mei", clock, "")
    shop.do("customer.erase", customer=2, number="C000002")
    confirmed = True
    cut()
    cut()
    shop.do("customer.edit", customer=1, call_as="after")
    shop.database.close()
    return found


def wrong(folder: Path, clock: FrozenClock, *, confirmed: bool) -> str:
    """What is wrong after a cut, when the shop is opened again."""
    try:
        with open_shop(folder, by="bo", now=clock) as shop:
            erased = shop.customers.get(2).name != NAME
            if confirmed and not erased:
                return "not erased any more"
            if (folder / erasing.MARK).exists():
                return "not gone on with"
            if erased and traces(folder):
                return str(traces(folder)[:3])
            if shop.customers.get(1).name != "王五" or len(shop.history(customer=1)) < 4:
                return "others lost something"
            if shop.database.check().problems:
                return str(shop.database.check().problems)
            shop.do("customer.edit", customer=1, note="later")
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def looked_at(base: Path, clock: FrozenClock, found: list[tuple[bool, Disk]]) -> list[str]:
    problems = []
    for number, (confirmed, state) in enumerate(found):
        folder = base / "cut"
        lay_out(folder, state)
        problem = wrong(folder, clock, confirmed=confirmed)
        if problem:
            problems.append(f"{number}: {problem}")
        shutil.rmtree(folder)
    return problems


def test_a_power_cut_at_every_call_of_an_erasing(
    folder: Path, tmp_path: Path, clock: FrozenClock, record_property: Callable[[str, Any], None]
) -> None:
    found = cuts(folder, clock, per_call=3, seed=1)
    assert len(found) > 150
    assert looked_at(tmp_path, clock, found) == []
    record_property("crash states", len(found))


@pytest.mark.parametrize("sloppy", ["files", "folders"])
def test_the_model_finds_an_erasing_that_leaves_out_a_sync(
    folder: Path, tmp_path: Path, clock: FrozenClock, sloppy: str
) -> None:
    assert looked_at(tmp_path, clock, cuts(folder, clock, per_call=1, seed=2, sloppy=sloppy))
