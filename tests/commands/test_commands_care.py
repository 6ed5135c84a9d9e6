"""check, backup, restore, snapshot, and the backups that are made by themselves."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import tinydb

from store import backups
from store.engine import open_database
from store.errors import NoRoom
from store.shop import Shop, open_shop
from tests.commands.running import Runner
from tests.helpers import NOW, FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    open_shop(folder, by="mei", now=clock, create=True).close()
    runner = Runner(folder, clock, capsys)
    runner.json("do", "customer.create", "name=王五", "phone=13800138000")
    return runner


def test_check_of_a_sound_shop(run: Runner) -> None:
    report = run.json("check")
    assert report["sound"] is True
    assert report["actions"] == 1
    assert report["records"] == 1
    assert report["problems"] == []
    assert "All is well." in run("check").out


def test_check_names_damage_and_is_3(run: Runner) -> None:
    journal = next(run.folder.glob("journal-*.jsonl"))
    text = bytearray(journal.read_bytes())
    at = text.index("王五".encode())
    text[at] ^= 1
    run.json("do", "customer.create", "name=李四")
    whole = bytearray(journal.read_bytes())
    whole[at] ^= 1
    journal.write_bytes(whole)
    result = run("check", "--json")
    assert result.status == 3
    assert result.json["sound"] is False
    assert result.json["problems"][0]["file"] == str(journal)
    assert result.err


def test_check_finds_records_that_cannot_be_read(run: Runner) -> None:
    with open_database(run.folder) as database:
        database.table("tickets").insert({"subject": 5})
    result = run("check", "--json")
    assert result.status == 3
    assert "tickets" in result.json["problems"][0]["message"]


def test_backup_is_a_plain_tinydb_file_of_ones_own(run: Runner, tmp_path: Path) -> None:
    target = tmp_path / "a backup 备份.json"
    document = run.json("backup", str(target))
    assert document["file"] == str(target)
    assert document["bytes"] == target.stat().st_size
    assert target.stat().st_mode & 0o777 == 0o600
    with tinydb.TinyDB(target, access_mode="r") as stock:
        assert [document["name"] for document in stock.table("customers").all()] == ["王五"]


def test_backup_replaces_nothing_without_being_told(run: Runner, tmp_path: Path) -> None:
    target = tmp_path / "backup.json"
    target.write_text("precious")
    result = run("backup", str(target))
    assert result.status == 1
    assert "--force" in result.err
    assert target.read_text() == "precious"
    assert run("backup", str(target), "--force").status == 0
    assert run("snapshot", str(target)).status == 0
    assert json.loads(target.read_text())["customers"]["1"]["name"] == "王五"


@pytest.mark.parametrize("command", ["backup", "snapshot"])
def test_the_shops_own_files_are_never_written_over(run: Runner, command: str) -> None:
    before = {path.name: path.read_bytes() for path in run.folder.iterdir() if path.is_file()}
    assert run(command, str(run.folder / "shop-1.json")).status == 1
    assert run(command, str(run.folder / ".." / run.folder.name / "current")).status == 1
    assert run(command, str(run.folder)).status == 2
    assert run(command, str(run.folder / "nowhere" / "x.json")).status == 2
    assert {path.name: path.read_bytes() for path in run.folder.iterdir() if path.is_file()} == before


def test_restore_makes_a_shop_in_an_empty_folder(run: Runner, tmp_path: Path) -> None:
    backup = tmp_path / "backup.json"
    run.json("do", "customer.create", "name=李四")
    run.json("undo")
    run.json("backup", str(backup))
    for place in (tmp_path / "new", tmp_path / "empty"):
        if place.name == "empty":
            place.mkdir()
        restored = Runner(place, run.clock, run._capsys)
        document = restored.json("restore", str(backup))
        assert document["action"] is None
        assert restored.json("show", "C000001")["customer"]["name"] == "王五"
        assert not list(place.glob("restored*"))
        # An id that was ever given is not given again.
        assert restored.json("do", "customer.create", "name=新客")["created"][0]["id"] == 3
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_restore_over_a_shop_is_one_action_after_being_told(run: Runner, tmp_path: Path) -> None:
    backup = tmp_path / "backup.json"
    run.json("backup", str(backup))
    run.json("do", "customer.edit", "customer=1", "call_as=王姐")
    run.json("do", "customer.create", "name=李四")
    refused = run("restore", str(backup))
    assert refused.status == 2
    assert "--yes" in refused.err
    assert run.json("find", "李四")["matches"]
    done = run.json("restore", str(backup), "--yes")
    assert {entry["id"] for entry in done["changed"]} == {1, 2}
    assert Path(done["copy"]).parent == run.folder / "backups"
    assert "李四" in Path(done["copy"]).read_text(encoding="utf-8")
    assert run("find", "李四").status == 1
    customer = run.json("show", "C000001")["customer"]
    assert customer["call_as"] == ""
    assert customer["rev"] == 3
    assert run.json("history")["actions"][0]["kind"] == "shop.restore"
    assert run.json("restore", str(backup))["action"] is None
    run.json("undo")
    assert run.json("find", "李四")["matches"]
    assert run.json("show", "C000001")["customer"]["call_as"] == "王姐"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not json",
        "[]",
        '{"customers": {"x": {}}}',
        '{"customers": {"1": {"name": 5}}}',
        '{"_store":{"1":{"format":99,"generation":1,"store":"x","seq":0,"action":0,"next_ids":{}}}}',
    ],
)
def test_what_is_no_backup_is_3_and_changes_nothing(run: Runner, tmp_path: Path, text: str) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(text, encoding="utf-8")
    assert run("restore", str(bad), "--yes").status == 3
    assert run.json("find", "王五")["matches"]
    new = Runner(tmp_path / "new", run.clock, run._capsys)
    result = new("restore", str(bad))
    assert result.status == 3
    assert result.err.count("\n") == 1
    assert not (tmp_path / "new").exists()


def test_restore_of_nothing_is_3(run: Runner, tmp_path: Path) -> None:
    assert run("restore", str(tmp_path / "nowhere.json"), "--yes").status == 3


def test_restore_leaves_other_folders_alone(run: Runner, tmp_path: Path) -> None:
    backup = tmp_path / "backup.json"
    run.json("backup", str(backup))
    other = tmp_path / "pictures"
    other.mkdir()
    (other / "cat.png").write_bytes(b"cat")
    result = Runner(other, run.clock, run._capsys)("restore", str(backup), "--yes")
    assert result.status == 3
    assert [path.name for path in other.iterdir()] == ["cat.png"]


def test_the_first_change_of_a_day_makes_the_days_backup(run: Runner) -> None:
    assert [path.name for path in backups.backup_folder(run.folder).iterdir()] == ["shop-2026-11-18.json"]
    run.json("find", "王五")
    run.clock.move(days=1)
    run.json("find", "王五")
    with open_database(run.folder, read_only=True) as database:
        assert backups.due(database, date(2026, 11, 19))
    run.json("do", "customer.edit", "customer=1", "call_as=王姐")
    made = backups.backup_folder(run.folder) / "shop-2026-11-19.json"
    assert json.loads(made.read_text(encoding="utf-8"))["customers"]["1"]["call_as"] == "王姐"
    assert made.stat().st_mode & 0o777 == 0o600
    assert made.parent.stat().st_mode & 0o777 == 0o700


def test_a_backup_that_fails_is_a_remark(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Path:
        raise NoRoom("no room")

    monkeypatch.setattr(backups, "make_daily", full)
    run.clock.move(days=1)
    result = run("do", "customer.edit", "customer=1", "call_as=王姐", "--json")
    assert result.status == 0
    assert result.json["action"] == 2
    assert "no room" in result.err


def test_backups_that_are_not_kept_go_and_others_are_never_touched(shop: Shop) -> None:
    for day in range(1, 11):
        backups.make_daily(shop.database, date(2026, 11, day))
    own = backups.backup_folder(shop.folder) / "before-restore-2020-01-01-000000.json"
    backups.make_backup(shop.database, own)
    torn, fresh = (own.with_name(f".shop-2026-11-10.json.{number}") for number in (17, 18))
    torn.write_text("{")
    fresh.write_text("{")
    os.utime(torn, (0, 0))
    backups.make_daily(shop.database, date(2026, 11, 11))
    names = sorted(path.name for path in own.parent.iterdir())
    # The newest seven, and the first of November as the last day of its week.
    days = (1, *range(5, 12))
    assert names == [fresh.name, own.name, *(f"shop-2026-11-{day:02d}.json" for day in days)]


def test_a_thread_beside_the_app_makes_it_once(shop: Shop) -> None:
    today = date(2026, 11, 18)
    path = backups.daily_backup(shop.folder, today)
    assert path is not None
    assert path.exists()
    assert backups.daily_backup(shop.folder, today) is None


def test_age_of_the_last_backup(shop: Shop) -> None:
    assert backups.last_backup(shop.database) is None
    assert backups.last_backup_age(shop.database, NOW) is None
    path = backups.make_daily(shop.database, date(2026, 11, 18))
    os.utime(path, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    assert backups.last_backup(shop.database) == datetime(2026, 11, 18, 1, tzinfo=UTC)
    age = backups.last_backup_age(shop.database, NOW)
    assert age is not None
    assert age.total_seconds() == 3600
