"""Where a shop lies: drives of other machines, links, names of all kinds, locks that do not work, macOS and Windows."""

from __future__ import annotations

import errno
import os
import types
from pathlib import Path
from typing import Any

import pytest

from store.engine import FileCalls, open_database
from store.engine.drives import ALLOWED, is_network
from store.engine.files import MacFileCalls, WindowsFileCalls
from store.errors import ShopUnusable
from tests.engine.faults import reopened


class Elsewhere(FileCalls):
    def __init__(self, kind: str) -> None:
        self.kind = kind

    def file_system(self, folder: Path) -> str:
        return self.kind

    def is_system_disk(self, folder: Path) -> bool:
        return False


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "smb3", "9p", "fuse.sshfs"])
def test_a_network_drive_is_refused_with_a_sentence(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(ALLOWED, raising=False)
    with pytest.raises(ShopUnusable, match=f"network drive .{kind}."):
        open_database(tmp_path / "shop", files=Elsewhere(kind))
    assert list((tmp_path / "shop").glob("*")) == [], "nothing is made there"
    open_database(tmp_path / "old").close()
    with pytest.raises(ShopUnusable, match="network drive"):
        open_database(tmp_path / "old", files=Elsewhere(kind))
    open_database(tmp_path / "old", files=Elsewhere(kind), read_only=True).close()
    monkeypatch.setenv(ALLOWED, "1")
    open_database(tmp_path / "old", files=Elsewhere(kind)).close()


@pytest.mark.parametrize(
    "kind", ["ext4", "xfs", "btrfs", "tmpfs", "overlay", "fuseblk", "fuse.gocryptfs", ""]
)
def test_disks_of_this_computer_are_not(kind: str) -> None:
    assert not is_network(kind)


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="only Linux tells it")
def test_linux_tells_the_file_system() -> None:
    assert FileCalls().file_system(Path("/proc")) == "proc"
    assert FileCalls().file_system(Path("/nowhere")) == ""
    assert FileCalls().is_system_disk(Path("/"))


class NoLocks(FileCalls):
    """Everybody gets the lock, as on some network drives."""

    def lock(self, descriptor: int) -> bool:
        return True

    def unlock(self, descriptor: int) -> None:
        pass


def test_locks_that_hold_nobody_off_are_found_out(tmp_path: Path) -> None:
    with pytest.raises(ShopUnusable, match="Locks do not work"):
        open_database(tmp_path / "shop", files=NoLocks())
    with open_database(tmp_path / "old") as database:
        database.insert({"n": 1})
    with open_database(tmp_path / "old", files=NoLocks()) as database:
        with pytest.raises(ShopUnusable, match="Locks do not work"):
            database.insert({"n": 2})
        assert len(database) == 1, "reading needs no lock"


@pytest.mark.parametrize("name", ["我的 店", "a b", "emoji 🍵", "percent%s{x}", "-dash", "n" * 200])
def test_names_of_all_kinds(tmp_path: Path, name: str) -> None:
    with open_database(tmp_path / name) as database:
        database.insert({"n": 1})
        database.compact()
    assert reopened(tmp_path / name) == {"_default": {1: {"n": 1}}}


def test_a_link_to_the_folder_is_the_same_shop(tmp_path: Path) -> None:
    with open_database(tmp_path / "shop") as database:
        database.insert({"n": 1})
        (tmp_path / "link").symlink_to(tmp_path / "shop")
        with open_database(tmp_path / "link") as other:
            other.insert({"n": 2})
            other.compact()
        assert [document["n"] for document in database] == [1, 2]


def test_macos_asks_for_more_than_fsync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def fcntl(descriptor: int, command: int) -> int:
        asked.append(command)
        if len(asked) > 6:
            raise OSError(errno.ENOTSUP, "not there")
        return 0

    monkeypatch.setattr("store.engine.files.fcntl.fcntl", fcntl)
    files = MacFileCalls()
    with open_database(tmp_path / "shop", files=files) as database:
        database.insert({"n": 1})
        before = len(asked)
        database.insert({"n": 2})
        assert asked[before:] == [51]
        for _more in range(8):
            database.insert({})
    assert len(reopened(tmp_path / "shop")["_default"]) == 10


def windows(monkeypatch: pytest.MonkeyPatch) -> WindowsFileCalls:
    """The calls for Windows, on a stand-in for its locks. What the system itself does cannot be tested here."""
    locked: dict[int, int] = {}

    def locking(descriptor: int, mode: int, size: int) -> None:
        inode = os.fstat(descriptor).st_ino
        if mode == 1:
            if locked.get(inode, descriptor) != descriptor:
                raise OSError(errno.EACCES, "locked")
            locked[inode] = descriptor
        else:
            locked.pop(inode, None)

    module: Any = types.ModuleType("msvcrt")
    module.locking, module.LK_NBLCK, module.LK_UNLCK = locking, 1, 0
    monkeypatch.setitem(__import__("sys").modules, "msvcrt", module)
    files = WindowsFileCalls()
    monkeypatch.setattr(type(files), "tells_lock_owner", False)
    return files


def test_the_calls_for_windows_make_the_same_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = windows(monkeypatch)
    with (
        open_database(tmp_path / "shop", files=files) as database,
        open_database(tmp_path / "shop") as reader,
    ):
        database.insert({"n": 1})
        database.compact()
        database.insert({"n": 2})
        assert len(reader) == 2
        assert (tmp_path / "shop" / "lock").read_text().strip() == str(os.getpid())
    assert len(reopened(tmp_path / "shop")["_default"]) == 2


def test_a_file_that_a_scanner_holds_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = windows(monkeypatch)
    monkeypatch.setattr("store.engine.files.time.sleep", lambda seconds: None)
    left = [3]

    def replace(source: Path, target: Path) -> Path:
        if left[0] > 0:
            left[0] -= 1
            error = PermissionError(errno.EACCES, "sharing violation")
            error.winerror = 32  # type: ignore[attr-defined]
            raise error
        source.rename(target)
        return target

    monkeypatch.setattr(Path, "replace", replace)
    with open_database(tmp_path / "shop", files=files) as database:
        database.insert({"n": 1})
        left[0] = 99
        with pytest.raises(ShopUnusable):
            database.compact()
        left[0] = 0
        database.compact()
    assert len(reopened(tmp_path / "shop")["_default"]) == 1
