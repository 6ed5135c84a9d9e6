"""What other programs do to the folder of an open shop: moving, removing, replacing, mixing: nothing is lost."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store.engine import Database, open_database
from store.engine.background import compact_beside
from store.engine.engine import Engine
from store.errors import CrmError, NoRoom, ShopBusy, ShopDamaged, ShopUnusable
from tests.engine.faults import FailOnce, WatchedFiles, content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    with open_database(folder) as database:
        database.table("t").insert_multiple([{"n": number} for number in range(6)])
        database.compact()
        database.table("t").insert({"n": 6})
    return folder


def numbers(database: Database) -> list[object]:
    return [document["n"] for document in database.table("t")]


# The lock


def test_the_lock_is_removed_between_two_changes(folder: Path) -> None:
    with open_database(folder) as one, open_database(folder) as other:
        for number in range(7, 12):
            one.table("t").insert({"n": number})
            (folder / "lock").unlink()
            other.table("t").insert({"n": -number})
            other._engine.lock.timeout = 0.05
            with one.transaction(), pytest.raises(ShopBusy):
                other.table("t").insert({"n": "at the same time"})
        assert numbers(one) == numbers(other)
    assert len(reopened(folder)["t"]) == 17


@pytest.mark.parametrize("large", [False, True])
def test_the_lock_is_removed_in_the_middle_of_a_change(folder: Path, *, large: bool) -> None:
    """Somebody else gets in: whoever comes second is refused, and takes nothing of the other's away."""
    with open_database(folder) as one, open_database(folder) as other:
        with pytest.raises(ShopUnusable, match="was not made"), one.transaction() as transaction:  # noqa: PT012
            transaction.put("t", 100, {"n": "mine"})
            if large:
                for row in range(12):
                    transaction.put("large", row + 1, {"text": "x" * 100_000})
            (folder / "lock").unlink()
            other.table("t").insert({"n": "theirs"})
            for row in range(12 if large else 0):
                transaction.put("large", row + 1, {"text": "y" * 100_000})
        assert numbers(one) == numbers(other) == [0, 1, 2, 3, 4, 5, 6, "theirs"]
        one.table("t").insert({"n": "mine"})
        other.table("t").insert({"n": "last"})
        assert numbers(one) == [0, 1, 2, 3, 4, 5, 6, "theirs", "mine", "last"]
    found = reopened(folder)
    assert set(found) == {"t"}
    assert len(found["t"]) == 10


def test_a_lock_that_is_always_removed_is_told(folder: Path) -> None:
    class Vanishing(WatchedFiles):
        def lock(self, descriptor: int) -> bool:
            (folder / "lock").unlink(missing_ok=True)
            return super().lock(descriptor)

    with open_database(folder, files=Vanishing()) as db:
        with pytest.raises(ShopUnusable, match="keeps being removed"):
            db.insert({})
        assert len(db.table("t")) == 7


# Files moved and replaced


def replaced(path: Path) -> None:
    """As a program that keeps folders the same on two machines does."""
    fresh = path.with_name("other")
    shutil.copy(path, fresh)
    fresh.replace(path)


def moved(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))


MOVES: dict[str, Callable[[Path], None]] = {
    "removed": Path.unlink,
    "moved": moved,
    "replaced by a copy": replaced,
}


@pytest.mark.parametrize("how", MOVES)
def test_the_journal_is_moved_under_an_open_shop(folder: Path, how: str) -> None:
    """A change to a file that has lost its name would be confirmed and lost."""
    with open_database(folder) as db:
        before = content(db)
        MOVES[how](folder / "journal-2.jsonl")
        changes: list[Callable[[], object]] = [
            lambda: db.table("t").insert({"n": 7}),
            lambda: db.table("t").remove(doc_ids=[1]),
        ]
        for change in changes:
            with pytest.raises(ShopUnusable, match=r"journal-2\.jsonl"):
                change()
        with pytest.raises(ShopUnusable, match="moved or replaced it"):
            db.follow()
        assert content(db) == before
    if how == "replaced by a copy":
        assert reopened(folder) == before
    else:
        with pytest.raises(ShopDamaged, match=r"journal-2\.jsonl is missing"):
            open_database(folder).close()


def test_the_folder_is_moved_and_another_shop_put_there(folder: Path, tmp_path: Path) -> None:
    with open_database(tmp_path / "other") as other:
        other.table("t").insert({"n": "other"})
    with open_database(folder) as db:
        before = content(db)
        folder.rename(tmp_path / "away")
        ways: list[Callable[[], object]] = [
            lambda: content(db),
            lambda: db.insert({}),
            db.follow,
            db.compact,
            lambda: list(db.commits()),
        ]
        for way in ways:
            with pytest.raises(ShopUnusable, match="cannot be used"):
                way()
        shutil.copytree(tmp_path / "other", folder)
        for way in ways:
            with pytest.raises(ShopUnusable, match="There is another shop in"):
                way()
        shutil.rmtree(folder)
        (tmp_path / "away").rename(folder)
        assert content(db) == before
        db.table("t").insert({"n": 7})
    assert len(reopened(folder)["t"]) == 8
    with open_database(tmp_path / "other") as other:
        assert content(other) == {"t": {1: {"n": "other"}}}


