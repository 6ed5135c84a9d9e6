"""Salvage: what can be read of a damaged shop comes into a new one, what cannot is listed, the originals stay."""

from __future__ import annotations

import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from store import backups
from store.engine import open_database
from store.errors import CrmError, ShopMissing, ShopUnusable
from store.salvaging import report_lines, salvage
from store.shop import open_shop
from tests.engine.faults import content
from tests.helpers import FrozenClock

State = dict[str, dict[int, object]]


@pytest.fixture
def shop_of_ten(folder: Path, clock: FrozenClock) -> State:
    """A shop over three generations with one backup; returns what it holds."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        for number in range(5):
            shop.do("customer.create", name=f"客户{number}")
        shop.database.compact()
        for number in range(5, 10):
            shop.do("customer.create", name=f"客户{number}")
        shop.do("customer.edit", customer=1, call_as="王姐")
        backups.make_daily(shop.database, date(2026, 11, 18))
        shop.do("customer.edit", customer=2, call_as="李姐")
        shop.database.compact()
        shop.do("customer.edit", customer=3, call_as="张姐")
        shop.do("interaction.log", customer=3, text="一")
        shop.do("interaction.log", customer=3, text="二")
        shop.do("interaction.delete", interaction=1)
        return content(shop.database)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def saved(folder: Path, target: Path) -> State:
    with open_database(target, create=False) as database:
        assert database.check().problems == []
        return content(database)


def test_a_sound_shop_comes_over_whole(folder: Path, tmp_path: Path, shop_of_ten: State) -> None:
    before = files_of(folder)
    found = salvage(folder, tmp_path / "new")
    assert (found.lost, found.notes) == ([], [])
    assert saved(folder, tmp_path / "new") == shop_of_ten
    assert files_of(folder) == before
    with open_shop(tmp_path / "new", by="mei") as shop:
        # Ids are not given again, those of deleted records neither.
        assert shop.do("interaction.log", customer=3, text="三").one("interactions") == 3


@pytest.mark.parametrize("name", ["current", "shop-3.json", "journals/journal-1.jsonl"])
def test_one_missing_file_costs_nothing(folder: Path, tmp_path: Path, shop_of_ten: State, name: str) -> None:
    (folder / name).unlink()
    found = salvage(folder, tmp_path / "new")
    assert saved(folder, tmp_path / "new") == shop_of_ten
    assert [lost.file.name for lost in found.lost] == ([] if "journals" in name else [name])
    assert [lost.recovered for lost in found.lost if lost.file.name == "current"] in ([], [True])


def test_the_current_journal_is_all_that_there_was_of_it(
    folder: Path, tmp_path: Path, shop_of_ten: State
) -> None:
    (folder / "journal-3.jsonl").unlink()
    found = salvage(folder, tmp_path / "new")
    assert found.lost[0].message == "the file is missing"
    state = saved(folder, tmp_path / "new")
    assert list(state["customers"]) == list(shop_of_ten["customers"])
    assert "interactions" not in state


def test_without_snapshot_and_the_older_journals_the_backup_is_begun_with(
    folder: Path, tmp_path: Path, shop_of_ten: State
) -> None:
    (folder / "shop-3.json").unlink()
    (folder / "current").unlink()
    (folder / "journals" / "journal-1.jsonl").unlink()
    found = salvage(folder, tmp_path / "new")
    assert found.base is not None
    assert found.base.parent.name == "backups"
    assert saved(folder, tmp_path / "new") == shop_of_ten


@pytest.mark.parametrize("cut", [0, 1, 100, 700, -3])
def test_a_torn_snapshot_is_filled_in_from_the_journals(
    folder: Path, tmp_path: Path, shop_of_ten: State, cut: int
) -> None:
    snapshot = folder / "shop-3.json"
    snapshot.write_bytes(snapshot.read_bytes()[:cut])
    shutil.rmtree(folder / "backups")
    found = salvage(folder, tmp_path / "new")
    assert saved(folder, tmp_path / "new") == shop_of_ten
    assert {lost.file for lost in found.lost} == {snapshot}


def test_a_record_that_is_damaged_in_the_snapshot_comes_from_the_journals(
    folder: Path, tmp_path: Path, shop_of_ten: State
) -> None:
    snapshot = folder / "shop-3.json"
    text = snapshot.read_bytes()
    shutil.rmtree(folder / "backups")
    (folder / "current").unlink()
    # One that can still be read, and one that cannot.
    for wrong in (text.replace("客户6".encode(), "客户7".encode()), text.replace("客户6".encode(), b'"{')):
        shutil.rmtree(tmp_path / "new", ignore_errors=True)
        snapshot.write_bytes(wrong)
        found = salvage(folder, tmp_path / "new")
        assert saved(folder, tmp_path / "new") == shop_of_ten
        assert found.notes
    lost = next(lost for lost in found.lost if lost.file == snapshot)
    assert lost.records == (("customers", 7),)
    assert lost.recovered
    assert b'"7":' in wrong[lost.start : lost.end]


def test_damage_in_the_middle_of_the_journal_costs_one_line(
    folder: Path, tmp_path: Path, shop_of_ten: State
) -> None:
    path = folder / "journal-3.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace("张姐".encode(), "张哥".encode())
    path.write_bytes(b"".join(lines))
    found = salvage(folder, tmp_path / "new")
    state = saved(folder, tmp_path / "new")
    assert state["customers"][3]["name"] == "客户2"  # type: ignore[index]
    assert "call_as" not in state["customers"][3]  # type: ignore[operator]
    assert state["interactions"] == shop_of_ten["interactions"]
    (lost,) = found.lost
    assert (lost.file, lost.start, lost.end) == (path, len(lines[0]), len(lines[0]) + len(lines[1]))
    assert lost.records == (("customers", 3),)
    assert "checksum" in lost.message


def test_a_later_value_is_taken_and_told_where_the_one_before_is_lost(
    folder: Path, tmp_path: Path, clock: FrozenClock
) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("customer.create", name="王五")
        for name in ("甲", "乙"):
            shop.do("customer.edit", customer=1, call_as=name)
    path = folder / "journal-1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[1] + b"x" + lines[2][1:] + lines[3])
    found = salvage(folder, tmp_path / "new")
    assert saved(folder, tmp_path / "new")["customers"][1]["call_as"] == "乙"  # type: ignore[index]
    (unsure,) = found.unsure
    assert (unsure.table, unsure.id, unsure.file, unsure.byte) == (
        "customers",
        1,
        path,
        sum(map(len, lines[:3])),
    )
    assert "call_as" in unsure.units
    assert any(
        line.startswith("customers 1: what stood there before is lost") for line in report_lines(found)
    )


def test_a_change_of_a_record_of_which_nothing_is_left_is_listed(
    folder: Path, tmp_path: Path, clock: FrozenClock
) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("customer.create", name="王五")
        shop.do("customer.edit", customer=1, call_as="甲")
        shop.do("customer.create", name="李四")
    path = folder / "journal-1.jsonl"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + lines[2] + lines[3])
    found = salvage(folder, tmp_path / "new")
    assert list(saved(folder, tmp_path / "new")["customers"]) == [2]
    assert [lost.records for lost in found.lost] == [(), (("customers", 1),)]


def test_a_shop_of_nothing_but_zero_bytes(folder: Path, tmp_path: Path, shop_of_ten: State) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"")
    found = salvage(folder, tmp_path / "new")
    assert saved(folder, tmp_path / "new") == {}
    assert {lost.file.name for lost in found.lost} >= {"current", "shop-3.json", "journal-3.jsonl"}


def test_what_is_no_shop_and_what_is_taken(folder: Path, tmp_path: Path, shop_of_ten: State) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ShopMissing):
        salvage(tmp_path / "empty", tmp_path / "new")
    with pytest.raises(ShopMissing):
        salvage(tmp_path / "nowhere", tmp_path / "new")
    with pytest.raises(ShopUnusable):
        salvage(folder, folder)
    with pytest.raises(ShopUnusable):
        salvage(tmp_path / "empty", folder)


def test_whatever_is_damaged_it_ends_in_a_shop(folder: Path, tmp_path: Path, shop_of_ten: State) -> None:
    chance = random.Random(5)
    whole = files_of(folder)
    names = [name for name in whole if name != "lock" and not name.startswith("cache/")]
    for number in range(150):
        damaged, target = tmp_path / f"damaged-{number}", tmp_path / f"new-{number}"
        shutil.copytree(folder, damaged)
        for name in chance.sample(names, 2):
            text = bytearray(whole[name])
            kind = chance.choice(("flip", "cut", "zeros", "gone", "swap"))
            place = chance.randrange(max(1, len(text)))
            if kind == "flip" and text:
                text[place] ^= 1 << chance.randrange(8)
            elif kind == "cut":
                del text[place:]
            elif kind == "zeros":
                text[place : place + 40] = bytes(len(text[place : place + 40]))
            elif kind == "swap":
                text[place : place + 20] = chance.randbytes(20)
            (damaged / name).write_bytes(text)
            if kind == "gone":
                (damaged / name).unlink()
        before = files_of(damaged)
        try:
            found = salvage(damaged, target)
        except CrmError as error:
            pytest.fail(f"{number}: {error.message}")
        state = saved(damaged, target)
        # Nothing comes in that was never there, and whatever is missing is listed.
        assert set(state.get("customers", {})) <= set(shop_of_ten["customers"])
        if state != shop_of_ten:
            assert found.lost or found.notes, number
        assert files_of(damaged) == before
        shutil.rmtree(damaged)
        shutil.rmtree(target)


def history_of(folder: Path, clock: FrozenClock) -> list[tuple[int, str, str, str, int]]:
    with open_shop(folder, by="mei", now=clock) as shop:
        assert shop.database.check().problems == []
        return [
            (commit.action, commit.kind, commit.by, commit.at, len(commit.changes))
            for commit in shop.database.commits()
        ]


def test_the_history_comes_over_and_can_be_undone(
    folder: Path, tmp_path: Path, clock: FrozenClock, shop_of_ten: State
) -> None:
    before = history_of(folder, clock)
    found = salvage(folder, tmp_path / "new")
    assert found.actions == len(before) > 15
    assert history_of(tmp_path / "new", clock) == before
    with open_shop(tmp_path / "new", by="mei", now=clock) as shop:
        assert shop.customers.get(3).call_as == "张姐"
        done = shop.undo(next(action for action, kind, *_ in before if kind == "customer.edit"))
        assert done.action == before[0][0] + 1
        assert shop.customers.get(3).call_as == ""
        shop.database.compact()
        assert len(shop.history(limit=1000)) == len(before) + 1
    runner_check(tmp_path / "new")


def runner_check(folder: Path) -> None:
    from store.engine.deep_check import check_deeply
    from store.engine.files import system_files

    found = check_deeply(system_files(), folder, [])
    assert (found.problems, found.notes) == ([], [])


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_a_damaged_line_is_all_that_the_history_lacks(
    folder: Path, tmp_path: Path, clock: FrozenClock, shop_of_ten: State, generation: int
) -> None:
    before = history_of(folder, clock)
    path = next(folder.rglob(f"journal-{generation}.jsonl"))
    lines = path.read_bytes().splitlines(keepends=True)
    action = int(lines[2].split(b'"action":')[1].split(b",")[0])
    lines[2] = lines[2][:-9] + b"xxxxxxxx\n"
    path.write_bytes(b"".join(lines))
    found = salvage(folder, tmp_path / "new")
    assert [one.file for one in found.lost] == ([path] if generation == 3 else [])
    assert history_of(tmp_path / "new", clock) == [one for one in before if one[0] != action]
    runner_check(tmp_path / "new")


def test_history_of_actions_of_many_lines_and_of_journals_that_are_gone(
    folder: Path, tmp_path: Path, clock: FrozenClock
) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("settings.set", shop_name="茶馆")
        shop.do("customer.create", name="王五")
        shop.database.compact()
        with shop.database.transaction("import", by="mei") as transaction:
            for row in range(30):
                transaction.put("interactions", row + 1, {"customer": 1, "text": "x" * 90_000})
        shop.do("customer.edit", customer=1, call_as="甲")
        state = content(shop.database)
    before = history_of(folder, clock)
    (folder / "journals" / "journal-1.jsonl").unlink()
    found = salvage(folder, tmp_path / "new")
    assert found.actions == 2
    assert history_of(tmp_path / "new", clock) == before[:2]
    saved_state = saved(folder, tmp_path / "new")
    assert saved_state["settings"][1].pop("history_from") == 3  # type: ignore[attr-defined]
    assert saved_state == state
    again = salvage(tmp_path / "new", tmp_path / "again")
    assert (again.lost, again.notes, again.unsure) == ([], [], [])
    assert history_of(tmp_path / "again", clock) == before[:2]
