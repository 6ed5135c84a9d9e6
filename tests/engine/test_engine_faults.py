"""What the system refuses: full disks, failing disks, missing rights, a busy lock. And what a change may cost."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from store.engine import open_database
from store.errors import CrmError, NoRights, NoRoom, OutcomeUnknown, ShopBusy
from tests.engine.faults import FailOnce, WatchedFiles, content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def test_a_change_costs_one_write_and_one_sync_of_the_journal(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        db.table("t").insert({"n": 1})
        changes: list[Callable[[], object]] = [
            lambda: db.table("t").insert({"n": 2}),
            lambda: db.table("t").update({"n": 3}, doc_ids=[1]),
            lambda: db.table("t").remove(doc_ids=[2]),
        ]
        for change in changes:
            files.calls.clear()
            change()
            assert files.calls == [
                "lock lock",
                "write journal-1.jsonl",
                "sync journal-1.jsonl",
                "unlock lock",
            ]
        files.calls.clear()
        with db.transaction("log_call") as transaction:
            transaction.put("a", transaction.next_id("a"), {"x": 1})
            transaction.put("b", transaction.next_id("b"), {"x": 1})
        assert files.changing() == ["write journal-1.jsonl", "sync journal-1.jsonl"]
        files.calls.clear()
        assert len(db.table("t")) == 1
        assert db.follow() is not None
        assert files.calls == [], "looking opens, locks and writes nothing"


def test_a_bulk_action_syncs_once(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        db.insert({})
        files.calls.clear()
        db.insert_multiple({"text": "x" * 1000} for _number in range(5000))
        assert files.calls.count("sync journal-1.jsonl") == 1
        assert 5 <= files.calls.count("write journal-1.jsonl") <= 12
        assert len(set(files.changing())) == 2


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_loses_nothing_and_works_again_when_there_is_room(folder: Path, code: int) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        db.insert({"n": 1})
        before = content(db)
        size = (folder / "journal-1.jsonl").stat().st_size
        files.hook = FailOnce("write journal", 0, code, for_ever=True)
        for change in (lambda: db.insert({"n": 2}), lambda: db.update({"n": 9}), db.drop_tables):
            with pytest.raises(NoRoom):
                change()
            assert content(db) == before
            assert (folder / "journal-1.jsonl").stat().st_size == size
        assert reopened(folder) == before
        files.hook = None
        assert db.insert({"n": 3}) == 2
    assert reopened(folder) == {"_default": {1: {"n": 1}, 2: {"n": 3}}}


def test_a_disk_that_fills_up_in_a_bulk_action(folder: Path) -> None:
    for number in range(5):
        files = WatchedFiles()
        with open_database(folder, files=files) as db:
            db.insert({"n": number})
            before = content(db)
            files.hook = FailOnce("write journal", number)
            with pytest.raises(NoRoom):
                db.insert_multiple({"text": "x" * 1000} for _number in range(5000))
            assert content(db) == before == reopened(folder)


def test_a_real_limit_of_the_system(folder: Path) -> None:
    resource = pytest.importorskip("resource", reason="no such limits on this system")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_database(folder) as db:
        db.insert({"text": "x" * 200_000})
        before = content(db)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (db.journal_size + 1000, hard))
            with pytest.raises(NoRoom, match="no room left"):
                db.insert({"text": "y" * 100_000})
            assert content(db) == before == reopened(folder)
            with pytest.raises(NoRoom):
                db.insert_multiple({"text": "y" * 1000} for _row in range(3000))
            db.insert({"small": 1})
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        db.insert({"text": "z" * 100_000})
    assert len(reopened(folder)["_default"]) == 3


class ShortWrites(WatchedFiles):
    """Takes half of what it is given, and nothing more from some byte on."""

    full_at = 1 << 60

    def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
        if offset >= self.full_at:
            raise OSError(errno.ENOSPC, "full")
        half = max(1, len(data) // 2)
        return super().write_at(descriptor, data[: min(half, self.full_at - offset)], offset)


def test_short_writes_are_completed_or_cut_back(folder: Path) -> None:
    files = ShortWrites()
    with open_database(folder, files=files) as db:
        db.insert({"text": "x" * 1000})
        before = content(db)
        files.full_at = db.journal_size + 100
        with pytest.raises(NoRoom):
            db.insert({"text": "y" * 1000})
        assert content(db) == before == reopened(folder)
        files.full_at = 1 << 60
        db.insert({"text": "z" * 1000})
    assert len(reopened(folder)["_default"]) == 2


def test_a_failed_sync_is_never_confirmed_and_work_goes_on_in_new_files(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db, open_database(folder) as reader:
        db.insert({"n": 1})
        before = content(db)
        files.hook = FailOnce("sync journal", 0, errno.EIO)
        files.calls.clear()
        with pytest.raises(OutcomeUnknown, match="is not known"):
            db.insert({"n": 2})
        assert files.calls.count("sync journal-1.jsonl") == 1, "a second sync would confirm what is not there"
        assert files.calls.count("write journal-1.jsonl") == 1
        assert content(db) == before == reopened(folder) == content(reader)
        assert (db.generation, db.trouble) == (2, None)
        files.calls.clear()
        db.insert({"n": 3})
        assert files.changing() == ["write journal-2.jsonl", "sync journal-2.jsonl"]
        assert [document["n"] for document in reader] == [1, 3]
        assert [commit.action for commit in reader.follow()] == [1, 2]
        assert [commit.action for commit in db.commits()] == [2, 1]
    assert [document["n"] for document in reopened(folder)["_default"].values()] == [1, 3]  # type: ignore[index]


def test_a_disk_that_fails_for_good_leaves_the_shop_readable_and_says_so(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        db.insert({"n": 1})
        before = content(db)
        files.hook = FailOnce("sync", 0, errno.EIO, for_ever=True)
        with pytest.raises(OutcomeUnknown):
            db.insert({"n": 2})
        assert db.trouble is not None
        assert db.trouble.startswith("Read only: ")
        files.calls.clear()
        for _again in range(2):
            with pytest.raises(OutcomeUnknown, match="Read only"):
                db.insert({"n": 3})
            with pytest.raises(OutcomeUnknown, match="Read only"):
                db.compact()
        assert files.changing() == [], "nothing is written any more"
        assert content(db) == before == reopened(folder)
        with open_database(folder) as other:
            other.insert({"n": 4})
            assert [document["n"] for document in db] == [1, 4], "reading goes on"
            with pytest.raises(OutcomeUnknown, match="Read only"):
                db.insert({"n": 5})
            other.compact()
        files.hook = None
        db.insert({"n": 6})
        assert db.trouble is None, "another process made new files"
    assert [document["n"] for document in reopened(folder)["_default"].values()] == [1, 4, 6]  # type: ignore[index]


def test_a_full_disk_that_shows_at_the_sync_is_left_for_new_files(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        db.insert({"n": 1})
        before = content(db)
        files.hook = FailOnce("sync", 0, errno.EDQUOT, for_ever=True)
        files.calls.clear()
        for _again in range(3):
            with pytest.raises(NoRoom):
                db.insert({"n": 2})
            assert content(db) == before == reopened(folder)
        assert files.calls.count("sync journal-1.jsonl") == 1
        files.hook = None
        assert (db.insert({"n": 3}), db.trouble) == (2, None)
    assert len(reopened(folder)["_default"]) == 2


@pytest.mark.parametrize("for_ever", [False, True])
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
@pytest.mark.parametrize("kind", ["write", "sync", "truncate", "rename", "sync_folder", "unlink", "open"])
def test_a_failure_of_the_nth_call_is_never_confirmed(
    folder: Path, kind: str, code: int, *, for_ever: bool
) -> None:
    """Every call of some kind fails in turn, once or for ever, in changes and compactions."""
    met = 0
    for number in range(9):
        shop = folder / str(number)
        with open_database(shop, files=(files := WatchedFiles())) as db:
            db.insert({"n": 0})
            expected = [0]
            files.hook = hook = FailOnce(f"{kind} ", number, code, for_ever=for_ever)
            for step in range(1, 5):
                try:
                    if step == 3:
                        db.compact()
                    else:
                        db.insert({"n": step})
                        expected.append(step)
                    assert [document["n"] for document in db] == expected
                except CrmError:
                    pass
            files.hook = None
            assert [document["n"] for document in db] == expected
            met += hook.failed
        found: list[object] = [document["n"] for document in reopened(shop)["_default"].values()]  # type: ignore[index]
        assert found == expected
        with open_database(shop) as db:
            db.insert({"n": 9})
        assert len(reopened(shop)["_default"]) == len(expected) + 1
    assert met > 0 or kind == "truncate"


def test_a_folder_whose_names_are_not_confirmed_gets_new_files_before_the_first_change(folder: Path) -> None:
    with open_database(folder) as db:
        db.insert({"n": 0})
    with open_database(folder, files=WatchedFiles(FailOnce("sync_folder", 0, errno.EIO))) as db:
        db.insert({"n": 1})
        assert db.generation == 2
    assert len(reopened(folder)["_default"]) == 2


def test_compaction_failing_at_any_call_loses_nothing_and_fails_no_write(folder: Path) -> None:
    failed = 0
    expected = 0
    for number in range(40):
        files = WatchedFiles()
        with open_database(folder, files=files, compact_at=1) as db:
            hook = FailOnce("", number, errno.ENOSPC)
            after_commit = [False]

            def watch(
                call: str, watched: WatchedFiles, hook: FailOnce = hook, flag: list[bool] = after_commit
            ) -> None:
                if flag[0] and not call.startswith(("lock", "unlock")):
                    hook(call, watched)
                flag[0] = flag[0] or call.startswith("sync journal")

            files.hook = watch
            db.insert({"n": number})
            expected += 1
            files.hook = None
            if hook.failed:
                failed += 1
            db.insert({"n": "more"})
            expected += 1
            assert len(db) == expected
        assert len(reopened(folder)["_default"]) == expected
    assert failed >= 12
    with open_database(folder) as db:
        db.compact()
        assert [commit.action for commit in db.commits(newest_first=False)] == list(range(1, expected + 1))
    assert len(list(folder.glob("shop-*.json"))) == 1
    assert list(folder.glob("*.tmp")) == []


def test_a_failed_compaction_is_not_tried_at_each_change(folder: Path) -> None:
    files = WatchedFiles()
    with open_database(folder, files=files, compact_at=2000) as db:
        db.insert({"text": "x" * 1000})
        files.hook = FailOnce("write shop", 0, for_ever=True)
        db.insert({"text": "x" * 1000})
        assert isinstance(db.compaction_error, NoRoom)
        files.calls.clear()
        db.insert({"text": "y"})
        assert files.changing() == ["write journal-1.jsonl", "sync journal-1.jsonl"]
        with pytest.raises(NoRoom):
            db.compact()
        files.hook = None
        db.compact()
        assert db.compaction_error is None
        assert db.generation == 2


def test_an_interrupt_in_the_middle_of_writing_takes_the_change_back(folder: Path) -> None:
    for kind in ("write journal", "sync journal"):

        def interrupt(call: str, files: WatchedFiles, kind: str = kind) -> None:
            if call.startswith(kind):
                raise KeyboardInterrupt

        files = WatchedFiles()
        with open_database(folder, files=files) as db:
            db.insert({"n": 1})
            before = content(db)
            files.hook = interrupt
            with pytest.raises(KeyboardInterrupt):
                db.insert({"n": 2})
            files.hook = None
            assert content(db) == before == reopened(folder)
            db.insert({"n": 3})
            assert reopened(folder) == content(db)


def denied(*starts: str) -> WatchedFiles:
    """File calls that may not do what begins so."""

    def deny(call: str, files: WatchedFiles) -> None:
        if call.startswith(starts):
            raise PermissionError(errno.EACCES, "denied")

    return WatchedFiles(deny)


class ReadOnlyFiles(WatchedFiles):
    """As for a user who may read everything and write nothing."""

    def open(self, path: Path, flags: int) -> int:
        if flags & 3:
            raise PermissionError(errno.EACCES, "denied")
        return super().open(path, flags)


def test_a_shop_that_may_only_be_read_is_read_and_not_changed(folder: Path) -> None:
    with open_database(folder) as db:
        db.insert({"n": 1})
    with open_database(folder, files=ReadOnlyFiles()) as db:
        assert db.all() == [{"n": 1}]
        assert not db.writable
        with open_database(folder) as other:
            other.insert({"n": 2})
        assert len(db) == 2
        assert len(db.follow()) == 1
        for attempt in (lambda: db.insert({}), db.compact):
            with pytest.raises(NoRights, match="not change it"):
                attempt()


def test_missing_rights_are_one_sentence(folder: Path) -> None:
    with pytest.raises(NoRights):
        open_database(folder, files=denied("make_folder"))
    with open_database(folder) as db:
        db.insert({"n": 1})
    for name in ("current", "shop", "journal"):
        with pytest.raises(NoRights, match="no right to read"):
            open_database(folder, files=denied(f"open {name}"))
    with open_database(folder, files=denied("open lock")) as db:
        assert len(db) == 1
        with pytest.raises(NoRights):
            db.insert({})


def test_a_busy_shop_names_who_holds_it(folder: Path) -> None:
    import os

    with open_database(folder) as db, open_database(folder, lock_timeout=0.05) as other:
        with db.transaction():
            with pytest.raises(ShopBusy) as caught:
                other.insert({})
            assert caught.value.details["pid"] == os.getpid()
            assert str(os.getpid()) in caught.value.message
            assert len(other) == 0, "reading does not wait"
            db.insert({"n": 1})
            assert len(other) == 0, "nobody sees half a transaction"
        assert other.insert({}) == 2
