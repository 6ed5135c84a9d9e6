"""The cache file of the index: the same answers after loading, and never trusted when anything is wrong."""

from __future__ import annotations

import os
import random
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from store.lookup import LookupIndex, cachefile, mapping

STAMP = {"store": "abc", "seq": 17}
SHOP: dict[int, dict[str, Any]] = {
    1: {
        "name": "张伟",
        "contacts": [{"type": "mobile", "value": "13800138000", "normalized": "+8613800138000"}],
    },
    2: {"name": "José", "status": "archived", "tags": ["辣"]},
    7: {"name": "单晓", "company": "重庆银行"},
}


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "cache" / "lookup"
    index = LookupIndex.build(SHOP.items(), {1: 5, 7: 9})
    index.save(path, STAMP)
    return path


def test_a_loaded_index_answers_like_the_one_that_was_saved(saved: Path) -> None:
    loaded = LookupIndex.load(saved, STAMP)
    assert loaded is not None
    assert loaded.stamp == STAMP
    index = LookupIndex.build(SHOP.items(), {1: 5, 7: 9})
    assert loaded.everybody() == index.everybody()
    for query in ("8000", "z", "shan", "辣", "chongqing", "C000002"):
        assert loaded.search(query) == index.search(query), query
    loaded.update([(8, {"name": "新"}, 99), (1, None, 0)])
    assert [match.id for match in loaded.everybody()] == [8, 7, 2]
    loaded.save(saved, STAMP | {"seq": 18})
    again = LookupIndex.load(saved, STAMP | {"seq": 18})
    assert again is not None
    assert [match.id for match in again.everybody()] == [8, 7, 2]


def test_it_is_stale_when_the_stamp_differs(saved: Path) -> None:
    assert LookupIndex.load(saved, {"store": "abc", "seq": 18}) is None
    assert LookupIndex.load(saved, {"store": "abd", "seq": 17}) is None
    assert LookupIndex.load(saved, STAMP | {"generation": 2}) is None
    caught = LookupIndex.load(saved, {"store": "abc"})
    assert caught is not None
    assert caught.stamp["seq"] == 17


def test_it_is_stale_when_the_rules_changed(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cachefile, "RULES", cachefile.RULES + 1)
    assert LookupIndex.load(saved, STAMP) is None


def test_missing(tmp_path: Path) -> None:
    assert LookupIndex.load(tmp_path / "nothing", STAMP) is None
    assert LookupIndex.load(tmp_path, STAMP) is None


