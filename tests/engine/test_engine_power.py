"""Power cuts at every file call of a workload, in every way that POSIX allows: nothing confirmed is lost or halved."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from store.engine import Database, open_database
from store.errors import CrmError, ShopMissing
from tests.engine.disk_model import ModelFiles, lay_out
from tests.engine.faults import QuickFiles, content

State = dict[str, dict[int, Any]]


def workload(database: Database, told: list[State]) -> None:
    """Inserts, updates, deletes, actions over two tables, a bulk action, compactions; `told` grows as they return."""

    def done() -> None:
        told.append(content(database))

    with database:
        done()
        database.table("a").insert({"n": 1, "text": "王五"})
        done()
        with database.transaction("two"):
            database.table("a").update({"n": 2}, doc_ids=[1])
            database.table("b").insert({"n": 1})
        done()
        with database.transaction("bulk") as transaction:
            for _row in range(12):
                transaction.put("b", transaction.next_id("b"), {"text": "x" * 700})
        done()
        database.compact()
        done()
        database.table("b").remove(doc_ids=[1])
        done()
        database.table("a").insert_multiple([{"n": 3}, {"n": 4}])
        done()
        database.compact()
        done()
        database.table("a").truncate()
        done()


def run(base: Path, per_call: int, seed: int, sloppy: str = "") -> tuple[int, list[str]]:
    """How many crash states were looked at, and what was wrong with them."""
    shop = base / "shop"
    files = ModelFiles(shop, sloppy)
    told: list[State] = []
    chance = random.Random(seed)
    cuts: list[tuple[int, dict[str, bytes]]] = []

    def cut() -> None:
        cuts.extend((len(told), state) for state in files.crashes(chance, per_call))

    files.on_call = cut
    workload(open_database(shop, files=files), told)
    cut()
    wrong = []
    for number, (confirmed, state) in enumerate(cuts):
        folder = base / f"cut-{number}"
        lay_out(folder, state)
        problem = look(folder, confirmed, told)
        if problem:
            wrong.append(f"{number}: {problem}")
        shutil.rmtree(folder)
    return len(cuts), wrong


def look(folder: Path, confirmed: int, told: list[State]) -> str:
    """What is wrong with a shop after a power cut; nothing when it holds what was confirmed, or one action more."""
    try:
        with open_database(folder, create=confirmed == 0, files=QuickFiles()) as database:
            found = content(database)
            allowed = told[max(0, confirmed - 1) : confirmed + 1] or [{}]
            if found not in allowed:
                return f"after {confirmed} confirmed: {found}"
            database.table("after").insert({"n": 9})
        with open_database(folder, create=False, read_only=True, files=QuickFiles()) as database:
            if content(database) != {**found, "after": {1: {"n": 9}}}:
                return "what was written after the cut is not there"
            if database.check().problems:
                return str(database.check().problems)
    except ShopMissing:
        return "" if confirmed == 0 else f"missing after {confirmed}"
    except CrmError as error:
        return f"after {confirmed} confirmed: {error.message}"
    return ""


def test_a_power_cut_at_every_call_loses_nothing_that_was_confirmed(tmp_path: Path) -> None:
    looked_at, wrong = run(tmp_path, per_call=24, seed=1)
    assert looked_at > 2000
    assert wrong == []


def cut_twice(base: Path, per_call: int, again: int, seed: int) -> tuple[int, list[str]]:
    """Power cuts during what is done after a power cut: opening, cutting the tail, writing, compacting."""
    shop = base / "shop"
    files = ModelFiles(shop)
    told: list[State] = []
    chance = random.Random(seed)
    cuts: list[tuple[int, dict[str, bytes]]] = []
    files.on_call = lambda: cuts.extend((len(told), state) for state in files.crashes(chance, per_call))
    workload(open_database(shop, files=files), told)
    count = 0
    wrong: list[str] = []
    for confirmed, state in cuts:
        if confirmed == 0:
            continue
        second = base / "second"
        lay_out(second, state)
        files = ModelFiles(second)
        files.take_in(state)
        later: list[tuple[int, dict[str, bytes]]] = []
        steps: list[State] = []

        def cut(
            files: ModelFiles = files,
            later: list[tuple[int, dict[str, bytes]]] = later,
            steps: list[State] = steps,
        ) -> None:
            later.extend((len(steps), state) for state in files.crashes(chance, again))

        files.on_call = cut
        with open_database(second, files=files) as database:
            steps.append(content(database))
            database.table("again").insert({"n": 1})
            steps.append(content(database))
            database.compact()
            steps.append(content(database))
        shutil.rmtree(second)
        for told_then, crash in later:
            folder = base / "third"
            lay_out(folder, crash)
            allowed = steps if told_then else told[max(0, confirmed - 1) : confirmed + 1]
            problem = (
                look(folder, told_then or len(allowed), allowed) if told_then else look_any(folder, allowed)
            )
            if problem:
                wrong.append(problem)
            shutil.rmtree(folder)
        count += len(later)
    return count, wrong


def look_any(folder: Path, allowed: list[State]) -> str:
    """What is wrong with a shop that may be in any of these states."""
    try:
        with open_database(folder, create=False, files=QuickFiles()) as database:
            found = content(database)
            return "" if found in allowed else f"{found}"
    except CrmError as error:
        return error.message


def test_a_power_cut_during_recovery_and_what_follows(tmp_path: Path) -> None:
    looked_at, wrong = cut_twice(tmp_path, per_call=1, again=1, seed=5)
    assert looked_at > 1000
    assert wrong == []


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_a_hundred_thousand_power_cuts(tmp_path: Path) -> None:
    from tests.engine.test_engine_background import cut_beside

    count = 0
    for seed in range(24):
        base = tmp_path / str(seed)
        base.mkdir()
        looked_at, wrong = run(base, per_call=25, seed=100 + seed)
        assert wrong == []
        beside, wrong = cut_beside(base, per_call=6, seed=200 + seed)
        assert wrong == []
        count += looked_at + beside
        shutil.rmtree(base)
    for seed in range(6):
        base = tmp_path / f"twice-{seed}"
        base.mkdir()
        looked_at, wrong = cut_twice(base, per_call=2, again=2, seed=300 + seed)
        assert wrong == []
        count += looked_at
        shutil.rmtree(base)
    print(f"{count} states")
    assert count > 100_000


@pytest.mark.parametrize("sloppy", ["files", "folders", "snapshots"])
def test_the_model_finds_a_store_that_leaves_out_a_sync(tmp_path: Path, sloppy: str) -> None:
    _looked_at, wrong = run(tmp_path, per_call=6, seed=2, sloppy=sloppy)
    assert len(wrong) > 20
