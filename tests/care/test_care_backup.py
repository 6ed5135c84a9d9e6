"""Backups under load, which of them are kept, and restoring them: nothing half, nothing mixed, nothing damaged."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import tinydb

from store import backups
from store.engine import FileCalls, background, open_database
from store.engine.sealing import seal_copy
from store.errors import CrmError, ShopUnusable
from store.shop import Shop, open_shop
from tests.care.test_care_erasing import NAME, fill, traces
from tests.commands.running import Runner
from tests.engine.faults import content
from tests.helpers import FrozenClock


@contextmanager
def writers(folder: Path, count: int) -> Iterator[None]:
    """`count` processes that move amounts between two accounts and note each move, until the block ends."""
    stop = folder.parent / "stop"
    children = []
    for number in range(count):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                write_until(folder, stop, number)
                status = 0
            finally:
                os._exit(status)
        children.append(child)
    try:
        yield
    finally:
        stop.touch()
        statuses = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert statuses == [0] * count


def write_until(folder: Path, stop: Path, seed: int) -> None:
    chance = random.Random(seed)
    with open_database(folder, compact_at=60_000) as database:
        while not stop.exists():
            with database.transaction("move"):
                accounts = database.table("accounts")
                one, other = accounts.get(doc_id=1), accounts.get(doc_id=2)
                amount = chance.randint(-50, 50)
                accounts.update({"sum": one["sum"] - amount}, doc_ids=[1])
                accounts.update({"sum": other["sum"] + amount}, doc_ids=[2])
                database.table("moves").insert({"amount": amount, "text": "x" * 200})


@pytest.mark.skipif(os.name != "posix", reason="needs fork")
def test_a_backup_under_load_is_a_consistent_prefix(folder: Path, tmp_path: Path) -> None:
    with open_database(folder) as database:
        database.table("accounts").insert_multiple([{"sum": 1000}, {"sum": 0}])
    made: list[Path] = []
    with writers(folder, 4), open_database(folder, read_only=True) as reader:
        for number in range(12):
            path = tmp_path / f"backup-{number}.json"
            backups.make_backup(reader, path)
            made.append(path)
    counts = []
    for number, path in enumerate(made):
        with tinydb.TinyDB(path, access_mode="r") as stock:
            seq = stock.table("_store").get(doc_id=1)["seq"]
        restored = tmp_path / f"restored-{number}"
        restored.mkdir()
        (restored / "x.json").write_bytes(path.read_bytes())
        with open_database(restored) as database:
            state = content(database)
        assert "_seal" not in state
        sums = [account["sum"] for account in state["accounts"].values()]  # type: ignore[index]
        moves = state.get("moves", {})
        assert sum(sums) == 1000
        assert sums[1] == sum(move["amount"] for move in moves.values())  # type: ignore[index]
        assert list(moves) == list(range(1, len(moves) + 1))
        assert seq == len(moves) + 1
        counts.append(len(moves))
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_which_backups_are_kept() -> None:
    first = date(2024, 1, 1)
    days = [first + timedelta(days=number) for number in range(1000)]
    kept = backups.kept(days)
    newest = days[-1]
    assert {newest - timedelta(days=number) for number in range(7)} <= kept
    weeks = {day.isocalendar()[:2] for day in days if newest - day < timedelta(days=22)}
    assert weeks <= {day.isocalendar()[:2] for day in kept}
    months = sorted({(day.year, day.month) for day in days})[-12:]
    assert sorted({(day.year, day.month) for day in kept}) == months
    assert len(kept) <= 23
    # Dropped one day at a time, the same ones stay as when all are looked at at once.
    alive: set[date] = set()
    for day in days:
        alive = backups.kept({*alive, day})
    assert alive == kept
    assert backups.kept([]) == set()


def test_two_shops_share_a_folder(tmp_path: Path, clock: FrozenClock) -> None:
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    for name in ("a", "b"):
        with open_shop(tmp_path / name, by="mei", now=clock, create=True) as shop:
            shop.do("settings.set", backup_folder=str(chosen))
            for day in range(1, 20):
                backups.make_daily(shop.database, date(2026, 11, day))
    assert len({path.name.split("-")[1] for path in chosen.iterdir()}) == 2
    assert len(list(chosen.iterdir())) == 2 * len(backups.kept(date(2026, 11, day) for day in range(1, 20)))


def test_the_folder_must_be_a_whole_path_and_be_there(shop: Shop, tmp_path: Path) -> None:
    with pytest.raises(CrmError, match="whole path"):
        shop.do("settings.set", backup_folder="backups")
    shop.do("settings.set", backup_folder=str(tmp_path / "nowhere"))
    with pytest.raises(ShopUnusable, match="not there"):
        backups.make_daily(shop.database, shop.today())
    assert not (tmp_path / "nowhere").exists()


def test_a_backup_that_cannot_be_read_back_does_not_count(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    target = tmp_path / "b.json"
    backups.make_backup(shop.database, target)
    before = target.read_bytes()

    def broken(files: FileCalls, path: Path) -> None:
        seal_copy(files, path)
        text = path.read_bytes()
        path.write_bytes(text.replace(b'"seq"', b'"sex"'))

    monkeypatch.setattr(backups, "seal_copy", broken)
    with pytest.raises(ShopUnusable):
        backups.make_backup(shop.database, target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["b.json"]


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        fill(shop)
    return Runner(folder, clock, capsys)


def test_no_damaged_backup_is_restored(run: Runner, tmp_path: Path) -> None:
    backup = tmp_path / "b.json"
    assert run("backup", str(backup)).status == 0
    assert run("do", "customer.edit", "customer=1", "note=later").status == 0
    whole = backup.read_bytes()
    with open_database(run.folder, read_only=True) as database:
        before = content(database)
    for place in range(0, len(whole), 7):
        text = bytearray(whole)
        text[place] ^= 1 + place % 255
        backup.write_bytes(text if place % 2 else whole[:place])
        result = run("restore", str(backup), "--yes")
        assert result.status == 3, (place, whole[max(0, place - 9) : place + 9])
        assert result.err.count("\n") <= 3
        with open_database(run.folder, read_only=True) as database:
            assert content(database) == before, place


def test_a_plain_tinydb_file_is_restored_and_one_that_is_compressed_is_not(
    run: Runner, tmp_path: Path
) -> None:
    import gzip

    plain, packed = tmp_path / "plain.json", tmp_path / "packed.json.gz"
    with tinydb.TinyDB(plain) as stock:
        stock.table("customers").insert({"name": "新客"})
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert run("restore", str(packed), "--yes").status == 3
    assert run("restore", str(plain), "--yes").status == 0
    assert run.json("find", "新客")["matches"]
    new = Runner(tmp_path / "new", run.clock, run._capsys)
    assert new("restore", str(packed)).status == 3
    assert new("restore", str(plain)).status == 0
    assert new.json("find", "新客")["matches"][0]["number"] == "C000001"


def test_who_was_erased_stays_erased(run: Runner, tmp_path: Path) -> None:
    backup = tmp_path / "stick" / "b.json"
    backup.parent.mkdir()
    with open_shop(run.folder, by="mei", now=run.clock) as shop:
        # As one that was carried away: not noted anywhere.
        backups.make_backup(shop.database, backup)
    done = run.json("do", "customer.erase", "customer=2", "number=C000002")
    assert done["unreached"] == []
    assert done["rewritten"]
    assert NAME.encode() in backup.read_bytes()
    run.json("do", "customer.edit", "customer=1", "call_as=新称呼")
    run.json("restore", str(backup), "--yes")
    assert run.json("show", "C000001")["customer"]["call_as"] == "王哥"
    assert run.json("show", "C000002")["customer"]["status"] == "erased"
    assert traces(run.folder) == []


def test_a_compaction_beside_the_work_brings_nobody_back(
    run: Runner, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased = []

    def erase_now(self: background._Compaction, *_: object) -> None:
        with open_shop(run.folder, by="bo", now=clock) as shop:
            erased.append(shop.do("customer.erase", customer=2, number="C000002").action)

    monkeypatch.setattr(background._Compaction, "_keep_hints", erase_now)
    with open_database(run.folder) as database:
        assert not background.compact_beside(database._engine)
    assert erased
    assert traces(run.folder) == []
    assert run("check").status == 0
    assert json.loads(run("history", "--json").out)["actions"][0]["kind"] == "customer.erase"
