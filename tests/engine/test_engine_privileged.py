"""What needs root: real power cuts on a block image, small file systems, and the system's own account of an edit.

`python -m pytest tests/engine -m privileged -n 0 -s` as root on Linux, with loop devices, strace, and the tools of
the file systems: `apt-get install e2fsprogs xfsprogs btrfs-progs strace`. What is missing is skipped, and said.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from store.engine import open_database
from store.errors import NoRoom, ShopUnusable
from tests.engine.faults import content, reopened
from tests.engine.test_engine_processes import ROOT, check_payments

pytestmark = [
    pytest.mark.privileged,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="needs root"),
]


def run(*command: str | Path) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{command[0]} does not work here: {done.stderr.strip()}")


def needs(name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")


@contextmanager
def mounted(image: Path, place: Path, options: str) -> Iterator[Path]:
    place.mkdir(exist_ok=True)
    run("mount", "-o", options, image, place)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=False)


def image(path: Path, megabytes: int, kind: str = "ext4") -> Path:
    needs(f"mkfs.{kind}")
    with path.open("wb") as file:
        file.truncate(megabytes << 20)
    run(f"mkfs.{kind}", "-q", "-F" if kind == "ext4" else "-f", path)
    return path


class Kind(NamedTuple):
    """A file system: its smallest usual size in megabytes, and how the live image and a copy of it are mounted."""

    size: int
    live: str
    copy: str


KINDS = {
    # Nothing is to reach the disk but what is asked for: no commits by the clock, no allocation on renaming.
    "ext4": Kind(96, "loop,noauto_da_alloc,commit=300", "loop"),
    # A copy bears the identity of the image that is mounted.
    "xfs": Kind(320, "loop", "loop,nouuid"),
    "btrfs": Kind(256, "loop,commit=300", "loop"),
}


def copied(disk: Path, target: Path) -> None:
    """The image as it is at this moment, holes as holes."""
    subprocess.run(["cp", "--sparse=always", disk, target], check=True)


NO_SYNC = """
import os, sys
os.fsync = lambda descriptor: None
sys.argv = ["workers", "pay", *sys.argv[1:]]
from tests.engine.workers import main
main()
"""


def cuts(base: Path, kind: str, rounds: int, *, sync: bool) -> tuple[int, int, int]:
    """Stop a writer, copy the block image as it is, mount the copy: (cuts, confirmed actions, cuts that lost any)."""
    way_of = KINDS[kind]
    disk = image(base / "disk", way_of.size, kind)
    confirmed: dict[int, int] = {0: 0}
    lost = total = 0
    with mounted(disk, base / "live", way_of.live) as live:
        for number in range(rounds):
            if number % 4 == 0:
                # The journals are kept: begin with a new shop before the small disk is full.
                shutil.rmtree(live / "shop", ignore_errors=True)
                total += len(confirmed) - 1
                confirmed = {0: 0}
            way = ["-m", "tests.engine.workers", "pay"] if sync else ["-c", NO_SYNC]
            command = [sys.executable, *way, str(live / "shop"), str(number), "60000"]
            log = base / "confirmed"
            with log.open("w") as out:
                writer = subprocess.Popen(command, cwd=ROOT, stdout=out)
            deadline = time.monotonic() + 30
            while log.read_bytes().count(b"\n") < 15 + number * 7 % 60 and time.monotonic() < deadline:
                time.sleep(0.005)
            writer.send_signal(signal.SIGSTOP)
            lines = log.read_text().split("\n")[:-1]
            copied(disk, base / "cut")
            writer.kill()
            writer.wait()
            for line in lines:
                action, row = line.split()
                confirmed[int(action)] = int(row)
            with mounted(base / "cut", base / "after", way_of.copy) as after:
                try:
                    shutil.copytree(after / "shop", base / "copy")
                    check_payments(base / "copy", confirmed)
                except (AssertionError, ShopUnusable, KeyError, OSError) as error:
                    lost += 1
                    if sync:
                        print(f"cut {number}: {error!r}"[:300])
                shutil.rmtree(base / "copy", ignore_errors=True)
    return rounds, total + len(confirmed) - 1, lost


@pytest.mark.parametrize("kind", KINDS)
def test_real_power_cuts_on_an_image_lose_nothing(tmp_path: Path, kind: str) -> None:
    count, confirmed, lost = cuts(tmp_path, kind, 60, sync=True)
    print(f"{kind}: {count} real power cuts, {confirmed} confirmed actions, {lost} cuts that lost any")
    assert lost == 0


@pytest.mark.parametrize("kind", KINDS)
def test_real_power_cuts_find_a_store_that_does_not_sync(tmp_path: Path, kind: str) -> None:
    count, confirmed, lost = cuts(tmp_path, kind, 6, sync=False)
    print(f"{kind} without fsync: {count} cuts, {confirmed} confirmed actions, {lost} cuts that lost any")
    assert lost > 0


SMALL = {"tmpfs": 6, "ext4": 12, "btrfs": 128}
"""Megabytes of a small file system (xfs is never smaller than 300)."""


@pytest.mark.parametrize("kind", SMALL)
def test_a_small_file_system_that_is_full(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "small"
    place.mkdir()
    size = SMALL[kind]
    if kind == "tmpfs":
        run("mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", place)
    else:
        run("mount", "-o", "loop", image(tmp_path / "disk", size, kind), place)
    try:
        folder = place / "shop"
        with open_database(folder) as database:
            refused = 0
            for number in range(400):
                before = content(database) if number % 40 == 0 else None
                try:
                    # Random, for there are file systems that could compress it.
                    database.insert({"text": os.urandom(size * 3500).hex(), "n": number})
                except NoRoom:
                    refused += 1
                    if before is not None:
                        assert content(database) == before
            assert refused > 0
            kept = content(database)
            assert kept == reopened(folder)
            with pytest.raises(NoRoom):
                database.compact()
            assert reopened(folder) == kept
            database.table("small").insert({"n": 1}) if shutil.disk_usage(place).free > 100_000 else None
        run("mount", "-o", "remount,size=40m", place) if kind == "tmpfs" else None
        if kind == "tmpfs":
            with open_database(folder) as database:
                database.insert({"n": "room again"})
                database.compact()
            assert len(reopened(folder)["_default"]) == len(kept["_default"]) + 1
    finally:
        subprocess.run(["umount", str(place)], check=False)


EDIT = """
import sys
from pathlib import Path
from store.engine import open_database
folder = Path(sys.argv[1])
with open_database(folder, indexes={"t": ["n"]}) as database:
    database.table("t").search
    list(database.ids("t", "n", 7))
    Path("/proc/self/comm").read_bytes()
    with database.transaction("customer.edit", by="mei"):
        database.table("t").update({"text": "new"}, doc_ids=[7])
    Path("/proc/self/comm").read_bytes()
