"""Workloads for the model of a disk that may lose power: what a shop lives through, step by step.

Each takes a `Life`: it works in `life.shop` through `life.files`, and says with `life.confirmed` what stands from then
on. At every file call the model notes what a power cut at that moment may leave (`Cut`), and what may be found then.
"""

from __future__ import annotations

import copy
import errno
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB

from store.engine import Database, open_database
from store.engine.background import compact_beside
from store.engine.engine import Engine
from store.errors import CrmError, OutcomeUnknown, ShopUnusable
from store.salvaging import salvage
from tests.engine.disk_model import Disk, ModelFiles, lay_out
from tests.engine.faults import FailOnce, QuickFiles, content

State = dict[str, dict[int, Any]]


@dataclass(frozen=True)
class Cut:
    """What a power cut may leave, and the states that may be found then; None: there need not be anything."""

    disk: Disk
    allowed: tuple[State | None, ...]
    is_first: bool
    """Whether nothing was confirmed yet, so that the next start begins anew."""


class Life:
    """The life of one shop under the model."""

    def __init__(self, base: Path, per_call: int, seed: int, sloppy: str = "", name: str = "shop") -> None:
        self.base = base
        self.shop = base / name
        self.files = ModelFiles(base, sloppy)
        self.cuts: list[Cut] = []
        self.chance = random.Random(seed)
        self._per_call = per_call
        self.before: tuple[State | None, ...] = (None,)
        """What may be found before anything was confirmed."""
        self._states: list[State | None] = [None]
        self._open: list[tuple[list[Disk], int, State | None]] = []
        self._maybe: State | None = None
        self.files.on_call = self.cut

    def cut(self) -> None:
        """Note what a power cut now may leave."""
        disks = list(self.files.crashes(self.chance, self._per_call))
        self._open.append((disks, len(self._states) - 1, self._maybe))

    def confirmed(self, state: State) -> None:
        """From now on this is what must be found."""
        self._states.append(copy.deepcopy(state))
        self._maybe = None

    def may_be(self, state: State) -> None:
        """Until the next `confirmed` this may be found as well."""
        self._maybe = copy.deepcopy(state)

    def done(self, database: Database) -> None:
        """What the database shows was confirmed."""
        self.confirmed(content(database))

    def end(self) -> list[Cut]:
        """All that was noted."""
        self.cut()
        for disks, at, maybe in self._open:
            first = self.before if at == 0 else (self._states[at],)
            allowed = (*first, *self._states[at + 1 : at + 2], *(() if maybe is None else (maybe,)))
            self.cuts += [Cut(disk, allowed, at == 0) for disk in disks]
        return self.cuts


def everything(life: Life) -> None:
    """Inserts, updates, deletes, actions over two tables, a bulk action, compactions."""
    with open_database(life.shop, files=life.files) as database:
        life.done(database)
        database.table("a").insert({"n": 1, "text": "王五"})
        life.done(database)
        with database.transaction("two"):
            database.table("a").update({"n": 2}, doc_ids=[1])
            database.table("b").insert({"n": 1})
        life.done(database)
        with database.transaction("bulk") as transaction:
            for _row in range(12):
                transaction.put("b", transaction.next_id("b"), {"text": "x" * 700})
        life.done(database)
        database.compact()
        life.done(database)
        database.table("b").remove(doc_ids=[1])
        life.done(database)
        database.table("a").insert_multiple([{"n": 3}, {"n": 4}])
        life.done(database)
        database.compact()
        life.done(database)
        database.table("a").truncate()
        life.done(database)


def money(life: Life) -> None:
    """Purchase and total in one action, by two handles in turn, tables made and dropped."""
    with (
        open_database(life.shop, files=life.files) as one,
        open_database(life.shop, files=life.files) as other,
    ):
        life.done(one)
        for number in range(6):
            database = one if number % 2 else other
            with database.transaction("pay") as transaction:
                total = (database.table("customers").get(doc_id=1) or {"total": 0})["total"]
                transaction.put(
                    "purchases", transaction.next_id("purchases"), {"customer": 1, "amount": number}
                )
                transaction.put("customers", 1, {"total": total + number})
            life.done(database)
            if number == 3:
                database.drop_table("purchases")
                life.done(database)
                database.compact()
                life.done(database)


def shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let bulk actions be many small lines."""
    monkeypatch.setattr("store.engine.transaction.SPILL", 1200)
    monkeypatch.setattr("store.engine.engine._ROOM", 2000)


def imports(life: Life) -> None:
    """Actions of many lines, one after the other, over what is there, and one that is abandoned."""
    with open_database(life.shop, files=life.files) as database:
        life.done(database)
        for number in range(3):
            with database.transaction("import", meta={"file": "members.xlsx"}) as transaction:
                for row in range(8):
                    transaction.put("b", transaction.next_id("b"), {"row": row, "text": "x" * 500})
                transaction.put("b", 1, {"changed": number})
            life.done(database)
            with pytest.raises(KeyError):
                _abandon(database)
        assert (life.shop / "journal-1.jsonl").read_bytes().count(b'"more":true') >= 6


def _abandon(database: Database) -> None:
    with database.transaction("import") as transaction:
        for row in range(5):
            transaction.put("b", row + 1, {"abandoned": "y" * 600})
        raise KeyError


def beside(life: Life) -> None:
    """Compactions beside the work, with changes in the middle of them."""
    files = life.files
    with open_database(life.shop, files=files) as database:
        life.done(database)

        def change() -> None:
            database.table("t").insert({"n": database.action})
            life.done(database)

        change()
        change()
        due: list[int] = []

        def cut() -> None:
            life.cut()
            due[0] -= 1
            if due[0] <= 0 and len(due) > 1 and not files.locked:
                del due[0]
                files.on_call = life.cut
                change()
                files.on_call = cut

        files.on_call = cut
        for _round in range(2):
            due[:] = [3, 6, 5, 1 << 30]
            engine = Engine(life.shop, files)
            assert compact_beside(engine)
            engine.close()
            change()
        files.on_call = life.cut


def first_start(life: Life) -> None:
    """An empty folder, first writes by two handles that begin at once."""
    life.shop.mkdir()
    with open_database(life.shop, files=life.files) as one:
        life.done(one)
        with open_database(life.shop, files=life.files) as other:
            one.insert({"n": 1})
            life.done(one)
            other.insert({"n": 2})
            life.done(other)


def restored(life: Life) -> None:
    """A backup laid into an empty folder becomes a shop."""
    _restored(life, "restored.json")


def restored_from_our_name(life: Life) -> None:
    """So does a stock TinyDB file that bears a name of ours."""
    _restored(life, "shop-4.json")


def _restored(life: Life, name: str) -> None:
    life.shop.mkdir()
    with TinyDB(life.shop / name, encoding="utf-8") as stock:
        stock.table("a").insert_multiple([{"n": number, "name": "王"} for number in range(5)])
    life.files.take_in({f"{life.shop.name}/{name}": (life.shop / name).read_bytes()})
    life.before = ({"a": {number + 1: {"n": number, "name": "王"} for number in range(5)}},)
    with open_database(life.shop, files=life.files) as database:
        life.done(database)
        database.table("a").insert({"n": 9})
        life.done(database)


def after_a_failed_sync(life: Life) -> None:
    """The disk confirms no journal any more: what was confirmed goes to a new generation, and work goes on there."""
    with open_database(life.shop, files=life.files) as database:
        life.done(database)
        for number in range(3):
            database.insert({"n": number})
            life.done(database)
            before = content(database)
            life.files.fail = FailOnce("sync journal", 0, errno.EIO)
            rows = {**before["_default"], number + 2: {"lost": number}}
            life.may_be({**before, "_default": rows})
            with pytest.raises(OutcomeUnknown):
                database.insert({"lost": number})
            life.files.fail = None
            # Until the new generation was confirmed either could be found; now only this.
            life.done(database)
            assert content(database) == before
            database.remove(doc_ids=[1]) if number == 1 else database.compact()
            life.done(database)


def salvaged(life: Life) -> None:
    """What can be read of a damaged shop is made a new one, in which work goes on."""
    source = life.base / "damaged"
    with open_database(source, files=QuickFiles()) as database:
        for number in range(4):
            database.table("a").insert({"n": number})
        database.compact()
        database.table("a").insert({"n": 9})
        state = content(database)
    snapshot = source / "shop-2.json"
    snapshot.write_bytes(snapshot.read_bytes()[:-20])
    life.files.take_in(
        {str(path.relative_to(life.base)): path.read_bytes() for path in source.rglob("*") if path.is_file()}
    )
    salvage(source, life.shop, life.files)
    life.confirmed(state)
    with open_database(life.shop, files=life.files) as database:
        database.table("a").insert({"n": 10})
        life.done(database)
        database.compact()
        life.done(database)


def set_aside(life: Life) -> None:
    """Torn and damaged ends are met, kept and dropped; the shop goes on."""
    with open_database(life.shop, files=QuickFiles()) as database:
        database.insert({"n": 0})
        begin = database.journal_size
        with database.transaction("import") as transaction:
            for row in range(8):
                transaction.put("b", row + 1, {"text": "x" * 500})
    path = life.shop / "journal-1.jsonl"
    text = bytearray(path.read_bytes())
    text[begin + 300 : begin + 700] = bytes(400)
    path.write_bytes(bytes(text))
    life.files.take_in(
        {str(p.relative_to(life.base)): p.read_bytes() for p in life.shop.rglob("*") if p.is_file()}
    )
    life.confirmed({"_default": {1: {"n": 0}}})
    with open_database(life.shop, files=life.files) as database:
        for number in range(2):
            database.insert({"n": number})
            life.done(database)
        assert next((life.shop / "journals").glob("damaged-*")).read_bytes() == bytes(text[begin:])


WORKLOADS: dict[str, Callable[[Life], None]] = {
    "everything": everything,
    "two tables, two handles": money,
    "imports of many lines": imports,
    "compaction beside the work": beside,
    "first start": first_start,
    "restored from a file": restored,
    "restored from a file of our name": restored_from_our_name,
    "after a failed sync": after_a_failed_sync,
    "salvaged": salvaged,
    "set aside": set_aside,
}


def live(name: str, base: Path, per_call: int, seed: int, sloppy: str = "") -> tuple[str, list[Cut]]:
    """The cuts of a workload, and the name of the shop's folder."""
    life = Life(base, per_call, seed, sloppy)
    WORKLOADS[name](life)
    return life.shop.name, life.end()


