"""Damage that is met while a shop is open, by whatever way of reading: one sentence with file and byte."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tinydb import where

from store.engine import Database, codec, open_database
from store.engine.background import compact_beside
from store.engine.journal import seal
from store.errors import ShopDamaged
from tests.engine.faults import content, reopened

INDEXES = {"t": ["n", "name"]}
SNAPSHOT, JOURNAL = "shop-2.json", "journal-2.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with eight documents in its snapshot and one action behind it."""
    folder = tmp_path / "shop"
    with open_database(folder) as database:
        database.table("t").insert_multiple([{"n": number, "name": f"王{number}"} for number in range(8)])
        database.compact()
        database.table("u").insert({"n": 1})
    return folder


def place_of(folder: Path, identifier: int) -> tuple[int, bytes]:
    """Where a document stands in the snapshot, and its bytes."""
    text = (folder / SNAPSHOT).read_bytes()
    start = text.index(b'"%d":{"n"' % identifier) + len(str(identifier)) + 3
    return start, text[start : text.index(b"}", start) + 1]


def write_over(path: Path, place: int, text: bytes) -> None:
    """Write into a file in place, as a program or a disk that has gone wrong does."""
    with path.open("r+b") as file:
        file.seek(place)
        file.write(text)


class Named(msgspec.Struct):
    """What is read of a document."""

    name: str


read_named = msgspec.json.Decoder(Named).decode

READING: dict[str, Callable[[Database], object]] = {
    "by id": lambda db: db.table("t").get(doc_id=4),
    "by ids": lambda db: db.table("t").get(doc_ids=[3, 4]),
    "all": lambda db: db.table("t").all(),
    "iteration": lambda db: list(db.table("t")),
    "a query": lambda db: db.table("t").search(where("x") == 1),
    "a query by an index": lambda db: db.table("t").search(where("name") == "王3"),
    "the first of a query": lambda db: db.table("t").get(where("n") == 7),
    "counting": lambda db: db.table("t").count(where("n") == 7),
    "an index": lambda db: list(db.ids("t", "name", "王3")),
    "the bytes of one": lambda db: db.raw("t", 4),
    "the bytes of all": lambda db: list(db.all_raw("t")),
    "all as a record": lambda db: list(db.all_decoded("t", Named, read_named)),
    "a change": lambda db: db.table("t").update({"x": 1}, doc_ids=[4]),
    "a change of all": lambda db: db.table("t").update({"x": 1}),
    "taking away": lambda db: db.table("t").remove(doc_ids=[4]),
    "inserting or changing": lambda db: db.table("t").upsert({"n": 3, "x": 1}, where("n") == 3),
    "following": lambda db: db.follow(),
    "a new snapshot": lambda db: db.snapshot(db.folder / "copy.json"),
    "compacting": lambda db: db.compact(),
}


