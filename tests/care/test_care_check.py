"""check: any byte that is changed anywhere is found, or harmless; what is found is named by file and byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from store import backups
from store.retention import remove_old_journals
from store.salvaging import salvage
from store.shop import open_shop
from tests.commands.running import Runner
from tests.engine.faults import content
from tests.helpers import FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("customer.create", name="王五")
        shop.do("customer.create", name="李四")
        shop.database.compact()
        shop.do("customer.edit", customer=1, call_as="王姐")
        backups.make_daily(shop.database, date(2026, 11, 18))
        shop.database.compact()
        shop.do("customer.edit", customer=2, call_as="李姐")
    return Runner(folder, clock, capsys)


def test_each_byte_counts(run: Runner, folder: Path, clock: FrozenClock) -> None:
    assert run("check").status == 0
    with open_shop(folder, by="mei", now=clock) as shop:
        whole = content(shop.database)
    step = 2
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or path.parent.name == "cache" or path.name == "lock":
            continue
        text = path.read_bytes()
        places = {*range(0, len(text), step), len(text) - 1, len(text) - 2}
        for place in sorted(places):
            wrong = bytearray(text)
            wrong[place] ^= 1 + place % 255
            path.write_bytes(wrong)
            result = run("check", "--json")
            if result.status == 0 and not result.json["notes"]:
                with open_shop(folder, by="mei", now=clock, read_only=True) as shop:
                    assert content(shop.database) == whole, (path, place)
                pytest.fail(f"not found: {path.name} byte {place}: {text[max(0, place - 20) : place + 20]!r}")
            found = result.json["error"]["details"] if "error" in result.json else result.json
            assert result.status == 3 or found["notes"]
        path.write_bytes(text)
    assert run("check").status == 0


def test_the_record_that_is_damaged_in_the_snapshot_is_named(run: Runner, folder: Path) -> None:
    snapshot = folder / "shop-3.json"
    text = snapshot.read_bytes()
    snapshot.write_bytes(text.replace("王姐".encode(), "王哥".encode()))
    found = run("check", "--json").json["problems"]
    place = text.index(b'"1":{', text.index(b'"customers":{')) + len(b'"1":')
    assert (Path(found[-1]["file"]).name, found[-1]["byte"]) == ("shop-3.json", place)
    assert "customers 1" in found[-1]["message"]


def test_a_missing_journal_is_told(run: Runner, folder: Path) -> None:
    (folder / "journals" / "journal-2.jsonl").unlink()
    found = run("check", "--json").json["problems"]
    assert [Path(one["file"]).name for one in found] == ["journal-3.jsonl"]
    (folder / "journals" / "journal-1.jsonl").unlink()
    assert run("check").status == 3


def test_what_a_crash_leaves_is_a_note(run: Runner, folder: Path) -> None:
    path = folder / "journal-3.jsonl"
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"crc":"00000000","seq":5')
    result = run("check", "--json")
    assert result.status == 0
    assert [(note["file"], note["byte"]) for note in result.json["notes"]] == [(str(path), size)]


def test_damage_of_a_backup_in_a_chosen_folder(
    run: Runner, tmp_path: Path, folder: Path, clock: FrozenClock
) -> None:
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    with open_shop(folder, by="mei", now=clock) as shop:
        shop.do("settings.set", backup_folder=str(chosen))
        made = backups.make_daily(shop.database, date(2026, 11, 19))
    assert made.parent == chosen
    assert run("check").status == 0
    made.write_bytes(made.read_bytes().replace("李四".encode(), "李五".encode()))
    found = run("check", "--json").json["problems"]
    assert [one["file"] for one in found] == [str(made)]


def test_a_missing_pointer_is_told_and_a_folder_without_a_shop_too(
    run: Runner, folder: Path, tmp_path: Path
) -> None:
    (folder / "current").unlink()
    result = run("check", "--json")
    assert result.status == 3
    assert Path(result.json["problems"][0]["file"]).name == "current"
    (tmp_path / "empty").mkdir()
    assert (
        Runner(tmp_path / "empty", run.clock, run._capsys)("check", "--json").json["error"]["kind"]
        == "missing"
    )


def test_what_was_set_aside_is_listed_until_it_is_erased_or_too_old(
    run: Runner, folder: Path, clock: FrozenClock, tmp_path: Path
) -> None:
    path = folder / "journal-3.jsonl"
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(b'{"crc":"00000000","seq":5,"changes":[["customers",2,null,{"name":"x')
    assert "the next one sets them aside" in run("check", "--json").json["notes"][0]["message"]
    done = run("do", "customer.edit", "customer=1", "call_as=甲")
    aside = folder / "journals" / f"unconfirmed-3-{size}.jsonl"
    assert str(aside) in done.err
    result = run("check", "--json")
    assert result.status == 0
    assert [(note["file"], note["byte"]) for note in result.json["notes"]] == [(str(aside), 0)]
    assert f"stood at byte {size} of journal 3" in result.json["notes"][0]["message"]
    lost = salvage(folder, tmp_path / "new").lost
    assert [(one.file, one.records) for one in lost] == [(aside, (("customers", 2),))]
    erased = run("do", "customer.erase", "customer=2", "number=C000002", "--json").json
    assert not aside.exists()
    assert str(aside) in erased["removed"]


def test_what_was_set_aside_goes_with_the_journals_of_its_time(folder: Path, clock: FrozenClock) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("settings.set", keep_journals_months=1)
    with (folder / "journal-1.jsonl").open("ab") as file:
        file.write(b"torn")
    with open_shop(folder, by="mei", now=clock) as shop:
        shop.database.compact()
        assert len(list((folder / "journals").glob("unconfirmed-1-*"))) == 1
        clock.move(days=100)
        shop.do("customer.create", name="王五")
        assert remove_old_journals(shop) is not None
    assert list((folder / "journals").iterdir()) == []