def found_wrong(folder: Path, cut: Cut) -> str:
    """What is wrong with a shop after a power cut; nothing when it holds one of these states and goes on."""
    may_be_missing = None in cut.allowed
    try:
        with open_database(folder, create=cut.is_first, files=QuickFiles()) as database:
            found = content(database)
            if found not in cut.allowed and not (may_be_missing and found == {}):
                return f"found {found}, allowed were {cut.allowed}"[:600]
            database.table("after").insert({"n": 9})
        with open_database(folder, create=False, read_only=True, files=QuickFiles()) as database:
            if content(database) != {**found, "after": {1: {"n": 9}}}:
                return "what was written after the cut is not there"
            if database.check().problems:
                return str(database.check().problems)
    except ShopUnusable as error:
        return "" if may_be_missing and _is_nothing(folder) else f"{error.message} ({cut.allowed})"[:600]
    except CrmError as error:
        return error.message
    return ""


def _is_nothing(folder: Path) -> bool:
    """Whether a cut left nothing of a shop that counts: no pointer."""
    return not (folder / "current").exists()


def problems(shop: str, cuts: list[Cut], base: Path) -> list[str]:
    """Lay out each cut and look at it."""
    wrong = []
    for number, cut in enumerate(cuts):
        place = base / "cut"
        lay_out(place, cut.disk)
        problem = found_wrong(place / shop, cut)
        if problem:
            wrong.append(f"{number}: {problem}")
        shutil.rmtree(place)
    return wrong


def twice(name: str, base: Path, first: int, again: int, seed: int) -> tuple[int, list[str]]:
    """Power cuts during what is done after each of `first` power cuts: opening, setting aside, writing, compacting."""
    (base / "first").mkdir()
    shop, cuts = live(name, base / "first", 2, seed)
    chance = random.Random(seed)
    count, wrong = 0, list[str]()
    cuts = [cut for cut in cuts if not cut.is_first]
    for cut in chance.sample(cuts, min(first, len(cuts))):
        life = Life(base / "second", again, chance.randrange(1 << 30), name=shop)
        lay_out(life.base, cut.disk)
        life.files.take_in(cut.disk)
        life.before = cut.allowed
        with open_database(life.shop, files=life.files) as database:
            life.done(database)
            database.table("again").insert({"n": 1})
            life.done(database)
            database.compact()
            life.done(database)
        later = life.end()
        shutil.rmtree(life.base)
        count += len(later)
        wrong += problems(shop, later, base)
    return count, wrong
