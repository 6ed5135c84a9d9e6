"""What stands behind the last action and does not count is set aside before it is dropped, and a person is told."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from store.engine import Database, open_database, tails
from store.engine.background import compact_beside
from store.engine.files import FileCalls
from store.errors import NoRoom
from tests.engine.disk_model import ModelFiles
from tests.engine.faults import FailOnce, QuickFiles, WatchedFiles, content, reopened

JOURNAL = "journal-1.jsonl"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop with three actions and one of several lines."""
    folder = tmp_path / "shop"
    with open_database(folder) as database:
        for number in range(3):
            database.table("t").insert({"number": number, "name": "王五"})
        with database.transaction("import") as transaction:
            for number in range(30):
                transaction.put("b", transaction.next_id("b"), {"text": "x" * 100_000, "number": number})
    assert len(lines_of(folder)) > 6
    return folder


def lines_of(folder: Path) -> list[bytes]:
    return (folder / JOURNAL).read_bytes().splitlines(keepends=True)


def bulk_at(folder: Path) -> int:
    return sum(map(len, lines_of(folder)[:4]))


def kept(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "journals").glob("*")}


@pytest.mark.parametrize("hole", ["first line", "middle line", "closing line", "a whole line is zeros"])
def test_an_action_of_many_lines_that_is_damaged_in_the_middle(folder: Path, hole: str) -> None:
    path, begin = folder / JOURNAL, bulk_at(folder)
    text = bytearray(path.read_bytes())
    lines = lines_of(folder)
    place = {
        "first line": begin + 5000,
        "middle line": begin + len(lines[4]) + 5000,
        "closing line": len(text) - 5000,
        "a whole line is zeros": begin + len(lines[4]),
    }[hole]
    size = len(lines[5]) if hole == "a whole line is zeros" else 4096
    text[place : place + size] = bytes(size)
    path.write_bytes(bytes(text))
    with open_database(folder) as database:
        (told,) = database.take_notices()
        assert f"{JOURNAL}, from byte {begin} on, is there to its end but not whole" in told
        assert set(content(database)) == {"t"}
        assert path.read_bytes() == bytes(text), "reading changes nothing"
        database.table("t").insert({"number": 3})
        (told,) = database.take_notices()
        assert "set aside in" in told
        assert f"damaged-1-{begin}.jsonl" in told
        assert database.take_notices() == []
    assert kept(folder) == {f"damaged-1-{begin}.jsonl": bytes(text[begin:])}
    assert len(reopened(folder)["t"]) == 4
    with open_database(folder) as database:
        assert database.take_notices() == []


@pytest.mark.parametrize("lines", [1, 2])
def test_an_action_of_many_lines_without_its_end(folder: Path, lines: int) -> None:
    """Cut off, or never written to its end by a process that was killed: nothing tells which."""
    path, begin = folder / JOURNAL, bulk_at(folder)
    tail = b"".join(lines_of(folder)[4 : 4 + lines])
    path.write_bytes(path.read_bytes()[: begin + len(tail)])
    with open_database(folder) as database:
        assert database.take_notices() == [], "a crash alone is nothing to be told of"
        database.table("t").insert({"number": 3})
        (told,) = database.take_notices()
        assert "cut short before it was confirmed" in told
    assert kept(folder) == {f"unconfirmed-1-{begin}.jsonl": tail}


@pytest.mark.parametrize("tail", [b'{"crc":"0123', b"x", b"\xff" * 5000, b"{}\n"])
def test_a_torn_line_is_kept_too(folder: Path, tail: bytes) -> None:
    size = (folder / JOURNAL).stat().st_size
    with (folder / JOURNAL).open("ab") as file:
        file.write(tail)
    with open_database(folder) as database:
        database.insert({})
    assert kept(folder) == {f"unconfirmed-1-{size}.jsonl": tail}


def test_zeros_are_nothing_to_keep(folder: Path) -> None:
    with (folder / JOURNAL).open("ab") as file:
        file.write(bytes(5000))
    with open_database(folder) as database:
        database.insert({})
        assert database.take_notices() == []
    assert not (folder / "journals").exists()


def test_the_same_place_again_and_a_process_that_dies_before_it_drops_it(folder: Path) -> None:
    size = (folder / JOURNAL).stat().st_size
    whole = (folder / JOURNAL).read_bytes()
    for tail, names in ((b"one", 1), (b"one", 1), (b"two", 2), (b"three", 3), (b"two", 3)):
        (folder / JOURNAL).write_bytes(whole + tail)
        with open_database(folder) as database:
            database.insert({})
        assert len(kept(folder)) == names
    assert kept(folder) == {
        f"unconfirmed-1-{size}.jsonl": b"one",
        f"unconfirmed-1-{size}-2.jsonl": b"two",
        f"unconfirmed-1-{size}-3.jsonl": b"three",
    }


