"""A stock TinyDB file becomes a shop; older and newer formats."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
import tinydb

from store.engine import formats, open_database
from store.engine import generation as generation_module
from store.engine import snapshot as snapshot_module
from store.errors import CrmError, NewerFormat, ShopUnusable
from tests.engine.faults import FailOnce, WatchedFiles, content, reopened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one stock TinyDB file."""
    folder = tmp_path / "旧 店"
    folder.mkdir()
    with tinydb.TinyDB(folder / "members.json") as stock:
        stock.insert_multiple([{"name": "王五"}, {"name": "b"}])
        stock.table("rows").insert(tinydb.table.Document({"x": [1, {"y": None}]}, 1000))
        stock.table("rows").insert({"x": 2})
        stock.table("rows").insert(tinydb.table.Document({"x": 3}, 7))
        stock.table("none", persist_empty=True)
    return folder


WANT = {
    "_default": {1: {"name": "王五"}, 2: {"name": "b"}},
    "rows": {7: {"x": 3}, 1000: {"x": [1, {"y": None}]}, 1001: {"x": 2}},
    "none": {},
}


def test_a_lone_stock_file_becomes_a_shop_and_is_kept(folder: Path) -> None:
    original = (folder / "members.json").read_bytes()
    with open_database(folder) as db:
        assert content(db) == WANT
        assert db.table("rows").insert({}) == 1002
        assert db.follow()[0].action == 1
    assert (folder / "members.json").read_bytes() == original
    with open_database(folder, create=False) as db:
        assert len(db.table("rows")) == 4


def test_a_crash_in_the_middle_leaves_the_original_adoptable(folder: Path) -> None:
    original = (folder / "members.json").read_bytes()
    for number in range(30):
        hook = FailOnce("", number, errno.EIO, for_ever=True)
        try:
            with open_database(folder, files=WatchedFiles(hook)) as db:
                assert content(db) == WANT
        except CrmError:
            assert hook.failed
        assert (folder / "members.json").read_bytes() == original
        if not hook.failed:
            break
    with open_database(folder) as db:
        assert content(db) == WANT


def test_a_snapshot_of_ours_is_adopted_under_its_own_name_with_its_ids(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    with open_database(folder) as db:
        db.table("rows").remove(doc_ids=[1001])
        db.snapshot(other / "shop-3.json")
    text = (other / "shop-3.json").read_bytes()
    with open_database(other) as db:
        assert db.table("rows").insert({}) == 1002, "the snapshot remembers which ids were given"
        assert db.tables() == {"_default", "rows", "none"}
        db.compact()
    assert (other / "backups" / "shop-3.json").read_bytes() == text


@pytest.mark.parametrize(
    "text",
    [
        "[1]",
        '{"a": [1]}',
        '{"a": {"x": {}}}',
        '{"a": {"1": 5}}',
        '{"a": {"01": {}}}',
        '{"a": {"1": {"v": NaN}}}',
        "{",
    ],
)
def test_what_is_no_tinydb_file_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "notes.json").write_text(text, encoding="utf-8")
    with pytest.raises(ShopUnusable, match=r"notes\.json"):
        open_database(tmp_path)
    assert (tmp_path / "notes.json").read_text(encoding="utf-8") == text
    assert {path.name for path in tmp_path.iterdir()} <= {"notes.json", "lock"}


def test_a_folder_with_other_things_is_no_place_for_a_shop(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(ShopUnusable, match="not empty"):
        open_database(tmp_path)
    (tmp_path / "holiday.jpg").unlink()
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    with pytest.raises(ShopUnusable, match="not empty"):
        open_database(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"a.json", "b.json"}


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "shop").write_text("x", encoding="utf-8")
    with pytest.raises(ShopUnusable):
        open_database(tmp_path / "shop")


def test_a_first_start_that_was_cut_short_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    calls = 0
    for number in range(30):
        hook = FailOnce("", number, errno.EIO, for_ever=True)
        try:
            open_database(folder, files=WatchedFiles(hook)).close()
        except CrmError:
            calls += 1
        if not hook.failed:
            break
    assert calls >= 8
    with open_database(folder) as db:
        db.insert({"n": 1})
    assert reopened(folder) == {"_default": {1: {"n": 1}}}


@pytest.mark.parametrize("file", ["current", "journal-1.jsonl", "shop-1.json"])
def test_a_newer_format_is_refused_and_left_alone(
    tmp_path: Path, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    for module in (snapshot_module, generation_module):
        monkeypatch.setattr(module, "FORMAT", 9)
    monkeypatch.setattr("store.engine.adopt.FORMAT", 9)
    open_database(folder).close()
    monkeypatch.undo()
    if file != "current":
        pointer = json.loads((folder / "current").read_text())
        (folder / "current").write_text(json.dumps({**pointer, "format": 1}))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    for read_only in (False, True):
        with pytest.raises(NewerFormat, match="newer version"):
            open_database(folder, read_only=read_only)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_older_format_is_copied_and_then_brought_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    with open_database(folder) as db:
        db.table("t").insert_multiple([{"old": 1}, {"old": 2}])
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "lock"}
    for name in ("snapshot", "generation", "compaction", "database", "formats"):
        monkeypatch.setattr(f"store.engine.{name}.FORMAT", 3)
    monkeypatch.setattr(
        formats,
        "STEPS",
        {
            1: lambda table, raw: raw.replace(b"old", b"middle"),
            2: lambda table, raw: raw.replace(b"middle", b"new"),
        },
    )
    with open_database(folder, read_only=True) as db:
        assert content(db) == {"t": {1: {"old": 1}, 2: {"old": 2}}}
    with open_database(folder) as db:
        assert content(db) == {"t": {1: {"new": 1}, 2: {"new": 2}}}
        assert db.generation == 2
        assert db.commit(1) is not None
    kept = folder / "backups" / "format-1"
    assert {path.name: path.read_bytes() for path in kept.iterdir()} == before
    with open_database(folder) as db:
        assert db.generation == 2, "once is enough"
