"""Who makes the look-up index, where it lies afterwards, and that a process that is killed costs nobody its making."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from store import finding as finding_module
from store import index_maker
from store.beside import Beside
from store.finding import Finding
from store.lookup import cachefile, mapping
from store.lookup import index as index_module
from store.lookup.index import LookupIndex
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

NAMES = ("王一", "李二", "张三", "陈四", "刘五", "赵六")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with a few customers, of whom nobody has asked yet."""
    path = tmp_path / "shop"
    with open_shop(path, by="mei", now=FrozenClock(), create=True) as shop:
        for number, name in enumerate(NAMES, 1):
            shop.do(
                "customer.create", name=name, contacts=[{"type": "mobile", "value": f"1380013800{number}"}]
            )
        shop.do("interaction.log", customer=3, text="好")
        shop.do("interaction.log", customer=5, text="好")
    for path_of in (path / "cache").glob("*"):
        path_of.unlink()
    return path


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    """However small, a shop is worth a process of its own, and a file is mapped."""
    monkeypatch.setattr(finding_module, "BESIDE_FROM", 1)
    monkeypatch.setattr(mapping, "_WORTH_MAPPING", 1)


@pytest.fixture
def shop(folder: Path) -> Iterator[Shop]:
    with open_shop(folder, by="mei", now=FrozenClock()) as shop:
        yield shop