def test_compaction_sets_it_aside_as_well(folder: Path) -> None:
    for beside in (False, True):
        name = next(folder.glob("journal-*.jsonl"))
        with name.open("ab") as file:
            file.write(b"torn")
        with open_database(folder) as database:
            before = content(database)
            assert compact_beside(database._engine) if beside else database.compact() is None
        assert reopened(folder) == before
    assert sorted(name for name in kept(folder) if name.startswith("un")) == [
        f"unconfirmed-1-{(folder / 'journals' / JOURNAL).stat().st_size}.jsonl",
        f"unconfirmed-2-{(folder / 'journals' / 'journal-2.jsonl').stat().st_size}.jsonl",
    ]


def damaged(folder: Path) -> None:
    text = bytearray((folder / JOURNAL).read_bytes())
    text[-5000:-3000] = bytes(2000)
    (folder / JOURNAL).write_bytes(bytes(text))


def torn(folder: Path) -> None:
    with (folder / JOURNAL).open("ab") as file:
        file.write(b'{"crc":"0123')


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO])
def test_what_may_be_damage_is_not_dropped_where_it_cannot_be_kept(folder: Path, code: int) -> None:
    damaged(folder)
    before = (folder / JOURNAL).read_bytes()
    for start in (
        "make_folder",
        "open damaged",
        "write damaged",
        "sync damaged",
        "rename damaged",
        "sync_folder",
    ):
        files = WatchedFiles()
        with open_database(folder, files=files) as database:
            files.hook = FailOnce(start, 0, code, for_ever=True)
            if start == "make_folder" and (folder / "journals").exists():
                continue
            with pytest.raises(Exception, match="journals") as caught:
                database.insert({})
            assert isinstance(caught.value, NoRoom) == (code == errno.ENOSPC)
            files.hook = None
        assert (folder / JOURNAL).read_bytes() == before
    with open_database(folder) as database:
        database.insert({})
    assert [name.partition("-")[0] for name in kept(folder)] == ["damaged"]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES])
def test_a_crash_keeps_nobody_from_going_on_without_room(folder: Path, code: int) -> None:
    torn(folder)
    files = WatchedFiles(FailOnce("write unconfirmed", 0, code, for_ever=True))
    with open_database(folder, files=files) as database:
        database.insert({})
        assert database.take_notices() == []
    assert kept(folder) == {}
    assert reopened(folder)["_default"] == {1: {}}


def test_a_power_cut_while_it_is_set_aside(tmp_path: Path, folder: Path) -> None:
    """At each moment it is still in the journal, or kept on the disk."""
    import random
    import shutil

    from tests.engine.disk_model import lay_out

    damaged(folder)
    begin = bulk_at(folder)
    whole = (folder / JOURNAL).read_bytes()
    files = ModelFiles(folder)
    files.take_in({path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()})
    chance = random.Random(1)
    cuts: list[dict[str, bytes]] = []
    files.on_call = lambda: cuts.extend(files.crashes(chance, 12))
    with open_database(folder, files=files) as database:
        database.table("t").insert({"number": 3})
    assert len(cuts) > 100
    for number, state in enumerate(cuts):
        there = state[JOURNAL].startswith(whole) or any(
            text == whole[begin:] for name, text in state.items() if name.startswith("journals/damaged-")
        )
        assert there, number
        shop = tmp_path / "cut"
        lay_out(shop, state)
        with open_database(shop, files=QuickFiles()) as database:
            assert len(content(database)["t"]) in (3, 4)
        shutil.rmtree(shop)


def test_the_model_finds_a_store_that_drops_it_before_it_is_kept(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelFiles, "sync_folder", lambda self, folder: self.on_call())
    with pytest.raises(AssertionError):
        test_a_power_cut_while_it_is_set_aside(tmp_path, folder)


def test_all_that_was_set_aside_is_listed_in_order(folder: Path) -> None:
    torn(folder)
    with open_database(folder) as database:
        database.compact()
    damaged_at = (folder / "journals" / JOURNAL).stat().st_size
    for name in ("unconfirmed-2-5.jsonl.new", "unconfirmed-x.jsonl", "damaged-3-7-2.jsonl"):
        (folder / "journals" / name).write_bytes(b"x")
    found = tails.all_set_aside(FileCalls(), folder)
    assert [(one.generation, one.byte, one.is_damaged) for one in found] == [
        (1, damaged_at, False),
        (3, 7, True),
    ]


def test_a_reader_beside_says_nothing_and_leaves_everything(folder: Path) -> None:
    def said(database: Database) -> list[str]:
        content(database)
        database.follow()
        return database.take_notices()

    with open_database(folder, read_only=True) as reader:
        torn(folder)
        assert said(reader) == []
        with open_database(folder) as database:
            database.insert({})
        assert said(reader) == []
        assert len(content(reader)["_default"]) == 1
