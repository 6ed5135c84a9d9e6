"""What others do to files and to us: stopped or forked holders, interrupts, hostile values, swapped files, fuzz."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from store.engine import NotStorable, open_database, single
from store.engine.engine import Engine
from store.engine.table_documents import TableDocuments
from store.errors import CrmError, NewerFormat, ShopBusy, ShopDamaged, ShopUnusable
from tests.engine.faults import QuickFiles, WatchedFiles, content, reopened
from tests.engine.test_engine_processes import killed, start


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def filled(folder: Path) -> dict[str, dict[int, object]]:
    with open_database(folder) as database:
        database.table("t").insert_multiple([{"n": number, "name": "王五"} for number in range(6)])
        database.compact()
        database.table("t").update({"n": -1}, doc_ids=[2])
        database.table("u").insert({"x": 1})
        return content(database)


# The holder of the lock


def test_a_stopped_holder_is_named_and_nothing_breaks_when_it_goes_on(folder: Path) -> None:
    with open_database(folder, lock_timeout=0.3) as db, killed(start("slow", folder)) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        os.kill(holder.pid, signal.SIGSTOP)
        begin = time.monotonic()
        with pytest.raises(ShopBusy, match=rf"pid {holder.pid}.*0 seconds") as caught:
            db.insert({"n": "mine"})
        assert time.monotonic() - begin < 5
        assert caught.value.details["pid"] == holder.pid
        assert len(db) == 0, "reading does not wait"
        os.kill(holder.pid, signal.SIGCONT)
        assert holder.wait(timeout=60) == 0
        db.insert({"n": "mine"})
        assert [document["n"] for document in db] == ["held", "mine"]
    assert len(reopened(folder)["_default"]) == 2


def in_a_fork(work: Callable[[], str]) -> str:
    """What `work` returns in a forked child."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writing, work().encode())
        except BaseException as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_fork_does_not_share_the_lock(folder: Path) -> None:
    with open_database(folder, lock_timeout=0.2) as db:
        db.insert({"n": 1})
        with db.transaction() as transaction:
            db.insert({"n": 2})

            def commit() -> str:
                db._engine.end(transaction, failed=False)
                return "committed"

            def write() -> str:
                with open_database(folder, lock_timeout=0.1) as other:
                    other.insert({"n": "child"})
                return "wrote"

            assert in_a_fork(commit).startswith("ShopUnusable: A change that was begun in one process")
            assert in_a_fork(write).startswith("ShopBusy"), "the lock is still the parent's"
        assert in_a_fork(lambda: str(db.insert({"n": 3}))) == "3", "a child takes the lock for itself"
        assert [document["n"] for document in db] == [1, 2, 3]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_that_outlives_a_killed_holder_does_not_keep_the_lock(folder: Path) -> None:
    with open_database(folder) as db:
        db.insert({"n": 1})

    child = os.fork()
    if child == 0:
        try:
            held = open_database(folder)
            held._engine.lock.acquire()
            grandchild = os.fork()
            if grandchild == 0:
                time.sleep(20)
            else:
                (folder.parent / "pid").write_text(str(grandchild), encoding="ascii")
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    grandchild = int((folder.parent / "pid").read_text(encoding="ascii"))
    try:
        os.kill(grandchild, 0)
        with open_database(folder, lock_timeout=2) as db:
            assert db.insert({"n": 2}) == 2
        os.kill(grandchild, 0)
    finally:
        os.kill(grandchild, signal.SIGKILL)


# Interrupts


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, RuntimeError, SystemExit])
def test_whatever_ends_a_change_takes_it_back(folder: Path, kind: type[BaseException]) -> None:
    before = filled(folder)
    files = WatchedFiles()
    with open_database(folder, files=files, indexes={"t": ["n"]}) as db:
        assert list(db.ids("t", "n", 3)) == [4]

        def failing(document: Any) -> None:
            document["n"] = 99
            raise kind

        table = db.table("t")
        changes: list[Callable[[], object]] = [
            lambda: table.update(failing),
            lambda: table.update(failing, doc_ids=[3]),
            lambda: table.insert_multiple(x for x in [{"n": 1}, raising(kind)]),
        ]
        files.calls.clear()
        for change in changes:
            with pytest.raises(kind):
                change()
            assert content(db) == before == reopened(folder)
        with pytest.raises(kind), db.transaction():  # noqa: PT012
            for number in range(3):
                table.insert({"text": "x" * 700_000, "n": number})
            raise kind
        assert content(db) == before == reopened(folder)
        assert list(db.ids("t", "n", 3)) == [4]
        assert db.table("t").insert({"n": 7}) == 7, "ids are free again"


