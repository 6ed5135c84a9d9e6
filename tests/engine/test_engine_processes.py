"""Several processes on one shop: exact counts, whole transactions, kill -9, compaction under their hands."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.engine import open_database
from store.errors import NoRights, ShopBusy
from tests.engine.faults import content, reopened

ROOT = Path(__file__).resolve().parents[2]
Process = subprocess.Popen[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "shop"


def start(name: str, folder: Path, *numbers: int) -> Process:
    command = [sys.executable, "-m", "tests.engine.workers", name, str(folder), *map(str, numbers)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def finish(processes: list[Process]) -> None:
    for process in processes:
        _out, errors = process.communicate(timeout=280)
        assert process.returncode == 0, errors


@contextmanager
def killed(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def count_together(folder: Path, processes: int, times: int, compact_at: int) -> None:
    with open_database(folder) as db:
        with db.transaction():
            db.table("counter").insert({"n": 0})
        first = db.action
        workers = [start("count", folder, times, compact_at) for _worker in range(processes)]
        watchers = [start("watch", folder, first + processes * times) for _watcher in range(2)]
        finish(workers + watchers)
        followed = db.follow()
        assert [commit.action for commit in followed] == list(range(1, first + processes * times + 1))
        assert db.reloads == 0
    found = reopened(folder)
    assert found["counter"] == {1: {"n": processes * times}}
    assert sorted(found["rows"]) == list(range(1, processes * times + 1)), "each id is given once"
    with open_database(folder) as db:
        assert [commit.action for commit in db.commits()] == list(range(first + processes * times, 0, -1))


def test_processes_count_exactly_while_others_watch(folder: Path) -> None:
    count_together(folder, 4, 100, 1 << 30)


def test_processes_count_exactly_across_many_compactions(folder: Path) -> None:
    count_together(folder, 4, 60, 2000)
    with open_database(folder) as db:
        assert db.generation > 20


@pytest.mark.long
@pytest.mark.timeout(900)
def test_eight_processes_count_to_exactly_four_thousand(folder: Path) -> None:
    count_together(folder, 8, 500, 1 << 30)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_eight_processes_across_many_compactions_again(folder: Path) -> None:
    count_together(folder, 8, 200, 400)
    with open_database(folder) as db:
        assert db.generation > 60


def kill_rounds(folder: Path, rounds: int, most: int) -> tuple[int, int]:
    """Kill 2 to `most` writers at once, again and again; how many rounds there were, and confirmed actions."""
    chance = random.Random(rounds)
    confirmed = {0: 0}
    total = 0
    for number in range(rounds):
        if number % 20 == 0:
            shutil.rmtree(folder, ignore_errors=True)
            total += len(confirmed) - 1
            confirmed = {0: 0}
        writers = chance.randint(2, most)
        processes = [start("pay", folder, number * 10 + writer, 200_000) for writer in range(writers)]
        lines: list[str] = []
        readers = [threading.Thread(target=_collect, args=(process, lines)) for process in processes]
        for reader in readers:
            reader.start()
        deadline = time.monotonic() + 60
        wanted = chance.randrange(1, 60)
        while len(lines) < wanted and time.monotonic() < deadline:
            threading.Event().wait(0.001)
        for process in processes:
            process.kill()
        for process, reader in zip(processes, readers, strict=True):
            process.wait()
            reader.join()
            errors = process.stderr.read() if process.stderr is not None else ""
            assert errors == ""
        for line in lines:
            action, row = line.split()
            confirmed[int(action)] = int(row)
        check_payments(folder, confirmed)
    total += len(confirmed) - 1
    assert total > rounds * 2
    return rounds, total


def _collect(process: Process, lines: list[str]) -> None:
    assert process.stdout is not None
    lines.extend(line for line in process.stdout if line.endswith("\n"))


def check_payments(folder: Path, confirmed: dict[int, int]) -> None:
    """Everything confirmed is there; each action is there whole or not at all."""
    found: dict[str, Any] = reopened(folder)
    purchases = found["purchases"]
    assert all(row in purchases for row in confirmed.values() if row)
    totals: dict[int, int] = {}
    for purchase in purchases.values():
        totals[purchase["customer"]] = totals.get(purchase["customer"], 0) + purchase["amount"]
    assert {customer: document["total"] for customer, document in found["customers"].items()} == totals
    with open_database(folder) as db:
        assert db.action >= max(confirmed)
        assert len(purchases) == db.action


def test_killed_at_random_moments_nothing_confirmed_is_lost(folder: Path) -> None:
    kill_rounds(folder, 5, 2)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_killed_two_hundred_times_nothing_confirmed_is_lost(folder: Path) -> None:
    rounds, confirmed = kill_rounds(folder, 200, 8)
    print(f"{rounds} rounds of kill -9, {confirmed} confirmed actions, none lost")


def test_a_killed_holder_of_the_lock_leaves_it_free_and_nothing_done(folder: Path) -> None:
    with open_database(folder, lock_timeout=0.2) as db:
        db.insert({"n": 1})
        with killed(start("hold", folder)) as holder:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "held\n"
            with pytest.raises(ShopBusy) as caught:
                db.insert({"n": 2})
            assert caught.value.details["pid"] == holder.pid
            assert len(db) == 1
        db.insert({"n": 3})
        assert content(db) == {"_default": {1: {"n": 1}, 2: {"n": 3}}}


@pytest.mark.parametrize("holder", ["hold", "hold_lines"])
def test_when_the_holder_of_the_lock_is_killed_the_others_go_on_within_a_second(
    folder: Path, holder: str
) -> None:
    with open_database(folder) as db:
        db.table("rows").insert({"n": -1})
    with killed(start(holder, folder)) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        waiting = [start("wait", folder, number) for number in range(4)]
        for other in waiting:
            assert other.stdout is not None
            assert other.stdout.readline() == "begun\n"
        assert all(other.poll() is None for other in waiting)
        process.kill()
        since = time.clock_gettime(time.CLOCK_MONOTONIC)
        moments = [float(other.communicate(timeout=60)[0]) - since for other in waiting]
        assert max(moments) < 1, moments
    found = reopened(folder)
    assert sorted(row["n"] for row in found["rows"].values()) == [-1, 0, 1, 2, 3]  # type: ignore[index]
    assert set(found) == {"rows"}
    aside = [path.name.partition("-")[0] for path in folder.glob("journals/*")]
    assert aside == (["unconfirmed"] if holder == "hold_lines" else [])


def backups_under_load(folder: Path, processes: int, times: int, compact_at: int) -> int:
    """Backups taken while others write, each made a shop of: it holds the first so many actions; returns how many."""
    with open_database(folder) as db:
        with db.transaction():
            db.table("counter").insert({"n": 0})
        workers = [start("count", folder, times, compact_at) for _worker in range(processes)]
        made: list[tuple[Path, int]] = []
        while any(worker.poll() is None for worker in workers):
            path = folder.parent / f"backup-{len(made)}.json"
            before = db.action
            db.snapshot(path)
            made.append((path, before))
        finish(workers)
    seen = 0
    for number, (path, before) in enumerate(made):
        place = folder.parent / f"restored-{number}"
        place.mkdir()
        path.rename(place / "restored.json")
        with open_database(place) as restored:
            count = restored.table("counter").get(doc_id=1)["n"]
            assert sorted(row.doc_id for row in restored.table("rows")) == list(range(1, count + 1))
            assert count >= max(seen, before - 1), "no older than what was there when it was begun"
            assert restored.table("rows").insert({}) == count + 1
        seen = count
        shutil.rmtree(place)
    assert seen <= processes * times
    return len(made)


def test_a_backup_under_load_is_a_shop_of_one_moment(folder: Path) -> None:
    assert backups_under_load(folder, 3, 80, 4000) > 3


@pytest.mark.long
@pytest.mark.timeout(900)
def test_many_backups_under_load(folder: Path) -> None:
    count = backups_under_load(folder, 6, 400, 20_000)
    print(f"{count} backups under load, each a shop of one moment")
    assert count > 20


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_hundred_compactions_under_the_hands_of_readers_and_writers(folder: Path) -> None:
    with open_database(folder) as db:
        with db.transaction():
            db.table("counter").insert({"n": 0})
        first, times = db.action, 300
        writers = [start("count", folder, times, 1 << 30) for _writer in range(4)]
        watchers = [start("watch", folder, first + 4 * times) for _watcher in range(2)]
        compactors = [start("compact", folder, 260, 0) for _compactor in range(2)]
        finish(writers + watchers + compactors)
        assert [commit.action for commit in db.follow()] == list(range(1, first + 4 * times + 1))
        print(f"{db.generation - 1} compactions, {db.action} actions of 4 writers, 2 readers")
        assert db.generation > 500
        assert [commit.action for commit in db.commits()] == list(range(first + 4 * times, 0, -1))
    found = reopened(folder)
    assert found["counter"] == {1: {"n": 4 * times}}
    assert sorted(found["rows"]) == list(range(1, 4 * times + 1))


def test_two_processes_make_a_new_shop_at_the_same_moment(folder: Path) -> None:
    finish([start("count", folder, 5, 1 << 30) for _worker in range(4)])
    assert len(reopened(folder)["rows"]) == 20
    assert len(list(folder.glob("shop-*.json"))) == 1


def as_nobody(folder: Path) -> str:
    """What a user without any rights of their own is told. Forked, for that user cannot read this checkout."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(writing, _try_both(folder).encode())
        except BaseException as error:
            os.write(writing, repr(error).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as answer:
        told = answer.read()
    os.waitpid(child, 0)
    return told


def _try_both(folder: Path) -> str:
    try:
        with open_database(folder, create=False) as db:
            count = len(db)
            try:
                db.insert({})
            except NoRights as error:
                return f"reads {count}: {error.message}"
    except NoRights as error:
        return f"nothing: {error.message}"
    return "everything"


@pytest.mark.skipif(
    not hasattr(os, "getuid") or os.getuid() != 0, reason="needs root, to become another user"
)
def test_another_user_may_read_what_the_folder_lets_them() -> None:
    base = Path(tempfile.mkdtemp())
    try:
        base.chmod(0o755)
        folder = base / "shop"
        with open_database(folder) as db:
            db.insert({"n": 1})
        assert as_nobody(folder).startswith("nothing: You have no right to read")
        folder.chmod(0o755)
        for path in folder.iterdir():
            path.chmod(0o644)
        assert as_nobody(folder).startswith("reads 1: You may look at this shop but not change it")
        for path in folder.iterdir():
            path.chmod(0o666)
        assert as_nobody(folder) == "everything", "the lock and the journal are all that a change needs"
    finally:
        shutil.rmtree(base)
