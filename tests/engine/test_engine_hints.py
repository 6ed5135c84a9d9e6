"""Side files that make opening quick: never needed, never believed when they could be wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.engine import open_database
from store.engine.files import FileCalls
from store.errors import ShopDamaged
from tests.engine.faults import WatchedFiles, content

COUNT = 2500


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A shop that is large enough for a hint."""
    folder = tmp_path / "shop"
    with open_database(folder) as db:
        db.table("t").insert_multiple({"n": number} for number in range(COUNT))
        db.table("u").insert({"x": 1})
        db.compact()
        db.table("t").update({"n": -1}, doc_ids=[7])
    return folder


class Reads(WatchedFiles):
    """Counts the bytes read."""

    read = 0

    def read_at(self, descriptor: int, size: int, offset: int) -> bytes:
        data = super().read_at(descriptor, size, offset)
        if self.paths[descriptor].startswith("shop-"):
            self.read += len(data)
        return data


def hint(folder: Path) -> Path:
    return next((folder / "cache").glob("places-*.bin"))


def want() -> dict[str, dict[int, object]]:
    return {"t": {n + 1: {"n": -1 if n == 6 else n} for n in range(COUNT)}, "u": {1: {"x": 1}}}


def test_a_shop_opened_by_its_hint_is_the_same(folder: Path) -> None:
    assert hint(folder).name == "places-2.bin"
    files = Reads()
    with open_database(folder, files=files, read_only=True) as db:
        first = files.read
        assert content(db) == want()
    hint(folder).unlink()
    files = Reads()
    with open_database(folder, files=files, read_only=True) as db:
        assert content(db) == want()
        assert list((folder / "cache").iterdir()) == [], "who only reads leaves no hint"
    size = next(folder.glob("shop-*.json")).stat().st_size
    assert files.read >= 2 * size > first, (
        "without a hint the snapshot is read, and read again for its documents"
    )
    open_database(folder).close()
    assert hint(folder).exists()


@pytest.mark.parametrize("place", [0, 30, 200, -1, -5000])
def test_a_damaged_hint_is_made_again(folder: Path, place: int) -> None:
    text = bytearray(hint(folder).read_bytes())
    text[place] ^= 4
    hint(folder).write_bytes(bytes(text))
    with open_database(folder) as db:
        assert content(db) == want()
    assert bytes(text) != hint(folder).read_bytes()


@pytest.mark.parametrize("text", [b"", b"\n", b"{}\n", b"x" * 5000])
def test_what_is_no_hint_is_not_believed(folder: Path, text: bytes) -> None:
    hint(folder).write_bytes(text)
    with open_database(folder) as db:
        assert content(db) == want()


def test_a_changed_snapshot_is_refused_although_there_is_a_hint(folder: Path) -> None:
    path = next(folder.glob("shop-*.json"))
    text = path.read_bytes()
    path.write_bytes(text.replace(b'{"n":100}', b'{"n":900}'))
    with pytest.raises(ShopDamaged, match="another program"):
        open_database(folder).close()
    path.write_bytes(text)
    with open_database(folder) as db:
        assert content(db) == want()


def test_a_folder_without_room_for_hints_works_all_the_same(folder: Path) -> None:
    hint(folder).unlink()
    (folder / "cache").rmdir()
    (folder / "cache").write_text("no folder", encoding="utf-8")
    with open_database(folder) as db:
        assert content(db) == want()
        db.compact()
    with open_database(folder) as db:
        assert content(db) == want()


def test_an_index_is_kept_too(folder: Path) -> None:
    indexes = {"t": ["n"], "u": ["x"]}
    with open_database(folder, indexes=indexes) as db:
        assert list(db.ids("t", "n", 100)) == [101]
        assert list(db.ids("u", "x", 1)) == [1]
    (path,) = (folder / "cache").glob("index-*.bin")
    files = Reads()
    with open_database(folder, indexes=indexes, files=files) as db:
        before = files.read
        assert (list(db.ids("t", "n", 100)), list(db.ids("t", "n", 6)), list(db.ids("t", "n", -1))) == (
            [101],
            [],
            [7],
        )
        assert files.read == before, "no document is read"
        db.table("t").update({"n": 100}, doc_ids=[5])
        assert list(db.ids("t", "n", 100)) == [5, 101]
    text = bytearray(path.read_bytes())
    text[-3] ^= 1
    path.write_bytes(bytes(text))
    with open_database(folder, indexes=indexes) as db:
        assert list(db.ids("t", "n", 100)) == [5, 101]
        db.table("t").insert({"n": "text"})
        db.compact()
        assert list(db.ids("t", "n", "text")) == [COUNT + 1]
    assert not list((folder / "cache").glob("index-2-*")), "the hints of the last generation are gone"
    with open_database(folder, indexes=indexes) as db:
        assert list(db.ids("t", "n", "text")) == [COUNT + 1]


