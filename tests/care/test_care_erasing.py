"""Erasing a customer: nothing in the shop's folder tells who it was, and everything else goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar

import pytest

from store import backups, copies, erasing
from store.actions import erasing as erasing_action
from store.drafts import Drafts
from store.engine import Commit, Database, open_database
from store.errors import Refused
from store.shop import Done, Shop, open_shop
from tests.helpers import NOW, FrozenClock

NAME, PHONE, WECHAT = "欧阳雪莲", "13912345678", "snowlotus_88"
SECRETS = (
    NAME,
    PHONE,
    WECHAT,
    "老邻居",
    "怕冷",
    "换过杯子",
    "送到后门",
    '"year":1988',
    "+8613912345678",
    "139 1234 5678",
)


def traces(folder: Path) -> list[str]:
    """Where one of the secrets still stands, as it is or escaped."""
    signs = [word.encode() for word in SECRETS] + [json.dumps(word)[1:-1].encode() for word in SECRETS[:1]]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            text = path.read_bytes()
            found += [f"{path.relative_to(folder)}: {sign.decode()}" for sign in signs if sign in text]
    return found


def fill(shop: Shop) -> None:
    """A customer with everything, among others, over several generations."""
    do = shop.do
    do("settings.set", shop_name="茶馆")
    do("customer.create", name="王五", phone="13800138000")
    do(
        "customer.create",
        name=NAME,
        phone="139 1234 5678",
        wechat=WECHAT,
        birthday="1988-03-05",
        note="老邻居",
        red_note="怕冷",
        tags=["老邻居"],
    )
    shop.database.compact()
    do("interaction.log", customer=2, text="换过杯子", phone=PHONE, spoke_with=NAME)
    do("interaction.log", customer=1, text="买茶")
    do("ticket.open", customer=2, subject="换过杯子", text="送到后门", type="complaint")
    do("follow_up.add", customer=2, title="送到后门", due="+3d", is_promise=True, promised_text="送到后门")
    do("purchase.add", customer=2, total="45", note="送到后门", order_no="SNOW-1")
    shop.database.compact()
    do("interaction.delete", interaction=1)
    do("customer.edit", customer=2, call_as="雪莲姐", note="")
    do("customer.edit", customer=1, call_as="王姐")
    backups.make_daily(shop.database, date(2026, 11, 18))
    backups.make_backup(shop.database, shop.folder / "backups" / "before-restore-2026-11-18-000000.json")
    shop.database.compact()
    do("customer.edit", customer=1, call_as="王哥")


@pytest.fixture
def filled(folder: Path, clock: FrozenClock) -> Iterator[Shop]:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        fill(shop)
        yield shop


def test_nothing_tells_of_an_erased_customer(filled: Shop, clock: FrozenClock) -> None:
    folder = filled.folder
    filled.lookup.search(NAME)
    filled.finding.save()
    Drafts(folder).save("profile", "a", {"record": 2, "by": "mei", "values": {"note": "怕冷"}})
    Drafts(folder).save("log_contact", "b", {"record": 1, "by": "mei", "values": {"text": "x"}})
    (folder / "crash.log").write_text(f"crm-tui 0.1\nValueError: {NAME}\nother line\n", encoding="utf-8")
    seqs = [
        (commit.action, commit.seq, commit.kind, commit.by, commit.at) for commit in filled.database.commits()
    ]
    assert traces(folder)
    done = filled.do("customer.erase", customer=2, number="C000002")
    assert traces(folder) == []
    assert not (folder / erasing.MARK).exists()
    assert filled.database.check().problems == []
    after = [
        (commit.action, commit.seq, commit.kind, commit.by, commit.at) for commit in filled.database.commits()
    ]
    assert after[1:] == seqs
    assert after[0][2] == "customer.erase"
    report = done.report
    assert isinstance(report, erasing.Erasure)
    assert len(report.rewritten) >= 4
    assert report.mentions == ()
    assert [draft.key for draft in Drafts(folder).list()] == ["b"]
    assert (folder / "crash.log").read_text() == "crm-tui 0.1\nother line\n"
    customer = filled.customers.get(2)
    assert (customer.name, customer.contacts, customer.status.value) == ("", (), "erased")
    assert [p.total for p in filled.customers.file(2).purchases] == [4500]
    with open_shop(folder, by="bo", now=clock) as other:
        assert other.history(customer=2)[0].action == after[0][0]
        assert other.lookup.search("王五").matches
    assert traces(folder) == []


def test_the_number_is_typed_again_and_nothing_takes_it_back(filled: Shop) -> None:
    for wrong in ("C000001", "2", "", "C2"):
        with pytest.raises(Refused, match="C000002"):
            filled.do("customer.erase", customer=2, number=wrong)
    assert filled.customers.get(2).name == NAME
    assert not (filled.folder / erasing.MARK).exists()
    action = filled.do("customer.erase", customer="C000002", number=" c000002 ").action
    with pytest.raises(Refused):
        filled.undo(action)
    # One's own last action that can be taken back is the one before.
    assert filled.undo().changed[0].id == 1
    assert filled.customers.get(1).call_as == "王姐"
    with pytest.raises(Refused, match="erased"):
        filled.do("interaction.log", customer=2, text="more")
    with pytest.raises(Refused):
        filled.do("customer.edit", customer=2, name=NAME)


def test_what_was_done_to_others_is_undone_as_ever(filled: Shop) -> None:
    everything = [commit.action for commit in filled.database.commits()]
    filled.do("customer.erase", customer=2, number="C000002")
    for action in everything:
        try:
            filled.undo(action)
        except Refused:
            continue
    assert traces(filled.folder) == []
    assert filled.customers.get(2).name == ""
    assert filled.database.check().problems == []


def test_repeating_it_is_no_harm(filled: Shop) -> None:
    filled.do("customer.erase", customer=2, number="C000002")
    again = filled.do("customer.erase", customer=2, number="C000002")
    assert again.action is None
    assert again.report.rewritten == ()


def test_other_processes_go_on(filled: Shop, clock: FrozenClock) -> None:
    with open_shop(filled.folder, by="bo", now=clock) as other:
        before = other.database.commits()
        next(before)
        held = [commit.changes for commit in list(other.database.commits())[:3]]
        assert held
        other.lookup.search(NAME)
        filled.do("customer.erase", customer=2, number="C000002")
        # Lines are where they were: an old iterator reads on.
        assert sum(len(commit.changes) for commit in before) > 5
        assert [commit.kind for commit in other.watch()] == ["customer.erase"]
        assert not other.lookup.search(NAME).matches
        other.do("customer.edit", customer=1, call_as="老王")
        assert filled.watch()
        assert filled.customers.get(1).call_as == "老王"
    assert traces(filled.folder) == []


def test_one_who_does_not_look_writes_no_old_side_file(filled: Shop, clock: FrozenClock) -> None:
    other = open_shop(filled.folder, by="bo", now=clock)
    other.do("customer.edit", customer=1, call_as="老王")
    other.lookup.search(NAME)
    filled.do("customer.erase", customer=2, number="C000002")
    other.close()
    assert traces(filled.folder) == []


def test_those_who_were_merged_into_them_are_erased_too(filled: Shop) -> None:
    filled.do("customer.create", name="小雪莲", phone="13700001111", note="怕冷")
    filled.do("interaction.log", customer=3, text="小雪莲 13700001111")
    filled.do("customer.merge", winner=2, loser=3)
    with pytest.raises(Refused, match="merged"):
        filled.do("customer.erase", customer=3, number="C000003")
    filled.do("customer.erase", customer=2, number="C000002")
    assert traces(filled.folder) == []
    for path in filled.folder.rglob("*"):
        assert not path.is_file() or "小雪莲".encode() not in path.read_bytes(), path
    assert filled.customers.resolve("C000003").id == 2


def test_a_merge_that_was_undone_leaves_nothing_in_the_other_file(filled: Shop) -> None:
    filled.do("customer.merge", winner=1, loser=2)
    backups.make_daily(filled.database, date(2026, 11, 19))
    filled.undo()
    filled.do("customer.edit", customer=1, note="喝红茶")
    filled.do("customer.erase", customer=2, number="C000002")
    assert traces(filled.folder) == []
    one = filled.customers.get(1)
    assert (one.name, one.phones, one.note) == ("王五", ("+8613800138000",), "喝红茶")


def test_what_others_say_of_them_is_named(filled: Shop) -> None:
    filled.do("interaction.log", customer=1, text=f"{NAME}介绍来的")
    report = filled.do("customer.erase", customer=2, number="C000002").report
    assert report.mentions == (("interactions", 3),)


def test_calls_of_their_number_by_nobody_known(filled: Shop) -> None:
    at = "2026-11-17T02:00:00Z"
    calls = filled.database.table("interactions")
    call = calls.insert({"phone": PHONE, "text": "rang off", "at": at, "rev": 1})
    filled.do("customer.erase", customer=2, number="C000002")
    assert traces(filled.folder) == []
    raw = filled.database.table("interactions").get(doc_id=call)
    assert "text" not in raw


def action_of(shop: Shop, done: Done) -> Commit:
    assert done.action is not None
    found = shop.database.commit(done.action)
    assert found is not None
    return found


class Meantime:
    """What others do while all records are gone through, before the lock is taken."""

    def __init__(self, patch: pytest.MonkeyPatch, *done: Callable[[], object]) -> None:
        real, self.looks, waiting = erasing_action.look, 0, list(done)

        def look(database: Database, customer: int) -> erasing_action.Looked:
            self.looks += 1
            found = real(database, customer)
            while waiting:
                waiting.pop(0)()
            return found

        patch.setattr(erasing_action, "look", look)


def test_what_others_do_while_it_is_prepared_is_erased_too(
    filled: Shop, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    do = filled.do
    do("customer.create", name="小雪莲", phone="13700001111", note="怕冷")
    do("customer.create", name="雪莲妹", phone="13700002222")
    do("customer.merge", winner=3, loser=4)
    call = {"phone": PHONE, "text": "rang off", "at": "2026-11-17T02:00:00Z", "rev": 1}
    theirs, known = (filled.database.table("interactions").insert(call) for _number in range(2))
    with open_shop(filled.folder, by="bo", now=clock) as other:
        interactions = other.database.table("interactions")
        meantime = Meantime(
            monkeypatch,
            lambda: other.do("interaction.log", customer=2, text="换过杯子"),
            # Who was merged long ago is theirs now without a change of their own file.
            lambda: other.do("customer.merge", winner=2, loser=3),
            lambda: interactions.update({"customer": 1, "text": "王五"}, doc_ids=[known]),
            lambda: interactions.insert({**call, "text": "怕冷"}),
            other.database.compact,
            lambda: other.do("customer.edit", customer=1, call_as="老王"),
        )
        commit = action_of(filled, do("customer.erase", customer=2, number="C000002"))
        last = interactions.all()[-1].doc_id
        assert commit.meta["erased"] == [2, 3, 4]
        assert commit.meta["calls"] == [theirs, last]
        assert interactions.get(doc_id=known)["text"] == "王五"
    # A merge brought another number: that one was not looked for before.
    assert meantime.looks == 2
    # A call of somebody else's from that number is theirs.
    assert [trace for trace in traces(filled.folder) if PHONE not in trace] == []
    for path in filled.folder.rglob("*"):
        assert not path.is_file() or "雪莲".encode() not in path.read_bytes(), path


def test_what_was_looked_at_before_is_not_gone_through_again(
    filled: Shop, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(filled.folder, by="bo", now=clock) as other:
        interactions = other.database.table("interactions")
        call = {"phone": PHONE, "text": "怕冷", "at": "2026-11-17T02:00:00Z", "rev": 1}
        meantime = Meantime(
            monkeypatch,
            lambda: other.do("customer.edit", customer=2, call_as="雪莲"),
            lambda: interactions.insert(call),
        )
        done = filled.do("customer.erase", customer=2, number="C000002")
        assert meantime.looks == 1
        assert "text" not in interactions.all()[-1]
        assert action_of(filled, done).meta["calls"] == [interactions.all()[-1].doc_id]
    assert traces(filled.folder) == []


def test_an_index_of_before_does_not_stay_in_the_cache(filled: Shop, clock: FrozenClock) -> None:
    with open_shop(filled.folder, by="bo", now=clock) as other:
        assert other.lookup.search(NAME).matches
        other.do("customer.edit", customer=1, call_as="老王")
        filled.do("customer.erase", customer=2, number="C000002")
        # It has read what is new without having been told of it.
        assert not other.database.table("customers").get(doc_id=2).get("name")
        other.finding.save()
        assert traces(filled.folder) == []
        assert other.finding._has_erasing(other.finding._seq)


def test_an_index_of_before_is_thrown_away_by_who_reads_it(filled: Shop, clock: FrozenClock) -> None:
    filled.lookup.search(NAME)
    filled.finding.save()
    kept = filled.folder / "cache" / "lookup"
    text = kept.read_bytes()
    filled.do("customer.erase", customer=2, number="C000002")
    assert not kept.exists()
    # As one leaves it who dies between writing it and looking whether somebody was erased.
    kept.write_bytes(text)
    assert traces(filled.folder)
    with open_shop(filled.folder, by="bo", now=clock) as other:
        assert not other.lookup.search(NAME).matches
        assert traces(filled.folder) == []


def test_the_past_is_read_while_others_compact(filled: Shop, clock: FrozenClock) -> None:
    with open_shop(filled.folder, by="bo", now=clock) as other:
        found = filled.database.lines_about(re.compile(b'"seq"'))
        seqs = [next(found).seq]
        other.database.compact()  # moves the journal in use to where closed ones are
        seqs += [line.seq for line in found]
    assert seqs == list(range(1, filled.database.seq + 1))


def test_somebody_else_may_erase_or_merge_them_first(
    filled: Shop, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_shop(filled.folder, by="bo", now=clock) as other:
        Meantime(monkeypatch, lambda: other.do("customer.merge", winner=1, loser=2))
        with pytest.raises(Refused, match="C000001"):
            filled.do("customer.erase", customer=2, number="C000002")
        assert not (filled.folder / erasing.MARK).exists()
        assert other.customers.standing(2).id == 1


def test_copies_elsewhere_are_rewritten_where_they_are_ours_and_named_where_not(
    filled: Shop, tmp_path: Path
) -> None:
    place = tmp_path / "usb"
    place.mkdir()
    ours, gone, sheet, foreign = (
        place / name for name in ("ours.json", "gone.json", "sheet.csv", "other.json")
    )
    backups.make_backup(filled.database, ours)
    sheet.write_text(NAME)
    foreign.write_text('{"customers": {"2": {"name": "' + NAME + '"}}}')
    for path, kind in ((ours, "backup"), (gone, "backup"), (sheet, "export"), (foreign, "snapshot")):
        copies.note(filled.folder, path, kind, NOW)
    chosen = tmp_path / "chosen"
    chosen.mkdir()
    filled.do("settings.set", backup_folder=str(chosen))
    daily = backups.make_daily(filled.database, date(2026, 11, 19))
    report = filled.do("customer.erase", customer=2, number="C000002").report
    assert {str(ours), str(daily)} <= set(report.rewritten)
    assert [path for path, _why in report.unreached] == [str(gone), str(sheet), str(foreign)]
    assert traces(chosen) == []
    assert NAME.encode() not in ours.read_bytes()
    assert sheet.read_text() == NAME
    with open_database(tmp_path / "restored") as database:
        assert database.tables() == set()


def test_an_adopted_stock_file_is_rewritten(tmp_path: Path, clock: FrozenClock) -> None:
    folder = tmp_path / "adopted"
    folder.mkdir()
    stock = folder / "crm.json"
    stock.write_text(
        json.dumps(
            {"customers": {"1": {"name": NAME}, "2": {"name": "王五"}}, "pets": {"1": {"name": "cat"}}}
        )
    )
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        assert any(trace.startswith("crm.json") for trace in traces(folder))
        shop.do("customer.erase", customer=1, number="C000001")
    assert traces(folder) == []
    assert json.loads(stock.read_text())["customers"] == {"1": {}, "2": {"name": "王五"}}
    assert json.loads(stock.read_text())["pets"] == {"1": {"name": "cat"}}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="asks for names of open files the Linux way")
def test_others_write_and_read_while_it_is_done(filled: Shop, clock: FrozenClock) -> None:
    """The lock is held for moments only: at each call outside of it somebody else changes something."""
    from store.engine.files import FileCalls

    written: list[int] = []

    def name_of(descriptor: int) -> str:
        return Path(f"/proc/self/fd/{descriptor}").readlink().name

    class Meanwhile(FileCalls):
        held: ClassVar[set[int]] = set()

        def lock(self, descriptor: int) -> bool:
            got = super().lock(descriptor)
            if got and name_of(descriptor) == "lock":
                self.held.add(descriptor)
            return got

        def unlock(self, descriptor: int) -> None:
            self.held.discard(descriptor)
            super().unlock(descriptor)

        def write_at(self, descriptor: int, data: bytes | memoryview, offset: int) -> int:
            name = name_of(descriptor)
            if name.endswith((".new", ".next")) and name != f"{erasing.MARK}.new" and not self.held:
                done = other.do("customer.edit", customer=1, note=f"{len(written)}")
                written.append(done.action or 0)
                names.append(name)
            return super().write_at(descriptor, data, offset)

    names: list[str] = []
    with open_shop(filled.folder, by="bo", now=clock) as other:
        other.database._engine.lock.timeout = 0.5
        filled.database._engine.files = Meanwhile()
        report = filled.do("customer.erase", customer=2, number="C000002").report
        assert len(report.rewritten) >= 4
        assert {"journal-1.jsonl.new", "shop-2026-11-18.json.new"} <= set(names)
        assert any(name.startswith("shop-5.json") for name in names), "also while the snapshot is written"
        assert [entry.action for entry in filled.history(by="bo")] == written[::-1]
    assert traces(filled.folder) == []
    assert filled.database.check().problems == []


def test_rows_that_an_import_refused_and_exports_are_listed_where_they_tell_of_them(
    filled: Shop, tmp_path: Path
) -> None:
    from store.exchange.importing import import_file

    sheet = tmp_path / "members.csv"
    sheet.write_text(
        f"手机号,日期,金额\n{PHONE},2026-01-02,many\n13800138000,2026-01-02,12\n", encoding="utf-8"
    )
    report = import_file(filled, sheet, into="purchases")
    assert report.refused_file is not None
    silent, telling = tmp_path / "silent.csv", tmp_path / "telling.csv"
    silent.write_text("王五")
    telling.write_text(NAME)
    for path in (silent, telling):
        copies.note(filled.folder, path, "export", NOW)
    found = dict(filled.do("customer.erase", customer=2, number="C000002").report.unreached)
    assert set(found) == {str(report.refused_file), str(telling)}
    assert "refused" in found[str(report.refused_file)]