def raising(kind: type[BaseException]) -> dict[str, Any]:
    raise kind


def test_an_action_interrupted_at_any_file_call_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    for number in range(40):
        folder = tmp_path / str(number)
        before = filled(folder)
        left = [number]

        def interrupt(call: str, files: WatchedFiles, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        files = WatchedFiles()
        with open_database(folder, files=files) as db:
            files.hook = interrupt
            try:
                with db.transaction():
                    for _row in range(3):
                        db.table("big").insert({"text": "x" * 600_000})
            except KeyboardInterrupt:
                pass
            files.hook = None
            db.table("after").insert({"n": 1})
            found = content(db)
        assert found == reopened(folder)
        assert {name: found[name] for name in before} == before
        assert len(found.get("big", {})) in (0, 3)
        if left[0] > 0:
            break
    assert left[0] > 0


def test_a_plain_insert_interrupted_at_any_file_call_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    for number in range(1, 20):
        folder = tmp_path / str(number)
        before = filled(folder)
        left = [number]

        def interrupt(call: str, files: WatchedFiles, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise KeyboardInterrupt

        files = WatchedFiles()
        with open_database(folder, files=files, indexes={"t": ["n"]}) as db:
            assert list(db.ids("t", "n", 3)) == [4]
            files.hook = interrupt
            with contextlib.suppress(KeyboardInterrupt):
                db.table("t").insert({"n": 3})
            files.hook = None
            known = len(before["t"])
            assert len(db.table("t")) - known in (0, 1)
            assert len(db.ids("t", "n", 3)) - 1 == len(db.table("t")) - known
            db.table("t").insert({"n": 4})
            found = content(db)
        assert found == reopened(folder)
        assert before["t"].items() <= found["t"].items()
        if left[0] > 0:
            break
    assert left[0] > 0


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError])
def test_a_plain_insert_that_ends_between_disk_and_memory_is_seen_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: type[BaseException]
) -> None:
    before = filled(folder)
    with open_database(folder, indexes={"t": ["n"]}) as db:
        assert list(db.ids("t", "n", 70)) == []

        def ends(*_arguments: object) -> None:
            raise kind

        for number, place in enumerate(((TableDocuments, "put"), (Engine, "keep"))):
            with monkeypatch.context() as patch:
                patch.setattr(*place, ends)
                with pytest.raises(kind):
                    db.table("t").insert({"n": 70})
            db.follow()
            assert len(db.table("t")) == len(before["t"]) + number + 1
            assert len(db.ids("t", "n", 70)) == number + 1
            assert content(db) == reopened(folder)
        assert db.table("t").insert({"n": 71}) == len(before["t"]) + 3


# Values


@pytest.mark.parametrize(
    "value",
    [
        "\ud800 lone",
        "x" * 1_000_000,
        2**70,
        -(2**63),
        1e308,
        -0.0,
        "\x00\x1f\x7f\u2028",
        [[[]]],
        {"": None},
        "é" * 9,
    ],
    ids=lambda value: repr(value)[:12],
)
def test_what_can_be_stored_comes_back_equal(folder: Path, value: object) -> None:
    with open_database(folder) as db:
        db.insert({"v": value})
        db.update({"again": value}, doc_ids=[1])
        assert db.get(doc_id=1) == {"v": value, "again": value}
        db.compact()
    assert reopened(folder) == {"_default": {1: {"v": value, "again": value}}}


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), {1: 2}, {(1,): 2}, object(), b"bytes", {1, 2}, 1j],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_stored_is_refused_before_anything_is_written(folder: Path, value: object) -> None:
    before = filled(folder)
    files = WatchedFiles()
    with open_database(folder, files=files) as db:
        files.calls.clear()
        changes: list[Callable[[], object]] = [
            lambda: db.table("t").insert({"v": [value]}),
            lambda: db.table("t").update({"v": value}, doc_ids=[1]),
            lambda: db.table("t").insert_multiple([{"fine": 1}, {"v": value}]),
        ]
        for change in changes:
            with pytest.raises(NotStorable):
                change()
        assert files.changing() == []
        assert content(db) == before == reopened(folder)


# Files changed by others


