"""What stands in the place of a shop's files and is none of them: pipes, folders, odd text, nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from store.engine import open_database
from store.errors import ShopDamaged, ShopMissing


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_database(tmp_path / "shop") as database:
        database.table("t").insert({"n": 1})
    return tmp_path / "shop"


@pytest.mark.skipif(sys.platform == "win32", reason="has no such pipes")
@pytest.mark.parametrize("name", ["current", "shop-1.json", "journal-1.jsonl", "lock"])
@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_file_is_damage_and_keeps_nobody_waiting(folder: Path, name: str, kind: str) -> None:
    (folder / name).unlink()
    if kind == "pipe":
        os.mkfifo(folder / name)
    else:
        (folder / name).mkdir()
    with pytest.raises(ShopDamaged, match="no ordinary file") as caught, open_database(folder) as database:
        database.table("t").insert({"n": 2})
    assert caught.value.details["file"] == str(folder / name)


@pytest.mark.parametrize("text", ["[" * 4000, '{"format":' * 400, '{"format":1,"x":' + "[" * 3000])
def test_a_deeply_nested_pointer_is_damage(folder: Path, text: str) -> None:
    (folder / "current").write_text(text, encoding="ascii")
    with pytest.raises(ShopDamaged) as caught:
        open_database(folder)
    assert caught.value.details["file"] == str(folder / "current")


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("create", [False, True])
def test_a_shop_without_its_pointer_is_not_called_missing(
    folder: Path, *, create: bool, read_only: bool
) -> None:
    (folder / "current").unlink()
    (folder / "notes.txt").touch()
    with pytest.raises(ShopDamaged, match="its file current is missing"):
        open_database(folder, create=create, read_only=read_only)


def test_what_a_first_start_left_that_was_cut_short_is_no_shop(tmp_path: Path) -> None:
    (tmp_path / "lock").touch()
    (tmp_path / "journal-1.jsonl").touch()
    with pytest.raises(ShopMissing):
        open_database(tmp_path, create=False)