def test_the_snapshot_is_removed_and_a_compaction_makes_another(folder: Path) -> None:
    with open_database(folder) as db:
        before = content(db)
        (folder / "shop-2.json").unlink()
        assert content(db) == before
        db.compact()
    assert reopened(folder) == before


# Files of elsewhere


def test_files_of_two_shops_mixed_in_every_way(folder: Path, tmp_path: Path) -> None:
    """Refused, or read as one of the two; never a mixture."""
    other = tmp_path / "other"
    with open_database(other, indexes={"t": ["n"]}) as database:
        database.table("t").insert_multiple([{"n": number} for number in range(100, 2100)])
        list(database.ids("t", "n", 100))
        database.compact()
        database.table("t").insert({"n": 99})
    with open_database(folder, indexes={"t": ["n"]}) as database:
        list(database.ids("t", "n", 3))
    wholes = [reopened(folder), reopened(other)]
    names = ["current", "shop-2.json", "journal-2.jsonl", "journals/journal-1.jsonl", "cache", "lock"]
    mixed = tmp_path / "mixed"
    met = 0
    for choice in range(1 << len(names)):
        for place, name in enumerate(names):
            source = (other if choice >> place & 1 else folder) / name
            target = mixed / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target)
            elif source.exists():
                shutil.copy2(source, target)
        try:
            with open_database(mixed, indexes={"t": ["n"]}) as database:
                found = content(database)
                assert found in wholes, choice
                assert list(database.ids("t", "n", 103)) == (
                    [4] if found is wholes[1] or 103 in numbers(database) else []
                )
                met += 1
        except ShopDamaged:
            pass
        shutil.rmtree(mixed)
    assert met == 16, "pointer, snapshot and journal of one shop, whatever lies beside them"


@pytest.mark.parametrize("name", ["current", "shop-2.json", "journal-2.jsonl"])
def test_the_pointer_or_a_file_is_garbled_while_the_shop_is_open(folder: Path, name: str) -> None:
    """Whoever has it open goes on or is told; whoever opens it is told; nobody makes it worse."""
    path = folder / name
    whole = path.read_bytes()
    for wrong in (
        b"",
        b"{",
        b"\0" * len(whole),
        whole[: len(whole) // 2],
        os.urandom(len(whole)),
        whole + whole,
    ):
        with open_database(folder) as db:
            path.write_bytes(wrong)
            steps: list[Callable[[], object]] = [
                lambda: content(db),
                db.follow,
                lambda: db.insert({}),
                db.compact,
            ]
            for step in steps:
                if path.read_bytes() != wrong:
                    break
                with contextlib.suppress(ShopUnusable):
                    step()
            touched = path.read_bytes() if path.exists() else b""
        if touched == wrong:
            with pytest.raises(CrmError):
                open_database(folder).close()
            shutil.rmtree(folder / "journals")
        else:
            # Only by going on behind what was confirmed, or in a new generation.
            assert touched.startswith(wrong) or not path.exists() or name == "current"
        break_off = {found.name for found in folder.iterdir()}
        assert "lock" in break_off
        shutil.rmtree(folder)
        with open_database(folder) as database:
            database.table("t").insert_multiple([{"n": number} for number in range(6)])
            database.compact()
            database.table("t").insert({"n": 6})
        whole = path.read_bytes()


# No room, in the middle of a compaction beside the work


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_compaction_beside_the_work_meets_a_full_or_failing_disk_at_any_call(
    tmp_path: Path, code: int
) -> None:
    for number in range(200):
        folder = tmp_path / str(number)
        with open_database(folder) as db:
            db.table("t").insert_multiple([{"n": row} for row in range(20)])
            db.compact()
            db.table("t").insert({"n": 20})
            before = content(db)
            hook = FailOnce("", number, code, for_ever=bool(number % 2))

            def fail(call: str, files: WatchedFiles, hook: FailOnce = hook) -> None:
                if not call.startswith(("lock", "unlock")):
                    hook(call, files)

            files = WatchedFiles()
            engine = Engine(folder, files)
            files.hook = fail
            with contextlib.suppress(NoRoom if code != errno.EIO else ShopUnusable):
                compact_beside(engine)
            files.hook = None
            engine.close()
            assert content(db) == before == reopened(folder)
            db.table("t").insert({"n": 21})
            db.compact()
            assert len(content(db)["t"]) == 22
        assert len(reopened(folder)["t"]) == 22
        assert not list(folder.glob("*.next"))
        assert len(list(folder.glob("shop-*.json"))) == 1
        shutil.rmtree(folder)
        if not hook.failed:
            break
    assert number > 20
    assert not hook.failed


def test_the_clock_jumps_while_the_shop_is_open(folder: Path) -> None:
    from datetime import UTC, datetime, timedelta

    moment = datetime(2026, 11, 22, tzinfo=UTC)
    jumps = [0, -400, 3650, -3650, 0]
    with open_database(folder, now=lambda: moment + timedelta(days=jumps[0])) as db:
        for _jump in range(4):
            db.insert({})
            db.compact()
            jumps.pop(0)
        assert [commit.action for commit in db.commits()] == [6, 5, 4, 3, 2, 1]
        assert [commit.at[:4] for commit in db.commits()][:4] == ["2016", "2036", "2025", "2026"]
        assert [commit.action for commit in db.follow()] == [3, 4, 5, 6]
        assert db.check().problems == []
