"""Between any two calls of one process others compact and write: nothing is lost, cut, read twice or read stale."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from store.engine import Database, FileCalls, open_database
from tests.engine.faults import content, reopened

INDEXES = {"t": ["n"]}


class Interrupted(FileCalls):
    """Lets something happen right before the n-th call, whatever it is, unless the lock is held then."""

    def __init__(self) -> None:
        self.left = 0
        self.action: Callable[[], None] | None = None
        self.holds: set[int] = set()

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") or name not in CALLS:
            return found
        self._look(name)
        return found

    def _look(self, name: str) -> None:
        self.left -= 1
        action = self.action
        if action is not None and self.left <= 0 and not self.holds:
            self.action = None
            action()

    def lock(self, descriptor: int) -> bool:
        got = super().lock(descriptor)
        if got:
            self.holds.add(descriptor)
        return got

    def unlock(self, descriptor: int) -> None:
        self.holds.discard(descriptor)
        super().unlock(descriptor)


CALLS = frozenset(name for name in vars(FileCalls) if not name.startswith("_")) - {"replaces_open_files"}

STEPS: dict[str, Callable[[Database], Any]] = {
    "reading": lambda db: db.table("t").all(),
    "a query": lambda db: db.table("t").get(doc_id=3),
    "an index": lambda db: (db.tables(), list(db.ids("t", "n", 2))),
    "inserting": lambda db: db.table("t").insert({"n": 77}),
    "changing": lambda db: db.table("t").update({"n": 78}, doc_ids=[4]),
    "following": lambda db: db.follow(),
    "history": lambda db: [commit.changes for commit in db.commits()],
    "compacting": lambda db: db.compact(),
    "a snapshot": lambda db: db.snapshot(db.folder.parent / "copy.json"),
}


def meanwhile(other: Database) -> None:
    """What somebody else does at that moment."""
    other.table("t").insert({"n": "before"})
    other.compact()
    other.table("t").update({"x": 1}, doc_ids=[1])
    other.table("t").remove(doc_ids=[2])
    other.compact()
    other.table("t").insert({"n": "after"})


def expected(step: str) -> set[str]:
    return {"before", "after"} | ({"77"} if step == "inserting" else {"78"} if step == "changing" else set())


@pytest.mark.parametrize("step", STEPS)
def test_others_compact_between_any_two_calls(tmp_path: Path, step: str) -> None:
    whole = tmp_path / "whole"
    with open_database(whole) as db:
        db.table("t").insert_multiple([{"n": number} for number in range(8)])
        db.compact()
        db.table("t").insert({"n": 8})
    met = 0
    for number in range(1, 400):
        folder = tmp_path / "shop"
        shutil.copytree(whole, folder)
        files = Interrupted()
        with (
            open_database(folder, files=files, indexes=INDEXES) as db,
            open_database(folder) as other,
        ):
            db.table("t").search(lambda _document: False)
            files.left, files.action = number, lambda other=other: meanwhile(other)
            STEPS[step](db)
            due = files.action is not None
            files.action = None
            if due:
                meanwhile(other)
            assert content(db) == content(other) == reopened(folder)
            texts = {str(document["n"]) for document in db.table("t")}
            assert expected(step) <= texts, (number, texts)
            assert db.table("t").get(doc_id=1) == {"n": 0, "x": 1}
            assert not db.table("t").contains(doc_id=2)
            assert db.reloads == 0
            actions = [commit.action for commit in db.commits()]
            assert actions == list(range(db.action, 0, -1))
            assert db.check().problems == []
        shutil.rmtree(folder)
        met += not due
        if due:
            break
    assert met >= 2
    assert due, "every call had its turn"


def test_others_compact_between_any_two_calls_of_opening(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    with open_database(whole) as db:
        db.table("t").insert_multiple([{"n": number} for number in range(8)])
        db.compact()
        db.table("t").insert({"n": 8})
    for number in range(1, 400):
        folder = tmp_path / "shop"
        shutil.copytree(whole, folder)
        files = Interrupted()
        with open_database(folder) as other:
            files.left, files.action = number, lambda other=other: meanwhile(other)
            with open_database(folder, files=files, indexes=INDEXES) as db:
                due = files.action is not None
                files.action = None
                assert content(db) == content(other) == reopened(folder)
                db.table("t").insert({"n": 9})
                assert content(db) == content(other) == reopened(folder)
        shutil.rmtree(folder)
        if due:
            break
    assert number > 12
    assert due
