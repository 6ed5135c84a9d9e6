"""Power cuts at every file call of what a shop lives through, in every way that POSIX allows: nothing is lost.

The number of states that were looked at stands at the end of the test run. The controls leave out one kind of sync.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.engine.crash_workloads import WORKLOADS, live, problems, shorten, twice

Note = Callable[[str, object], None]

CONTROLS = {
    "everything": ("files", "folders", "snapshots"),
    "compaction beside the work": ("files", "folders", "snapshots"),
    "imports of many lines": ("files", "folders"),
    "after a failed sync": ("files", "folders", "snapshots"),
    "salvaged": ("files", "folders", "snapshots"),
}
"""Workloads with the kinds of sync without which they must lose something."""


@pytest.fixture(autouse=True)
def short_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bulk actions of many small lines."""
    shorten(monkeypatch)


@pytest.mark.parametrize("name", WORKLOADS)
def test_a_power_cut_at_every_call_loses_nothing_that_was_confirmed(
    tmp_path: Path, record_property: Note, name: str
) -> None:
    shop, cuts = live(name, tmp_path, per_call=4, seed=1)
    assert len(cuts) > 80
    assert problems(shop, cuts, tmp_path) == []
    record_property("crash states", len(cuts))


@pytest.mark.parametrize("name", ["everything", "imports of many lines", "set aside", "after a failed sync"])
def test_a_power_cut_during_recovery_and_what_follows(
    tmp_path: Path, record_property: Note, name: str
) -> None:
    looked_at, wrong = twice(name, tmp_path, first=14, again=1, seed=5)
    assert looked_at > 200
    assert wrong == []
    record_property("crash states", looked_at)


@pytest.mark.parametrize(
    ("name", "sloppy"), [(name, kind) for name, kinds in CONTROLS.items() for kind in kinds]
)
def test_the_model_finds_a_store_that_leaves_out_a_sync(tmp_path: Path, name: str, sloppy: str) -> None:
    shop, cuts = live(name, tmp_path, per_call=3, seed=2, sloppy=sloppy)
    assert len(problems(shop, cuts, tmp_path)) > len(cuts) // 100


@pytest.mark.long
@pytest.mark.timeout(3000)
@pytest.mark.parametrize("name", WORKLOADS)
def test_a_hundred_thousand_power_cuts(tmp_path: Path, record_property: Note, name: str) -> None:
    count = 0
    for seed in range(8):
        base = tmp_path / str(seed)
        base.mkdir()
        shop, cuts = live(name, base, per_call=10, seed=100 + seed)
        assert problems(shop, cuts, base) == []
        count += len(cuts)
        shutil.rmtree(base)
    looked_at, wrong = twice(name, tmp_path, first=150, again=2, seed=300)
    assert wrong == []
    record_property("crash states", count + looked_at)
