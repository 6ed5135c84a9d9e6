"""Compaction beside the work: what is written meanwhile is kept, dying anywhere is harmless, nobody waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.engine import Database, background, open_database
from store.engine.background import compact_beside
from store.engine.engine import Engine
from store.engine.files import FileCalls
from tests.engine.faults import FailOnce, WatchedFiles, content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def beside(folder: Path, files: FileCalls | None = None) -> bool:
    engine = Engine(folder, files or FileCalls(), indexes={"t": ["n"]})
    try:
        return compact_beside(engine)
    finally:
        engine.close()


class Meanwhile(WatchedFiles):
    """Does something at the n-th call."""

    def __init__(self, number: int, action: Any) -> None:
        super().__init__(self._count)
        self.left = number
        self.action = action

    def _count(self, call: str, files: WatchedFiles) -> None:
        self.left -= 1
        if self.left <= 0 and self.action is not None and "lock" not in held(self):
            # While the lock is held nobody else can do anything.
            action, self.action = self.action, None
            action()


def write(database: Database, number: int) -> None:
    database.table("t").insert({"n": number})
    database.table("t").update({"n": -number}, doc_ids=[2])
    with database.transaction("bulk") as transaction:
        for row in range(3):
            transaction.put("b", transaction.next_id("b"), {"text": "x" * 600_000, "row": row})
        transaction.put("b", 1, {"n": number})
    database.table("gone").insert({})
    database.drop_table("gone")


def filled(folder: Path) -> None:
    with open_database(folder) as database:
        database.table("t").insert_multiple([{"n": number} for number in range(20)])
        database.compact()
        database.table("t").remove(doc_ids=[7])


def test_what_is_written_at_any_moment_of_a_compaction_is_kept(tmp_path: Path) -> None:
    """Writers and readers that were there before, during and after see the same, and every action once."""
    finished = 0
    for number in range(1, 200):
        folder = tmp_path / str(number)
        filled(folder)
        with (
            open_database(folder, indexes={"t": ["n"]}) as writer,
            open_database(folder, indexes={"t": ["n"]}) as reader,
        ):
            assert list(reader.ids("t", "n", 3)) == [4]
            files = Meanwhile(number, lambda writer=writer, number=number: write(writer, number + 100))
            engine = Engine(folder, files)
            if number % 3 == 0:
                writer.table("t").insert({"n": "before"})
            done = compact_beside(engine)
            engine.close()
            finished += done
            write(writer, 9)
            want = content(writer)
            assert content(reader) == want == reopened(folder)
            actions = [commit.action for commit in reader.follow()]
            assert actions == list(range(3, writer.action + 1)), "each action is told once, in order"
            assert reader.reloads == writer.reloads == 0
            assert [commit.action for commit in writer.commits()] == list(range(writer.action, 0, -1))
            for database in (reader, writer):
                assert list(database.ids("t", "n", -9)) == [2]
                assert list(database.ids("t", "n", 3)) == [4]
                assert database.generation == 2 + done
            bulk = [commit for commit in writer.commits() if commit.kind == "bulk"]
            assert all(len(commit.changes) in (3, 4) for commit in bulk), "whole, wherever it stands now"
            assert all(change.after is None or change.id for commit in bulk for change in commit.changes)
        assert not list(folder.glob("*.next"))
        if files.left > 0:
            break
    assert finished >= 20
    assert files.left > 0, "every call had its turn"


def test_a_compaction_that_dies_at_any_call_leaves_the_shop_as_it_was(tmp_path: Path) -> None:
    class DiedError(BaseException):
        pass

    for number in range(200):
        folder = tmp_path / str(number)
        filled(folder)
        before = reopened(folder)
        hook = FailOnce("", number)

        def die(call: str, files: WatchedFiles, hook: FailOnce = hook) -> None:
            if call.startswith(("lock", "unlock")):
                return
            try:
                hook(call, files)
            except OSError:
                raise DiedError from None

        files = WatchedFiles(die)
        engine = Engine(folder, WatchedFiles())
        engine.files = engine.generation.files = files
        files.paths = engine.lock._files.paths  # type: ignore[attr-defined]
        try:
            compact_beside(engine)
        except DiedError:
            pass
        finally:
            files.hook = None
            engine.close()
        assert reopened(folder) == before
        assert beside(folder)
        with open_database(folder) as database:
            database.insert({"n": 1})
        assert reopened(folder) == {**before, "_default": {1: {"n": 1}}}
        assert not list(folder.glob("*.next"))
        assert len(list(folder.glob("shop-*.json"))) == 1
        if not hook.failed:
            break
    assert number > 20


def test_only_one_compacts_at_a_time(folder: Path) -> None:
    filled(folder)
    asked: list[bool] = []
    files = Meanwhile(12, lambda: asked.append(beside(folder)))
    assert beside(folder, files)
    assert asked == [False]


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors the Linux way")
def test_who_does_not_get_to_compact_leaves_no_file_open(folder: Path) -> None:
    filled(folder)

    def ask() -> None:
        before = len(list(Path("/proc/self/fd").iterdir()))
        for _time in range(20):
            assert not beside(folder)
            background.sweep(FileCalls(), folder)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before
        asked.append(before)

    asked: list[int] = []
    assert beside(folder, Meanwhile(12, ask))
    assert asked


def test_another_compaction_under_the_lock_wins(folder: Path) -> None:
    for number in range(1, 60):
        shop = folder / str(number)
        filled(shop)
        with open_database(shop) as other:
            before = content(other)

            files = Meanwhile(number, other.compact)
            try:
                beside(shop, files)
            finally:
                files.hook = None
            assert content(other) == before == reopened(shop)
        assert not list(shop.glob("*.next"))
        if files.left > 0:
            break


def held(files: WatchedFiles) -> list[str]:
    """The locks that are held, by what was called before the present call."""
    names: list[str] = []
    for call in files.calls[:-1]:
        kind, name = call.split(" ", 1)
        if kind == "lock":
            names.append(name)
        elif kind == "unlock" and name in names:
            names.remove(name)
    return names


def test_a_large_journal_starts_a_process_that_compacts(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.compaction.SMALLEST", 1000)
    with open_database(folder, indexes={"t": ["n"]}) as database:
        database.table("t").insert_multiple({"n": number} for number in range(3000))
        helper = database._engine.helper._process
        assert helper is not None
        database.table("t").insert({"n": 7})
        assert database._engine.helper._process is helper, "one at a time"
        assert helper.wait(timeout=60) == 0
        before = content(database)
        assert database.generation == 2
        assert database.compaction_error is None
        assert len(list((folder / "cache").glob("index-2-*.bin"))) == 1, "indexes are made in passing"
    assert reopened(folder) == before


def test_a_helper_that_fails_is_not_started_again_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.compaction.SMALLEST", 1000)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with open_database(folder) as database:
        database.table("t").insert_multiple({"n": number} for number in range(100))
        helper = database._engine.helper._process
        assert helper is not None
        helper.wait(timeout=60)
        database.table("t").insert({"n": 1})
        assert database.compaction_error is not None
        database.table("t").insert({"n": 2})
        assert database._engine.helper._process is None
        monkeypatch.setattr(sys, "executable", "/nowhere")
        database._engine.due_at = 0
        database.table("t").insert({"n": 3})
        assert isinstance(database.compaction_error, OSError)


def test_a_compaction_under_the_lock_clears_away_what_another_left(folder: Path) -> None:
    filled(folder)
    (folder / "shop-3.json.next").write_text("half", encoding="utf-8")
    (folder / "mine.next").write_text("mine", encoding="utf-8")
    with open_database(folder) as database:
        database.compact()
    assert [path.name for path in folder.glob("*.next")] == ["mine.next"]


def test_the_module_compacts_a_folder(folder: Path) -> None:
    filled(folder)
    root = Path(background.__file__).parents[2]
    command = [sys.executable, "-m", "store.engine.compactor"]
    assert subprocess.run([*command, str(folder)], cwd=root, check=False).returncode == 0
    assert (folder / "shop-3.json").exists()
    missing = subprocess.run([*command, str(folder / "x")], cwd=root, check=False, capture_output=True)
    assert (missing.returncode, missing.stderr) == (1, b"")