def test_no_damage_is_trusted(saved: Path) -> None:
    whole = saved.read_bytes()
    chance = random.Random(5)
    for length in {0, 3, 20, len(whole) // 2, len(whole) - 1}:
        saved.write_bytes(whole[:length])
        assert LookupIndex.load(saved, STAMP) is None, length
    for _ in range(200):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        saved.write_bytes(damaged)
        assert LookupIndex.load(saved, STAMP) is None
    saved.write_bytes(whole + b"\0")
    assert LookupIndex.load(saved, STAMP) is None
    saved.write_bytes(whole)
    assert LookupIndex.load(saved, STAMP) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_only_its_owner_may_read_it(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert [file.name for file in saved.parent.iterdir()] == ["lookup"]


def test_an_index_that_was_loaded_outlives_its_file(saved: Path) -> None:
    loaded = LookupIndex.load(saved, STAMP)
    assert loaded is not None
    other = LookupIndex.build([(5, {"name": "别人"})])
    other.save(saved, STAMP)
    saved.unlink()
    assert [match.name for match in loaded.everybody()] == ["单晓", "张伟", "José"]


def test_an_empty_shop(tmp_path: Path) -> None:
    LookupIndex.build([]).save(tmp_path / "lookup", {})
    loaded = LookupIndex.load(tmp_path / "lookup", {})
    assert loaded is not None
    assert (loaded.count, loaded.everybody(), tuple(loaded.search("a").matches)) == (0, [], ())
    loaded.update([(1, {"name": "a"}, 0)])
    assert [match.id for match in loaded.search("a").matches] == [1]


def test_what_was_looked_through_is_given_back_and_found_again(saved: Path) -> None:
    loaded = LookupIndex.load(saved, STAMP)
    assert loaded is not None
    asked = ("8000", "z", "shan", "辣", "chongqing", "C000002")
    before = [loaded.search(query) for query in asked]
    for _time in range(3):
        loaded.rest()
    assert [loaded.search(query) for query in asked] == before


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="this system does not tell what is mapped")
def test_an_idle_index_holds_no_page_of_its_file(tmp_path: Path) -> None:
    path = tmp_path / "lookup"
    LookupIndex.build([(number, {"name": f"王{number}"}) for number in range(1, 8000)]).save(path, STAMP)
    loaded = LookupIndex.load(path, STAMP)
    assert loaded is not None
    assert len(loaded.search("wang").matches) == 200
    assert resident(path) > 0
    loaded.rest()
    assert resident(path) > 0  # who is typing comes back at once
    loaded.rest()
    assert resident(path) == 0
    assert len(loaded.search("wang").matches) == 200


def resident(path: Path) -> int:
    """KiB of a mapped file that are in the memory of this process."""
    lines = iter(Path("/proc/self/smaps").read_text().splitlines())
    found = 0
    for line in lines:
        if line.endswith(str(path)):
            found += next(int(size.split()[1]) for size in lines if size.startswith("Rss:"))
    return found


CUT_OFF = """
import os, sys
from datetime import UTC, date, datetime
from pathlib import Path
from store.lookup import LookupIndex, mapping
from store.lookup.filtering import Asker

mapping._WORTH_MAPPING = 1
path, left, first = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
index = LookupIndex.load(path, {})
index.asker = lambda: Asker(date(2026, 11, 22), UTC, "mei", 100, lambda *_day: date(2026, 11, 22))
index.update([(5001, {"name": "王新", "tags": ["辣"]}, 7)])
begun = index.search_first("王")
kept = index.search("wang")
filtered = index.search("tag:辣")
assert index.is_in_file and index.count == 3001 and kept.matches[0].id and filtered.matches[0].id
os.truncate(path, left)
ways = {
    "search": lambda: index.search("王").matches,
    "search_first": lambda: index.search_first("wang").found.matches,
    "later": lambda: begun.later() and [],
    "rows of before": lambda: [kept.matches[9], filtered.matches[9]] and [],
    "filter": lambda: index.search("tag:辣").matches,
    "everybody": lambda: index.everybody(),
    "get": lambda: [index.get(5001)] if index.get(3) is None else [],
    "complete": lambda: index.complete("tag:", 4) and [],
    "so_far": lambda: index.so_far("tag:", 4) and [],
    "count": lambda: [index.everybody()[0]] * index.count,
    "update": lambda: index.update([(5001, {"name": "王新"}, 8)]),
    "touch": lambda: index.touch(3, 99) or index.touch(5001, 99),
    "merge": lambda: index.merge(),
    "rest": lambda: [index.rest() for _time in range(3)] and [],
    "is_lost": lambda: [] if index.is_lost else None,
}
for name in (first, *ways):
    found = ways[name]()
    assert name != "search" or [match.id for match in found] == [5001], found
    assert kept.matches[20].id == 0
assert index.is_lost and index.count == 1
try:
    index.save(path, {})
except OSError:
    print("sound")
"""


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the file is not mapped")
def test_a_file_that_is_written_over_while_it_is_used_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapping, "_WORTH_MAPPING", 1)
    path = tmp_path / "lookup"
    LookupIndex.build((number, {"name": f"王{number}"}) for number in range(3000)).save(path, STAMP)
    chance, size = random.Random(4), path.stat().st_size
    text = path.read_bytes()
    for _round in range(60):
        path.write_bytes(text)
        index = LookupIndex.load(path, {})
        assert index is not None
        kept = index.search("王").matches
        assert kept[0].name.startswith("王")
        place = chance.randrange(size)
        with path.open("r+b") as file:
            file.seek(place)
            file.write(chance.choice((b"\0" * 4096, b"\xff" * 64, bytes([text[place] ^ 1])))[: size - place])
        assert not any(index.search(query).matches for query in ("王", "wang", "王12", "2999"))
        assert kept[9].id == 0
        assert index.is_lost


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the file is not mapped")
@pytest.mark.parametrize(
    ("first", "left"),
    [
        (way, 5_000)
        for way in ("later", "rows of before", "filter", "everybody", "complete", "update", "merge")
    ]
    + [("search", left) for left in (0, 70_000, -1)],
)
def test_a_file_that_is_cut_off_while_it_is_used_ends_nothing(tmp_path: Path, left: int, first: str) -> None:
    path = tmp_path / "lookup"
    people = ((number, {"name": f"王{number}", "tags": ["辣"]}) for number in range(3000))
    LookupIndex.build(people).save(path, STAMP)
    if left < 0:
        left = path.stat().st_size - 1
    told = [sys.executable, "-c", CUT_OFF, str(path), str(left), first]
    ran = subprocess.run(told, capture_output=True, text=True, check=False, timeout=60)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "sound\n", "")
