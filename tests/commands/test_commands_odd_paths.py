"""Paths that cannot be used get a sentence each; and what a shop keeps is nobody else's to read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from store.shop import open_shop
from tests.commands.running import Runner
from tests.helpers import FrozenClock


@pytest.fixture
def run(folder: Path, clock: FrozenClock, capsys: pytest.CaptureFixture[str]) -> Runner:
    """Runs a command line on a shop that is not there yet."""
    return Runner(folder, clock, capsys)


@pytest.fixture
def shop_folder(folder: Path, clock: FrozenClock) -> Path:
    """A shop with one customer."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        shop.do("customer.create", name="王五")
    return folder


@pytest.mark.parametrize("words", [("export", "customers", "--to"), ("backup",), ("snapshot",), ("import",)])
def test_a_name_too_long_is_no_crash(
    run: Runner, shop_folder: Path, tmp_path: Path, words: list[str]
) -> None:
    found = run(*words, str(tmp_path / ("x" * 300 + ".csv")))
    assert found.status == 3
    assert "too long" in found.err
    assert "unforeseen" not in found.err
    assert not (shop_folder / "crash.log").exists()


@pytest.mark.parametrize("name", ["current", "shop-1.json", "journal-1.jsonl"])
def test_a_folder_where_a_file_should_be_is_no_crash(run: Runner, shop_folder: Path, name: str) -> None:
    (shop_folder / name).unlink()
    (shop_folder / name).mkdir()
    before = sorted(shop_folder.iterdir())
    found = run("find", "王")
    assert found.status == 3
    assert "unforeseen" not in found.err
    assert str(shop_folder) in found.err
    assert sorted(shop_folder.iterdir()) == before


@pytest.mark.parametrize("words", [("demo", "--no-open"), ("import", "rows.csv")])
def test_a_folder_that_may_not_be_looked_into_is_no_crash(
    run: Runner, tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rows.csv").write_text("姓名,电话\n王五,13800138000\n")
    monkeypatch.chdir(tmp_path)
    run.folder.mkdir(exist_ok=True)

    def denied(path: object, *_more: object) -> object:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "iterdir", denied)
    monkeypatch.setattr(os, "scandir", denied)
    monkeypatch.setattr(os, "listdir", denied)
    found = run(*words)
    assert found.status == 3
    assert "unforeseen" not in found.err
    assert str(run.folder) in found.err


def test_side_files_are_nobody_elses_to_read(run: Runner, shop_folder: Path) -> None:
    assert run("find", "王").status == 0
    for folder, _folders, files in os.walk(shop_folder):
        assert Path(folder).stat().st_mode & 0o077 == 0, folder
        for name in files:
            assert Path(folder, name).stat().st_mode & 0o077 == 0, name