def test_old_hints_go(folder: Path) -> None:
    with open_database(folder) as db:
        db.compact()
        db.compact()
    assert [path.name for path in (folder / "cache").iterdir()] == ["places-4.bin"]


def test_compaction_leaves_the_indexes_for_whoever_opens_the_shop_next(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    indexes = {"t": ["n"]}
    with open_database(folder, indexes=indexes) as db:
        db.table("t").insert_multiple({"n": number // 2} for number in range(COUNT))
        db.compact()
        db.table("t").update({"n": 3}, doc_ids=[1])
    files = Reads()
    with open_database(folder, files=files, indexes=indexes, read_only=True) as db:
        before = files.read
        assert list(db.ids("t", "n", 3)) == [1, 7, 8]
        assert list(db.ids("t", "n", 0)) == [2]
        assert files.read == before, "the snapshot was read for the index"


@pytest.mark.parametrize("how", ["cut off", "emptied", "zeros"])
def test_a_small_hint_that_is_cut_off_while_it_is_in_use_harms_nobody(folder: Path, how: str) -> None:
    with open_database(folder, indexes={"t": ["n"]}) as maker:
        maker.ids("t", "n", 5)
    with open_database(folder, indexes={"t": ["n"]}) as db:
        assert list(db.ids("t", "n", 5)) == [6]
        for path in (folder / "cache").iterdir():
            size = path.stat().st_size
            if how == "zeros":
                path.write_bytes(bytes(size))
            else:
                os.truncate(path, size // 2 if how == "cut off" else 0)
        assert db.table("t").get(doc_id=500) == {"n": 499}
        assert list(db.ids("t", "n", 6)) == []
        assert content(db) == want()
        assert db.follow() == []
        assert content(db) == want()


@pytest.mark.parametrize("how", ["other numbers", "zeros"])
def test_a_hint_that_is_written_over_while_it_is_in_use_gives_no_other_record(
    folder: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read from a mapped file changes under our hands: found out before anything is handed out."""
    monkeypatch.setattr(FileCalls, "worth_mapping", 0)
    with open_database(folder, indexes={"t": ["n"]}) as maker:
        maker.ids("t", "n", 5)
    path = hint(folder)
    whole = path.read_bytes()
    start = whole.index(b"\n") + 1
    with open_database(folder, indexes={"t": ["n"]}) as db:
        assert list(db.ids("t", "n", 5)) == [6]
        with path.open("r+b") as file:
            file.seek(start)
            body = whole[start:]
            file.write(bytes(len(body)) if how == "zeros" else bytes(byte ^ 1 for byte in body))
        for identifier in (1, 33, 500, COUNT):
            found = db.table("t").get(doc_id=identifier)
            assert found in (None, want()["t"][identifier]), "never another one"
        db.follow()
        assert content(db) == want()
        assert len(db.table("t")) == COUNT
        assert db.table("t").get(doc_id=500) == {"n": 499}
        assert list(db.ids("t", "n", 5)) == [6]
        assert list(db.ids("t", "n", -1)) == [7]
        assert db.table("t").insert({"n": "new"}) == COUNT + 1
        db.compact()
        assert len(content(db)["t"]) == COUNT + 1


def test_an_index_that_is_written_over_while_it_is_in_use_is_made_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileCalls, "worth_mapping", 0)
    with open_database(folder, indexes={"t": ["n"]}) as maker:
        maker.ids("t", "n", 5)
    path = next((folder / "cache").glob("index-2-*.bin"))
    with open_database(folder, indexes={"t": ["n"]}) as db:
        assert list(db.ids("t", "n", 5)) == [6]
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.seek(size - 8000)
            file.write(bytes(4000))
        db.follow()
        for number in (5, 6, 1500, 2499):
            assert list(db.ids("t", "n", number)) == (
                [7] if number == -1 else [] if number == 6 else [number + 1]
            )