@pytest.mark.parametrize("how", READING)
@pytest.mark.parametrize("kind", ["other bytes", "no text", "no end", "a line break", "zeros", "nested"])
def test_a_document_written_over_in_place_is_told_with_file_and_byte(
    folder: Path, how: str, kind: str
) -> None:
    place, raw = place_of(folder, 4)
    size = len(raw)
    wrong = {
        "other bytes": b'{"n":3,"name":' + b"?" * (size - 15) + b"}",
        "no text": raw.replace("王".encode(), b"\xff\xfe\xfd"),
        "no end": raw[:-2] + b"}}",
        "a line break": raw[:8] + b"\n" + raw[9:],
        "zeros": b"{" + bytes(size - 2) + b"}",
        "nested": b"{" * (size // 2) + b"}" * (size - size // 2),
    }[kind]
    assert len(wrong) == size
    with open_database(folder, indexes=INDEXES) as db:
        before = content(db)
        write_over(folder / SNAPSHOT, place, wrong)
        with pytest.raises(ShopDamaged, match=rf"{SNAPSHOT} is damaged at byte {place}") as caught:
            READING[how](db)
        assert caught.value.details == {"file": str(folder / SNAPSHOT), "byte": place}
        assert db.table("t").get(doc_id=5) == before["t"][5], "what is not damaged is read"
        write_over(folder / SNAPSHOT, place, raw)
        assert content(db) == before, "nothing was changed"
    assert reopened(folder) == before


@pytest.mark.parametrize("how", ["following", "a new snapshot", "compacting"])
def test_what_reads_well_but_is_not_what_was_written_is_told_before_it_goes_on(
    folder: Path, how: str
) -> None:
    place, raw = place_of(folder, 4)
    with open_database(folder, indexes=INDEXES) as db:
        write_over(folder / SNAPSHOT, place, raw.replace(b'"n":3', b'"n":8'))
        with pytest.raises(ShopDamaged, match=f"{SNAPSHOT} is damaged at byte"):
            READING[how](db)
        assert not (folder / "copy.json").exists()
        with pytest.raises(ShopDamaged, match=SNAPSHOT):
            compact_beside(db._engine)
        assert db.generation == 2
        write_over(folder / SNAPSHOT, place, raw)
        db.follow()
        db.compact()
    assert len(reopened(folder)["t"]) == 8


def test_a_file_that_was_only_touched_is_no_damage(folder: Path) -> None:
    with open_database(folder) as db:
        os.utime(folder / SNAPSHOT, (1, 1))
        assert [commit.action for commit in db.follow()] == []
        db.insert({})
        assert len(db.follow()) == 1


def line(seq: int, action: int, changes: bytes, more: bytes = b"") -> bytes:
    """A journal line with a right checksum, whatever it says."""
    return seal(
        b'"seq":%d,"action":%d,"kind":"raw","by":"","at":"","origin":""%b,"changes":%b}'
        % (seq, action, more, changes)
    )


DEEP = b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NO_SENSE = {
    "nested": b'[["t",9,null,%b]]' % DEEP,
    "nested a little": b'[["t",1,{"n":0},{"n":%b}]]' % (b"[" * 990 + b"]" * 990),
    "nothing to change": b'[["t",99,{"n":1},{"n":2}]]',
    "no units": b'[["t",1,[1],[2]]]',
    "no document": b'[["t",9,null,5]]',
    "no id": b'[["t",%d,null,{}]]' % (1 << 62),
    "no change": b'[["t",1]]',
    "no changes": b'{"t":1}',
}


@pytest.mark.parametrize("what", NO_SENSE)
def test_a_journal_line_that_is_sound_and_makes_no_sense(folder: Path, what: str) -> None:
    """Nothing writes such lines; whoever meets one is told where it is."""
    with open_database(folder, indexes=INDEXES) as db:
        list(db.ids("t", "n", 3))
        path, seq, action = folder / JOURNAL, db.seq + 1, db.action + 1
        text = path.read_bytes()
        path.write_bytes(text + line(seq, action, NO_SENSE[what]))
        ways: list[Callable[[], Any]] = [
            lambda: db.table("t").all(),
            lambda: db.insert({}),
            db.follow,
            lambda: open_database(folder).close(),
            lambda: content(db),
        ]
        for way in ways:
            with pytest.raises(ShopDamaged, match=f"{JOURNAL} is damaged at byte {len(text)}"):
                way()
        assert path.read_bytes().startswith(text + line(seq, action, NO_SENSE[what])), "nothing is dropped"
        if what != "nothing to change":
            assert [problem.byte for problem in db.check().problems] == [len(text)]


def test_history_that_makes_no_sense(folder: Path) -> None:
    closed = folder / "journals" / "journal-1.jsonl"
    lines = closed.read_bytes().splitlines(keepends=True)
    for wrong in (b'[["t",9,null,%b]]' % DEEP, b'[["t",9,null,5]]', b'[["t",1]]'):
        closed.write_bytes(lines[0] + line(1, 1, wrong))
        with (
            open_database(folder) as db,
            pytest.raises(ShopDamaged, match=f"{closed.name} is damaged at byte"),
        ):
            [commit.changes for commit in db.commits()]
    closed.write_bytes(lines[0] + line(1, 1, b"[]", b',"meta":[1]'))
    with open_database(folder) as db, pytest.raises(ShopDamaged, match=f"{closed.name} is damaged at byte"):
        list(db.commits())


def test_what_is_stored_can_be_read_however_deep_the_caller_stands(folder: Path) -> None:
    deep: list[object] = []
    for _level in range(codec.MAXIMUM_DEPTH - 2):
        deep = [deep]
    with open_database(folder) as db:
        identifier = db.insert({"deep": deep})

        def below(levels: int) -> Any:
            return below(levels - 1) if levels else db.get(doc_id=identifier)

        assert below(600) == {"deep": deep}
        with pytest.raises(Exception, match="nested too deeply"):
            db.insert({"deep": [[deep]]})


@pytest.mark.parametrize("name", ["journals/journal-1.jsonl", JOURNAL])
def test_a_journal_written_over_while_it_is_open(folder: Path, name: str) -> None:
    with open_database(folder) as db:
        newest = next(db.commits())
        path = folder / name
        text = path.read_bytes()
        place = text.index(b"\n") + 1
        write_over(path, place + 60, b"\xff\xff\xff")
        with pytest.raises(ShopDamaged, match=rf"{path.name} is damaged at byte {place}"):
            [commit.changes for commit in db.commits()]
        assert [problem.file for problem in db.check().problems] == [path]
        assert len(content(db)["t"]) == 8
        if name == JOURNAL:
            with pytest.raises(ShopDamaged, match=rf"{path.name} is damaged at byte {place}"):
                newest.raw_changes(lambda _line: True).__next__()