"""


def test_strace_of_one_edit(tmp_path: Path) -> None:
    needs("strace")
    folder = tmp_path / "shop"
    with open_database(folder, indexes={"t": ["n"]}) as database:
        database.table("t").insert_multiple({"n": number} for number in range(5000))
        database.compact()
        list(database.ids("t", "n", 3))
    (tmp_path / "backups").mkdir()
    log = tmp_path / "log"
    command = ["strace", "-f", "-y", "-o", str(log), sys.executable, "-c", EDIT, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"strace does not work here: {done.stderr[-300:]}")
    text = log.read_text(errors="replace")
    edit = re.split(r"openat\(.*/proc/self/comm.*\n", text)[1]
    calls = [line.split(" ", 1)[-1].strip() for line in edit.splitlines()]
    names = "write pwrite64 pwritev writev fsync fdatasync rename renameat renameat2 unlink ftruncate sync_file_range"
    changing = [call for call in calls if call.split("(")[0] in names.split()]
    print("\n".join(call[:110] for call in changing))
    assert [call.split("(")[0] for call in changing] == ["pwrite64", "fsync"]
    assert all("journal-2.jsonl" in call for call in changing)
    assert not [
        call for call in calls if call.startswith("openat") and re.search(r"O_(WRONLY|RDWR|CREAT)", call)
    ]


def test_a_failing_fsync_injected_by_strace(tmp_path: Path) -> None:
    needs("strace")
    folder = tmp_path / "shop"
    with open_database(folder) as database:
        database.insert({"n": 0})
    script = (
        "import sys\nfrom store.engine import open_database\nfrom store.errors import CrmError\n"
        "with open_database(sys.argv[1]) as database:\n"
        "    for number in range(1, 4):\n"
        "        try:\n            database.insert({'n': number})\n            print('ok', number, flush=True)\n"
        "        except CrmError as error:\n            print(error.kind, database.trouble is None, flush=True)\n"
    )
    for inject, want in (
        ("fsync:error=EIO:when=3", ["ok 1", "outcome_unknown True", "ok 3"]),
        ("fsync:error=EIO:when=3+", ["ok 1"] + ["outcome_unknown False"] * 2),
    ):
        shop = tmp_path / f"shop-{len(want)}-{want[-1][:2]}"
        shutil.copytree(folder, shop)
        command = ["strace", "-f", "-o", "/dev/null", "-e", "trace=fsync", "-e", f"inject={inject}"]
        done = subprocess.run(
            [*command, sys.executable, "-c", script, str(shop)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if "inject" in done.stderr:
            pytest.skip(f"strace cannot inject here: {done.stderr[-300:]}")
        assert done.stdout.split("\n")[:-1] == want, (done.stdout, done.stderr)
        found = [document["n"] for document in reopened(shop)["_default"].values()]  # type: ignore[index]
        assert found == [0, *(int(line[3:]) for line in want if line.startswith("ok"))]
