"""The database as others use it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import tinydb
from tinydb import where
from tinydb.operations import increment
from tinydb.table import Document

from store.engine import Change, Database, FileCalls, NotStorable, open_database
from store.errors import NoRights, ShopMissing, ShopUnusable
from tests.engine.faults import content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "我的 店"


def test_one_action_carries_who_when_where_and_what_changed(folder: Path) -> None:
    moment = datetime(2026, 11, 22, 1, 2, 3, 999, tzinfo=UTC)
    with open_database(folder, now=lambda: moment) as db:
        db.table("customers").insert(
            {"name": "王五", "contacts": [{"key": "k1", "value": "1"}], "tags": ["a"]}
        )
        db.follow()
        with db.transaction("log_call", by="mei", origin="card", meta={"form": 1}) as transaction:
            transaction.put("interactions", transaction.next_id("interactions"), {"customer": 1})
            db.table("customers").update({"tags": ["a", "b"]}, doc_ids=[1])
            assert db.table("interactions").get(doc_id=1) == {"customer": 1}, (
                "inside, one sees what one wrote"
            )
            transaction.meta["more"] = True
            assert transaction.action is None
        assert transaction.action == 2
        (commit,) = db.follow()
        assert (commit.action, commit.kind, commit.by, commit.origin) == (2, "log_call", "mei", "card")
        assert (commit.at, commit.meta) == ("2026-11-22T01:02:03Z", {"form": 1, "more": True})
        assert commit.changes == [
            Change("interactions", 1, None, {"customer": 1}),
            Change("customers", 1, {"tags": ["a"]}, {"tags": ["a", "b"]}),
        ]
        assert db.follow() == []


def test_a_plain_insert_is_written_and_told_as_the_same_insert_in_a_block(tmp_path: Path) -> None:
    def now() -> datetime:
        return datetime(2026, 11, 22, 1, 2, 3, tzinfo=UTC)

    documents = [{"name": "王五"}, {"text": "\ud800", "n": 1.5}, {"large": "x" * 700_000}, {}]
    lines: list[bytes] = []
    told: list[object] = []
    for way in ("plain", "block"):
        with open_database(tmp_path / way, now=now) as db:
            table = db.table('客户 "t"')
            for document in documents:
                if way == "plain":
                    table.insert(document)
                else:
                    with db.transaction() as transaction:
                        transaction.put(table.name, transaction.next_id(table.name), document)
            told.append(
                [(one.action, one.seq, one.kind, one.at, one.meta, one.changes) for one in db.follow()]
            )
            told.append(content(db))
            journal = (tmp_path / way / f"journal-{db.generation}.jsonl").read_bytes()
            lines.append(journal.split(b"\n", 1)[1])
    assert lines[0] == lines[1]
    assert told[:2] == told[2:]


def test_followers_and_history_tell_the_same(folder: Path) -> None:
    with open_database(folder) as writer, open_database(folder) as reader:
        for number in range(5):
            writer.table("t").insert({"number": number})
        writer.table("t").remove(doc_ids=[2])
        followed = reader.follow()
        assert [commit.action for commit in followed] == [1, 2, 3, 4, 5, 6]
        assert followed[-1].changes == [Change("t", 2, {"number": 1}, None)]
        writer.compact()
        writer.table("t").update({"number": 9}, doc_ids=[1])
        assert [commit.action for commit in reader.follow()] == [7]
        assert followed[0].changes == [Change("t", 1, None, {"number": 0})], "closed journals are read too"
        for database in (writer, reader):
            assert [commit.action for commit in database.commits()] == [7, 6, 5, 4, 3, 2, 1]
            assert [commit.action for commit in database.commits(newest_first=False)] == [1, 2, 3, 4, 5, 6, 7]
            assert [commit.action for commit in database.commits(before=3)] == [2, 1]
            found = database.commit(7)
            assert found is not None
            assert found.changes == [Change("t", 1, {"number": 0}, {"number": 9})]
            assert database.commit(8) is None


def test_a_newly_opened_database_has_nothing_to_follow(folder: Path) -> None:
    with open_database(folder) as db:
        db.insert({"a": 1})
        assert len(db.follow()) == 1
    with open_database(folder) as db:
        assert db.follow() == []


def test_many_unfollowed_actions_are_told_from_the_journals(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.engine.following.WAITING_LIMIT", 5)
    with open_database(folder) as db, open_database(folder) as other:
        for number in range(12):
            db.insert({"number": number})
        assert [commit.action for commit in db.follow()] == list(range(1, 13))
        assert [commit.action for commit in other.follow()] == list(range(1, 13))
        assert db.follow() == []


def test_generations_that_passed_unseen_are_told_too(folder: Path) -> None:
    with open_database(folder) as sleeper, open_database(folder) as busy:
        for number in range(6):
            busy.insert({"number": number})
            busy.compact()
        assert [commit.action for commit in sleeper.follow()] == [1, 2, 3, 4, 5, 6]
        assert sleeper.reloads == 0
        assert sleeper.generation == 7


def test_an_exception_takes_back_everything(folder: Path) -> None:
    with open_database(folder) as db:
        db.table("t").insert({"n": 1})
        size, before = db.journal_size, content(db)
        for error in (ValueError, KeyboardInterrupt, MemoryError):
            with pytest.raises(error), db.transaction() as transaction:  # noqa: PT012
                db.table("t").insert({"n": 2})
                db.table("t").update({"n": 3})
                db.table("new").insert({})
                db.drop_table("t")
                transaction.put("t", 7, {"n": 4})
                raise error
            assert content(db) == before
            assert db.tables() == {"t"}
        assert db.journal_size == size
        assert db.table("t").insert({"n": 5}) == 2
    assert reopened(folder) == {"t": {1: {"n": 1}, 2: {"n": 5}}}


def test_an_updater_that_fails_half_way_changes_nothing(folder: Path) -> None:
    def broken(document: dict[str, int]) -> None:
        document["n"] += 1
        if document["n"] == 3:
            raise ZeroDivisionError

    with open_database(folder) as db:
        db.table("t").insert_multiple([{"n": 1}, {"n": 2}, {"n": 3}])
        before = content(db)
        with pytest.raises(ZeroDivisionError):
            db.table("t").update(broken)
        assert content(db) == before


def test_an_inner_block_that_fails_takes_back_only_its_own(folder: Path) -> None:
    with open_database(folder) as db:
        with db.transaction("outer"):
            db.table("t").insert({"n": 1})
            with pytest.raises(ValueError, match="already exists"):
                db.table("t").insert_multiple([{"n": 2}, Document({"n": 3}, 1)])
            db.table("t").insert({"n": 4})
        assert [document["n"] for document in db.table("t")] == [1, 4]
        assert [commit.kind for commit in db.follow()] == ["outer"]


def test_nothing_changed_is_no_action(folder: Path) -> None:
    with open_database(folder) as db:
        db.table("t").insert({"n": 1, "list": [1]})
        size = db.journal_size
        db.table("t").update({"n": 1})
        with db.transaction() as transaction:
            number = transaction.next_id("t")
            transaction.put("t", number, {"n": 2})
            transaction.put("t", number, None)
            transaction.put("nothing", 5, None)
        assert transaction.action is None
        assert (db.journal_size, db.tables()) == (size, {"t"})


def test_ids_are_never_given_twice(folder: Path) -> None:
    with open_database(folder) as db:
        table = db.table("t")
        given = [table.insert({}), table.insert(Document({}, 12)), table.insert(Document({}, 77))]
        given += table.insert_multiple([{}, Document({}, 3), {}])
        assert given == [1, 12, 77, 78, 3, 79]
        with pytest.raises(ValueError, match="already exists"):
            table.insert(Document({}, 12))
        table.remove(doc_ids=[79])
        assert table.insert({}) == 80
        table.truncate()
        assert table.insert({}) == 81
        db.drop_tables()
        assert db.tables() == set()
    with open_database(folder) as db, open_database(folder) as other:
        assert other.table("t").insert({}) == 82
        assert db.table("t").insert({}) == 83
        db.drop_table("t")
        db.compact()
        db.compact()
        assert other.table("t").insert({}) == 84
    with open_database(folder) as db:
        assert db.table("t").upsert({"a": 1}, where("a") == 1) == [85]


def test_the_whole_table_api_writes_only_what_it_touches(folder: Path) -> None:
    with open_database(folder) as db:
        table = db.table("t")
        table.insert_multiple({"n": number} for number in range(100))
        db.follow()
        table.update(increment("n"), where("n") == 50)
        table.update_multiple([({"x": 1}, where("n") == 3), (increment("n"), where("n") == 7)])
        table.upsert(Document({"y": 2}, 10))
        table.remove(where("n") >= 98)
        changed = [[(change.id, change.before, change.after) for change in c.changes] for c in db.follow()]
        assert changed == [
            [(51, {"n": 50}, {"n": 51})],
            [(4, {}, {"x": 1}), (8, {"n": 7}, {"n": 8})],
            [(10, {}, {"y": 2})],
            [(99, {"n": 98}, None), (100, {"n": 99}, None)],
        ]
        assert (len(table), table.count(where("n") == 8), table.contains(doc_id=99)) == (98, 2, False)
        assert [document.doc_id for document in table.get(doc_ids=[5, 2, 500])] == [2, 5]
        assert list(table.ids())[:3] == [1, 2, 3]


def test_documents_handed_out_share_nothing_with_the_store(folder: Path) -> None:
    with open_database(folder) as db:
        given = {"list": [1]}
        db.insert(given)
        given["list"].append(2)
        found = db.get(doc_id=1)
        found["list"].append(3)
        db.search(where("list").exists())[0]["list"].append(4)
        assert db.get(doc_id=1) == {"list": [1]}


def test_more_documents_than_an_update_holds_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("store.engine.table._HELD", 4)
    kept: list[dict[str, int]] = []

    def change(document: dict[str, int]) -> None:
        if document["n"] % 3 == 0:
            document["n"] += 1000
        kept.append(document) if document["n"] % 5 == 0 else None

    with open_database(folder) as db:
        db.insert_multiple({"n": number} for number in range(50))
        db.update(change)
        found = [document["n"] for document in db]
    assert found == [number + 1000 if number % 3 == 0 else number for number in range(50)]
    assert kept


def test_unusual_values_come_back_equal(folder: Path) -> None:
    odd = {
        "surrogate": "\udce9\ud800x", "big": [2**63, -(2**80), 2**64 - 1], "zero": "\x00\x1b[2J\r\n\u2028",
        "": {"": None},
        "float": [1e300, 5e-324, -0.0, 0.1], "long": "字" * 400_000, "\ud801": 1, "nested": {"a": [{"b": [[]]}]},
    }  # fmt: skip
    with open_database(folder) as db:
        identifier = db.insert(odd)
        db.update({"more": "\udcff"}, doc_ids=[identifier])
        with db.transaction("k", by="\udce9", meta={"note": "\udce9"}):
            db.insert({"x": 1})
        want = {**odd, "more": "\udcff"}
        assert db.get(doc_id=identifier) == want
        with open_database(folder) as other:
            assert other.get(doc_id=identifier) == want
            other.compact()
        assert db.get(doc_id=identifier) == want
        commits = list(db.commits())
        assert [commit.action for commit in commits] == [3, 2, 1]
        assert commits[0].meta == {"note": "\udce9"}
        assert commits[2].changes[0].after == odd
        assert db.search(where("surrogate") == "\udce9\ud800x")
    assert reopened(folder)["_default"][identifier] == want


@pytest.mark.parametrize(
    "bad",
    [
        float("nan"),
        [float("inf")],
        {1: 2},
        {"a": {None: 1}},
        {1, 2},
        b"x",
        object(),
        datetime(2026, 1, 1, tzinfo=UTC),
    ],
    ids=["nan", "inf", "int key", "null key", "set", "bytes", "object", "date"],
)
def test_what_json_cannot_hold_is_refused_before_anything_is_written(folder: Path, bad: object) -> None:
    with open_database(folder) as db:
        db.insert({"good": 1})
        size = db.journal_size
        attempts: list[Callable[[], object]] = [
            lambda: db.insert({"v": bad}),
            lambda: db.update({"v": bad}),
            lambda: db.insert_multiple([{"fine": 1}, {"v": bad}]),
        ]
        for attempt in attempts:
            with pytest.raises(NotStorable) as caught:
                attempt()
            assert isinstance(caught.value, TypeError)
            assert "v" in caught.value.message
        with pytest.raises(NotStorable), db.transaction(meta={"v": bad}):
            db.insert({"x": 1})
        assert db.journal_size == size == (folder / "journal-1.jsonl").stat().st_size
        assert db.all() == [{"good": 1}]


def test_a_document_nested_too_deeply_is_refused(folder: Path) -> None:
    deep: list[object] = []
    for _level in range(100_000):
        deep = [deep]
    with open_database(folder) as db:
        with pytest.raises(NotStorable):
            db.insert({"deep": deep})
        assert len(db) == 0


@pytest.mark.parametrize("identifier", [True, "7", 1.0, 1 << 70])
def test_ids_are_whole_numbers(folder: Path, identifier: Any) -> None:
    with open_database(folder) as db:
        with pytest.raises(NotStorable), db.transaction() as transaction:
            transaction.put("t", identifier, {})
        assert db.tables() == set()
        assert db.get(doc_id=identifier) is None


def test_declared_indexes_answer_at_once_and_stay_right(folder: Path) -> None:
    with open_database(folder, indexes={"rows": ["customer", "code"]}) as db:
        rows = db.table("rows")
        rows.insert_multiple({"customer": number % 5, "code": f"c{number % 3}"} for number in range(30))
        db.compact()
        assert list(db.ids("rows", "customer", 2)) == [3, 8, 13, 18, 23, 28]
        rows.update({"customer": 2}, doc_ids=[1])
        rows.remove(doc_ids=[8])
        rows.update({"customer": "2"}, doc_ids=[13])
        assert list(db.ids("rows", "customer", 2)) == [1, 3, 18, 23, 28]
        assert list(db.ids("rows", "customer", "2")) == [13]
        assert list(db.ids("rows", "customer", True)) == []
        assert [document.doc_id for document in rows.search(where("customer") == 2)] == [1, 3, 18, 23, 28]
        with pytest.raises(ValueError, match="no"), db.transaction():  # noqa: PT012
            rows.insert({"customer": 2})
            rows.update({"customer": 9}, doc_ids=[3])
            assert list(db.ids("rows", "customer", 2)) == [1, 18, 23, 28, 31]
            raise ValueError("no")
        assert list(db.ids("rows", "customer", 2)) == [1, 3, 18, 23, 28]
        with open_database(folder) as other:
            other.table("rows").insert({"customer": 2, "code": "c9"})
        db.follow()
        assert list(db.ids("rows", "customer", 2)) == [1, 3, 18, 23, 28, 31]
        assert list(db.ids("rows", "code", "c9")) == [31]
        with pytest.raises(LookupError):
            db.ids("rows", "other", 1)


def test_raw_bytes_and_scans(folder: Path) -> None:
    with open_database(folder) as db:
        db.table("t").insert_multiple([{"n": 1}, {"n": 2}, {"n": 3}])
        db.compact()
        db.table("t").update({"n": 9}, doc_ids=[2])
        db.table("t").remove(doc_ids=[3])
        db.table("t").insert(Document({"n": 0}, -4))
        assert list(db.all_raw("t")) == [(-4, b'{"n":0}'), (1, b'{"n":1}'), (2, b'{"n":9}')]
        assert (db.raw("t", 2), db.raw("t", 3), db.raw("u", 1)) == (b'{"n":9}', None, None)
        scan = db.all_raw("t")
        next(scan)
        db.table("t").truncate()
        assert [identifier for identifier, _raw in scan] == [1, 2], (
            "a scan shows what was there at its beginning"
        )


def test_a_scan_survives_a_generation_made_by_somebody_else(folder: Path) -> None:
    with open_database(folder) as db, open_database(folder) as other:
        db.insert_multiple({"n": number, "text": "x" * 1000} for number in range(3000))
        db.compact()
        scan = iter(db)
        assert next(scan)["n"] == 0
        other.compact()
        other.compact()
        assert db.follow() is not None
        assert len(db) == 3000
        assert [document["n"] for document in scan] == list(range(1, 3000))


def test_the_snapshot_is_a_plain_tinydb_file(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    file.write_text("old", encoding="utf-8")
    with open_database(folder) as db:
        db.table("customers").insert_multiple([{"name": "王五"}, {"name": '李"四'}])
        db.table("empty", persist_empty=True)
        db.compact()
        db.table("customers").insert({"name": "new"})
        db.snapshot(file)
        want = content(db)
    with tinydb.TinyDB(file, access_mode="r", encoding="utf-8") as stock:
        assert stock.tables() == {"_store", "customers", "empty"}
        assert {document.doc_id: document for document in stock.table("customers")} == want["customers"]
        with tinydb.TinyDB(folder / "shop-2.json", access_mode="r", encoding="utf-8") as own:
            assert len(own.table("customers")) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.suffix == ".tmp"] == []


@pytest.mark.parametrize("mask", [0o000, 0o077, 0o777])
def test_files_belong_to_their_owner_alone_whatever_the_umask(folder: Path, mask: int) -> None:
    old = os.umask(mask)
    try:
        with open_database(folder) as db:
            db.insert({})
            db.compact()
            db.snapshot(folder / "out.json")
    finally:
        os.umask(old)
    for path in (folder, *folder.rglob("*")):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_reading_only_writes_nothing(folder: Path) -> None:
    with open_database(folder) as db:
        db.insert({"n": 1})
    (folder / "lock").unlink()
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with open_database(folder, read_only=True) as db:
        assert db.all() == [{"n": 1}]
        for attempt in (lambda: db.insert({}), db.compact, db.truncate, db.drop_tables):
            with pytest.raises(NoRights):
                attempt()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_missing_shop_is_made_only_when_asked(folder: Path) -> None:
    for arguments in ({"create": False}, {"read_only": True}):
        with pytest.raises(ShopMissing):
            open_database(folder, **arguments)  # type: ignore[arg-type]
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(ShopMissing):
        open_database(folder, create=False)
    assert list(folder.iterdir()) == []


def test_a_closed_database_says_so(folder: Path) -> None:
    db = open_database(folder)
    db.close()
    db.close()
    for attempt in (
        lambda: db.insert({}),
        db.all,
        db.follow,
        lambda: db.raw("t", 1),
        lambda: db.ids("t", "f", 1),
    ):
        with pytest.raises((ShopUnusable, LookupError)):
            attempt()


def test_the_engines_own_table_cannot_be_written(folder: Path) -> None:
    with open_database(folder) as db:
        for name in ("_store", "\ud800"):
            with pytest.raises(NotStorable):
                db.table(name).insert({})
        db.table('名 "quoted" [x]').insert({"a": 1})
    assert reopened(folder) == {'名 "quoted" [x]': {1: {"a": 1}}}


def test_the_journal_is_readable_json(folder: Path) -> None:
    with open_database(folder) as db:
        db.table("t").insert({"name": "王五"})
    header, line = (json.loads(text) for text in (folder / "journal-1.jsonl").read_text("utf-8").splitlines())
    assert header.keys() == {"crc", "format", "store", "generation", "first"}
    assert line["changes"] == [["t", 1, None, {"name": "王五"}]]
    assert "王五" in (folder / "journal-1.jsonl").read_text("utf-8")


def test_storage_read_and_write_as_tinydb_defines_them(folder: Path) -> None:
    with open_database(folder) as db:
        assert db.storage.read() is None
        db.storage.write({"a": {"1": {"x": 1}}, "b": {}})
        assert db.tables() == {"a", "b"}
        db.storage.write({"a": {"2": {"x": 2}}})
        assert content(db) == {"a": {2: {"x": 2}}}
        assert isinstance(db, tinydb.TinyDB)
        assert isinstance(db, Database)


def test_an_old_action_is_found_without_reading_all_that_followed(folder: Path) -> None:
    class Reads(FileCalls):
        read = 0

        def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
            data = super().read_at(descriptor, size, offset)
            Reads.read += len(data)
            return data

    with open_database(folder, files=Reads()) as db:
        for number in range(300):
            if number in (50, 200):
                db.insert_multiple({"text": "x" * 1000} for _row in range(2500))
            elif number in (100, 150):
                db.compact()
                db.insert({"number": number})
            else:
                db.insert({"number": number, "text": "y" * 500})
        assert db.action == 300
        for action in (1, 2, 50, 51, 52, 100, 101, 102, 150, 199, 200, 201, 202, 299, 300):
            Reads.read = 0
            found = db.commit(action)
            assert found is not None
            assert found.action == action
            assert Reads.read < 4_000_000, action
            assert [
                commit.action for commit, _n in zip(db.commits(before=action), range(3), strict=False)
            ] == [number for number in (action - 1, action - 2, action - 3) if number > 0]
        assert (db.commit(0), db.commit(301)) == (None, None)
        assert [commit.action for commit in db.commits()] == list(range(300, 0, -1))
        for _number in range(1000):
            db.insert({"text": "z" * 500})
        Reads.read = 0
        assert db.commit(310) is not None
        assert Reads.read < 1_000_000
        Reads.read = 0
        assert next(db.commits()).action == 1300
        assert Reads.read < 100_000, "the newest are read from the end"