def test_a_foreign_program_changes_the_snapshot_while_it_is_open(folder: Path) -> None:
    for change in ("cut", "emptied", "replaced", "rewritten"):
        shop = folder / change
        before = filled(shop)
        path = shop / "shop-2.json"
        whole = path.read_bytes()
        with open_database(shop) as db:
            if change == "cut":
                os.truncate(path, len(whole) // 2)
            elif change == "emptied":
                os.truncate(path, 0)
            elif change == "rewritten":
                path.write_bytes(b" " * len(whole))
            else:
                path.with_suffix(".other").write_bytes(whole.replace(b'"n":3', b'"n":4'))
                path.with_suffix(".other").replace(path)
            if change == "replaced":
                assert content(db) == before, "the file that is open stays as it is"
            else:
                with pytest.raises(ShopDamaged):
                    content(db)
        with pytest.raises(ShopDamaged):
            open_database(shop).close()


def test_an_older_backup_put_beside_a_newer_journal_is_never_mixed(folder: Path) -> None:
    filled(folder)
    old = folder.parent / "old"
    shutil.copytree(folder, old)
    with open_database(folder) as db:
        db.table("t").insert({"n": 100})
        db.compact()
        db.table("t").insert({"n": 101})
    for name in ("shop-2.json", "journal-2.jsonl"):
        shutil.copy(old / name, folder)
    whole = reopened(folder)
    shutil.copy(old / "shop-2.json", folder / "shop-3.json")
    with pytest.raises(ShopDamaged):
        open_database(folder).close()
    shutil.copy(old / "current", folder)
    (folder / "journal-2.jsonl").write_bytes((folder / "journal-3.jsonl").read_bytes())
    with pytest.raises(ShopDamaged):
        open_database(folder).close()
    assert whole["t"][8] == {"n": 101}


def test_the_whole_folder_put_back_under_an_open_shop_is_read_anew(folder: Path) -> None:
    before = filled(folder)
    old = folder.parent / "old"
    shutil.copytree(folder, old)
    with open_database(folder) as db:
        db.table("t").insert({"n": 100})
        db.compact()
        shutil.rmtree(folder / "journals")
        for path in old.iterdir():
            if path.is_file():
                shutil.copy(path, folder / (path.name + ".copy"))
                (folder / (path.name + ".copy")).replace(folder / path.name)
        assert content(db) == before
        assert db.reloads == 1


@pytest.mark.parametrize("name", ["current", "journal-2.jsonl"])
def test_a_newer_format_is_refused_and_never_rewritten(folder: Path, name: str) -> None:
    from store.engine import journal

    filled(folder)
    path = folder / name
    text = path.read_bytes()
    if name == "current":
        path.write_bytes(text.replace(b'"format":1', b'"format":9'))
    else:
        line, rest = text.split(b"\n", 1)
        fresh = line[line.index(b",") + 1 :].replace(b'"format":1', b'"format":9')
        path.write_bytes(journal.seal(fresh) + rest)
    before = {found.name: found.read_bytes() for found in folder.iterdir() if found.is_file()}
    with pytest.raises(NewerFormat, match="newer version"):
        open_database(folder).close()
    assert {found.name: found.read_bytes() for found in folder.iterdir() if found.is_file()} == before


def test_the_clock_may_go_backwards(folder: Path) -> None:
    before = filled(folder)
    with open_database(folder) as reader:
        for path in folder.iterdir():
            os.utime(path, (1, 1))
        with open_database(folder) as db:
            db.table("t").insert({"n": 7})
            db.compact()
            for path in folder.iterdir():
                os.utime(path, (1, 1))
            db.table("t").insert({"n": 8})
        assert len(content(reader)["t"]) == len(before["t"]) + 2
        assert [commit.action for commit in reader.follow()] == [4, 5]


# Fuzz


def mangled(chance: random.Random, text: bytes) -> bytes:
    """The same file after an accident."""
    content = bytearray(text)
    for _accident in range(chance.randint(1, 3)):
        place = chance.randrange(len(content) + 1)
        size = chance.choice((1, 1, 2, 8, 40, 300))
        kind = chance.randrange(6)
        if kind == 0:
            del content[place : place + size]
        elif kind == 1:
            content[place:place] = chance.randbytes(size)
        elif kind == 2:
            content[place : place + size] = bytes(min(size, max(0, len(content) - place)))
        elif kind == 3:
            content[place:place] = content[chance.randrange(len(content) + 1) :][:size]
        elif kind == 4 and place < len(content):
            content[place] ^= 1 << chance.randrange(8)
        else:
            content[place:place] = chance.choice(
                (b"\n", b"{}", b'"', b"null\n", b'{"crc":"00000000",', b"9" * 400)
            )
    return bytes(content)


def fuzz(folder: Path, rounds: int, seed: int) -> None:
    filled(folder)
    with open_database(folder) as db, db.transaction("bulk"):
        for number in range(4):
            db.table("b").insert({"text": "x" * 300_000, "n": number})
    with open_database(folder) as db:
        db.table("t").insert({"n": 50})
    states = prefixes(folder)
    chance = random.Random(seed)
    wrong = []
    originals = {name: (folder / name).read_bytes() for name in ("journal-2.jsonl", "shop-2.json", "current")}
    for number in range(rounds):
        name = chance.choice(("journal-2.jsonl", "journal-2.jsonl", "shop-2.json", "current"))
        text = mangled(chance, originals[name])
        (folder / name).write_bytes(text)
        try:
            with open_database(folder, create=False, read_only=True, files=QuickFiles()) as db:
                found = content(db)
                if found not in states:
                    wrong.append(f"{number} {name}: {found}"[:300])
        except (ShopUnusable, CrmError):
            pass
        (folder / name).write_bytes(originals[name])
    assert wrong == []


def prefixes(folder: Path) -> list[dict[str, dict[int, object]]]:
    """What the shop may hold when the end of its journal is lost."""
    path = folder / "journal-2.jsonl"
    whole = path.read_bytes()
    found = []
    for end in range(len(whole)):
        if whole[end] == 10:
            path.write_bytes(whole[: end + 1])
            found.append(reopened(folder))
    path.write_bytes(whole)
    return found


def test_bytes_of_all_kinds_are_refused_or_read_right(folder: Path) -> None:
    fuzz(folder, 400, 1)


@pytest.mark.long
@pytest.mark.timeout(3000)
def test_many_more_bytes_of_all_kinds(folder: Path) -> None:
    fuzz(folder, 8_000, 2)


def test_reading_that_began_before_a_compaction_ends_as_it_began(folder: Path) -> None:
    with open_database(folder) as db, open_database(folder) as other:
        db.insert_multiple({"n": number} for number in range(12_000))
        other.tables()
        reading = other.all_raw("_default")
        begun = other.all_raw("_default")
        first = next(begun)
        db.compact()
        db.insert({"n": "later"})
        other.follow()
        time.sleep(0.05)
        assert [first, *begun] == list(reading)
        assert len(other) == 12_001


@pytest.mark.parametrize("way", ["insert", "transaction"])
def test_an_interrupt_after_the_line_is_on_the_disk_leaves_memory_and_disk_alike(
    folder: Path, way: str
) -> None:
    """Wherever between the sync and the return: the change is there, once, and whoever follows is told of it once."""
    place = 0
    while interrupted_after_the_sync(folder / f"shop{place}", way, place):
        place += 1
    assert place > 20


def interrupted_after_the_sync(folder: Path, way: str, place: int) -> bool:
    """Whether the change ended in an interrupt at its `place`-th step in the engine after the sync."""
    left = -1

    def trace(frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal left
        if not frame.f_code.co_filename.startswith(os.path.dirname(single.__file__)):  # noqa: PTH120
            return None
        frame.f_trace_opcodes = True
        if event == "return" and frame.f_code.co_name == "append" and left < 0:
            left = place
        elif (
            event == "opcode" and left >= 0 and frame.f_code.co_name in ("insert", "_commit", "_note", "keep")
        ):
            left -= 1
            if left < 0:
                left = sys.maxsize
                raise KeyboardInterrupt
        return trace

    with open_database(folder) as db, open_database(folder) as other:
        db.table("t").insert({"n": 1})
        other.follow()
        db.follow()
        was_interrupted = False
        sys.settrace(trace)
        try:
            if way == "insert":
                db.table("t").insert({"n": 2})
            else:
                with db.transaction("two") as transaction:
                    transaction.put("t", 2, {"n": 2})
                    transaction.put("t", 1, {"n": 3})
        except KeyboardInterrupt:
            was_interrupted = True
        finally:
            sys.settrace(None)
        reloads = db.reloads
        told = [commit.action for commit in db.follow()]
        assert told == [2] or db.reloads > 0, (place, reloads)
        db.table("t").insert({"n": 4})
        assert db.table("t").all() == other.table("t").all()
        assert [row["n"] for row in db.table("t").all()][1:] == [2, 4]
        assert [commit.action for commit in db.commits(newest_first=False)] == [1, 2, 3]
        assert db.check().problems == []
    return was_interrupted