def until(told: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not told():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def made_here(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One more for each index that this process makes of all customers."""
    made: list[int] = []
    build = Finding._build

    def counted(finding: Finding) -> LookupIndex:
        made.append(1)
        return build(finding)

    monkeypatch.setattr(Finding, "_build", counted)
    return made


def found(index: LookupIndex, query: str) -> list[int]:
    return [match.id for match in index.search(query).matches]


@pytest.mark.usefixtures("beside")
def test_the_screen_has_something_at_once_and_everything_a_moment_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_here(monkeypatch)
    shop.finding.begin()
    assert shop.finding.is_being_made
    assert sorted(match.id for match in shop.finding.at_hand.everybody()) == [3, 5]
    assert shop.finding.ready is None
    shop.do("customer.create", name="孙七", contacts=[{"type": "mobile", "value": "13900139000"}])
    until(lambda: bool(shop.watch()) or not shop.finding.is_being_made)
    until(lambda: (shop.watch(), not shop.finding.is_being_made)[1])
    assert not made
    assert shop.finding.at_hand is shop.finding.ready is shop.lookup
    assert found(shop.lookup, "13900139000") == [7]
    assert sorted(match.id for match in shop.lookup.everybody()) == [1, 2, 3, 4, 5, 6, 7]
    if os.name == "posix":
        assert shop.lookup.is_in_file
    assert (shop.folder / "cache" / "first-rows.json").exists()


@pytest.mark.usefixtures("beside")
def test_who_cannot_do_without_waits_for_the_other_process(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_here(monkeypatch)
    shop.finding.begin()
    assert found(shop.lookup, "zl") == [6]
    assert not made
    assert not shop.finding.is_being_made
    assert not shop.finding.look()


@pytest.mark.usefixtures("beside")
@pytest.mark.parametrize("module", ["store.no_such_module", "json.tool"])
def test_where_the_other_process_fails_the_index_is_made_here_and_mapped(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    made = made_here(monkeypatch)
    monkeypatch.setattr("store.finding.Beside", lambda _module, *told: Beside(module, *told))
    shop.finding.begin()
    until(lambda: (shop.watch(), not shop.finding.is_being_made)[1])
    assert made == [1]
    assert found(shop.lookup, "zl") == [6]
    assert shop.lookup.is_in_file
    assert (shop.folder / "cache" / "lookup").exists()


def test_what_was_made_is_there_after_a_process_that_was_killed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = made_here(monkeypatch)
    child = os.fork() if hasattr(os, "fork") else pytest.skip("there is no fork here")
    if child == 0:
        # Never closed, as a process that is killed.
        status = 1
        try:
            status = 0 if found(open_shop(folder, by="mei").lookup, "zl") == [6] else 1
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    with open_shop(folder, by="bo", now=FrozenClock()) as later:
        assert found(later.lookup, "zl") == [6]
    assert not made


@pytest.mark.usefixtures("beside")
def test_an_index_that_was_made_here_is_read_from_its_file(shop: Shop) -> None:
    assert found(shop.lookup, "zl") == [6]
    assert shop.lookup.is_in_file


@pytest.mark.usefixtures("beside")
def test_one_that_cannot_be_kept_is_used_all_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_told: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(cachefile, "write", full)
    assert found(shop.lookup, "zl") == [6]
    assert not shop.lookup.is_in_file


@pytest.mark.usefixtures("beside")
def test_many_changes_end_in_the_file_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "MOST_CHANGED", 2)
    made = made_here(monkeypatch)
    shop.finding.begin()
    before = shop.lookup
    for customer in (1, 2, 4):
        shop.do("customer.edit", customer=customer, call_as="老板")
    assert sorted(found(shop.lookup, "老板")) == [1, 2, 4]
    assert not shop.finding.is_being_made
    until(lambda: (shop.watch(), shop.lookup is not before)[1])
    assert sorted(found(shop.lookup, "老板")) == [1, 2, 4]
    assert shop.lookup.is_in_file
    assert not shop.lookup.has_much_changed
    assert not made


@pytest.mark.usefixtures("beside")
def test_a_great_many_changes_make_it_anew_beside_the_work(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_module, "LEAVE_FROM", 3)
    shop.finding.begin()
    assert found(shop.lookup, "zl") == [6]
    made = made_here(monkeypatch)
    with shop.database.transaction("raw"):
        for customer in (1, 2, 4):
            shop.database.table("customers").update({"call_as": "老板"}, doc_ids=[customer])
    shop.watch()
    assert shop.finding.is_being_made
    assert shop.finding.ready is None
    shop.finding.save()  # the old one must not pass for one of today
    assert sorted(found(shop.lookup, "老板")) == [1, 2, 4]
    assert not made


def test_a_small_shop_needs_no_other_process(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(_beside: object) -> bool:
        raise AssertionError

    monkeypatch.setattr(Beside, "start", never)
    shop.finding.begin()
    assert not shop.finding.is_being_made
    assert found(shop.finding.at_hand, "zl") == [6]


def test_the_maker_says_whether_it_did_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_maker, "_NICE", 0)
    arguments: list[Any] = [str(folder)]
    assert index_maker.main(arguments) == 0
    kept = (folder / "cache" / "lookup").read_bytes()
    assert index_maker.main(arguments) == 0
    assert (folder / "cache" / "lookup").read_bytes() == kept
    assert index_maker.main([str(tmp_path / "nowhere")]) == 1


def test_several_who_start_at_once_have_it_made_once(shop: Shop) -> None:
    with index_maker._alone(shop.folder):
        other = Beside("store.index_maker", str(shop.folder))
        assert other.start()
        assert found(shop.lookup, "zl") == [6]
        kept = (shop.folder / "cache" / "lookup").stat()
    assert other.ended(30.0)
    assert (shop.folder / "cache" / "lookup").stat().st_mtime_ns == kept.st_mtime_ns


def test_the_maker_has_done_it_also_while_somebody_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index_maker, "_NICE", 0)
    save = LookupIndex.save

    def interrupted(index: LookupIndex, path: Path, stamp: dict[str, object]) -> None:
        save(index, path, stamp)
        monkeypatch.setattr(LookupIndex, "save", save)
        with open_shop(folder, by="bo", now=FrozenClock()) as other:
            other.do("customer.create", name="孙七")

    monkeypatch.setattr(LookupIndex, "save", interrupted)
    assert index_maker.main([str(folder)]) == 0
    monkeypatch.undo()
    made = made_here(monkeypatch)
    with open_shop(folder, by="mei", now=FrozenClock()) as later:
        assert found(later.lookup, "sq") == [7]
    assert not made


@pytest.mark.usefixtures("beside")
def test_changes_that_are_much_together_are_left_to_the_other_process(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding_module, "LEAVE_FROM", 4)
    shop.finding.begin()
    assert found(shop.lookup, "zl") == [6]
    made = made_here(monkeypatch)
    customers = shop.database.table("customers")
    for changed, is_left in (((1, 2), False), ((3, 4), True)):
        with shop.database.transaction("raw"):
            customers.update({"call_as": "老板"}, doc_ids=list(changed))
        shop.watch()
        assert shop.finding.is_being_made == is_left
    until(lambda: (shop.watch(), not shop.finding.is_being_made)[1])
    assert sorted(found(shop.lookup, "老板")) == [1, 2, 3, 4]
    assert shop.lookup.changed == 0
    assert not made


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the file is not mapped")
@pytest.mark.usefixtures("beside")
def test_an_index_whose_file_is_cut_off_is_made_anew(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    made = made_here(monkeypatch)
    shop.finding.begin()
    assert found(shop.lookup, "zl") == [6]
    assert shop.lookup.is_in_file
    shop.do("customer.edit", customer=1, call_as="老板")
    os.truncate(shop.folder / "cache" / "lookup", 0)
    assert found(shop.finding.at_hand, "zl") == []
    assert shop.finding.ready is None
    assert not shop.finding.save()
    shop.watch()
    assert shop.finding.is_being_made
    assert sorted(match.id for match in shop.finding.at_hand.everybody()) == [3, 5]
    until(lambda: (shop.watch(), not shop.finding.is_being_made)[1])
    assert found(shop.finding.at_hand, "zl") == [6]
    assert found(shop.lookup, "老板") == [1]
    os.truncate(shop.folder / "cache" / "lookup", 100)
    assert found(shop.lookup, "zl") == [6], "who cannot do without waits for it"
    assert not made
