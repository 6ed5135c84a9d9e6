"""Durable changes beside SQLite (WAL, synchronous=FULL) and a bare append+fsync of the same bytes; opening a shop.

`python -m pytest tests/bench/bench_store.py -m bench -n 0 -s`. Rounds are interleaved, because a disk's weather changes
from one second to the next: believe the ratios, not the microseconds. Times never fail a run.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from store.engine import Database, open_database

ROUNDS = 25
CALLS = 20


def customer(number: int) -> dict[str, Any]:
    """A customer of about the size that shops have (600 bytes)."""
    return {
        "kind": "person",
        "name": f"王小明{number}",
        "call_as": "王姐",
        "contacts": [
            {
                "key": "k1",
                "type": "mobile",
                "value": f"138 {number:08d}",
                "normalized": f"+86138{number:08d}",
            },
            {"key": "k2", "type": "wechat", "value": f"wang_{number}", "normalized": f"wang_{number}"},
        ],
        "tags": ["熟客", "微辣"],
        "usual_order": "大杯茉莉奶绿,少冰,三分糖,加珍珠",
        "red_note": "对花生过敏",
        "company": "杭州某某商行有限公司",
        "facts": [
            {"key": "f1", "name": "积分", "value": str(number % 500), "source": "import of members.xlsx"}
        ],
        "status": "active",
        "created_at": "2026-11-22T05:40:29Z",
        "created_by": "mei",
        "updated_at": "2026-11-22T05:40:29Z",
        "updated_by": "mei",
        "rev": 3,
    }


class Rivals:
    """The same customers in a shop of ours and in SQLite, and an empty file to append to."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self.number = count
        self.shop: Database = open_database(folder / "shop", compact_at=1 << 40)
        self.shop.table("customers").insert_multiple(customer(number) for number in range(count))
        self.shop.compact()
        self.shop.table("customers").insert(customer(0))
        self.sqlite = sqlite3.connect(folder / "rival.sqlite", isolation_level=None)
        self.sqlite.execute("PRAGMA journal_mode=WAL")
        self.sqlite.execute("PRAGMA synchronous=FULL")
        self.sqlite.execute("CREATE TABLE customers(id INTEGER PRIMARY KEY, document TEXT)")
        self.sqlite.execute("CREATE TABLE purchases(id INTEGER PRIMARY KEY, document TEXT)")
        self.sqlite.execute("BEGIN")
        rows = ((self.text(customer(number)),) for number in range(count))
        self.sqlite.executemany("INSERT INTO customers(document) VALUES (?)", rows)
        self.sqlite.execute("COMMIT")
        self.sqlite.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self.bare = os.open(folder / "bare", os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        self.line = b""

    @staticmethod
    def text(document: dict[str, Any]) -> str:
        return json.dumps(document, ensure_ascii=False, separators=(",", ":"))

    def another(self) -> int:
        """A customer's number that is spread over all of them."""
        self.number += 7919
        return self.number % self.count + 1

    def close(self) -> None:
        self.shop.close()
        self.sqlite.close()
        os.close(self.bare)

    def append(self) -> None:
        os.write(self.bare, self.line)
        os.fsync(self.bare)

    def insert_ours(self) -> None:
        self.shop.table("customers").insert(customer(self.another()))

    def insert_sqlite(self) -> None:
        text = self.text(customer(self.another()))
        self.sqlite.execute("INSERT INTO customers(document) VALUES (?)", (text,))

    def update_ours(self) -> None:
        number = self.another()
        self.shop.table("customers").update({"red_note": f"call {self.number}"}, doc_ids=[number])

    def update_sqlite(self) -> None:
        number = self.another()
        self.sqlite.execute("BEGIN IMMEDIATE")
        self._change_sqlite(number, "red_note", f"call {self.number}")
        self.sqlite.execute("COMMIT")

    def _change_sqlite(self, number: int, name: str, value: object) -> None:
        (text,) = self.sqlite.execute("SELECT document FROM customers WHERE id=?", (number,)).fetchone()
        document = json.loads(text)
        document[name] = value
        self.sqlite.execute("UPDATE customers SET document=? WHERE id=?", (self.text(document), number))

    def action_ours(self) -> None:
        number = self.another()
        with self.shop.transaction("record_purchase", by="mei", origin="card") as transaction:
            purchase = transaction.next_id("purchases")
            transaction.put(
                "purchases", purchase, {"customer": number, "total": 1800, "at": "2026-11-22T05:40:29Z"}
            )
            document = self.shop.table("customers").get(doc_id=number)
            document["rev"] += 1
            transaction.put("customers", number, document)

    def action_sqlite(self) -> None:
        number = self.another()
        self.sqlite.execute("BEGIN IMMEDIATE")
        text = self.text({"customer": number, "total": 1800, "at": "2026-11-22T05:40:29Z"})
        self.sqlite.execute("INSERT INTO purchases(document) VALUES (?)", (text,))
        self._change_sqlite(number, "rev", self.number)
        self.sqlite.execute("COMMIT")


@contextmanager
def rivals(count: int) -> Iterator[Rivals]:
    folder = Path(tempfile.mkdtemp(prefix="bench-store-"))
    found = Rivals(folder, count)
    try:
        yield found
    finally:
        found.close()
        shutil.rmtree(folder)


def timed(call: Callable[[], None]) -> float:
    """Microseconds of one call, the median of a few."""
    times = []
    for _call in range(CALLS):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return statistics.median(times) * 1e6


def compare(found: Rivals, name: str, ours: Callable[[], None], sqlite: Callable[[], None]) -> float:
    """One line of the report; returns our median in microseconds."""
    path = found.shop.folder / f"journal-{found.shop.generation}.jsonl"
    ours()
    found.line = path.read_bytes().splitlines(keepends=True)[-1]
    rounds = [(timed(ours), timed(sqlite), timed(found.append)) for _round in range(ROUNDS)]
    mine, theirs, bare = (float(statistics.median(column)) for column in zip(*rounds, strict=True))
    to_sqlite = statistics.median(one / other for one, other, _bare in rounds)
    to_bare = statistics.median(one / least for one, _other, least in rounds)
    print(
        f"{name:<26}{found.count:>8}  ours {mine:6.0f} us   SQLite {theirs:6.0f} us   append+fsync {bare:6.0f} us"
        f"   = {to_sqlite:.2f}x SQLite, {to_bare:.2f}x bare ({len(found.line)} bytes)"
    )
    return mine


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_durable_changes() -> None:
    print()
    medians: dict[str, list[float]] = {}
    for count in (1_000, 100_000):
        with rivals(count) as found:
            for name, ours, sqlite in (
                ("insert", found.insert_ours, found.insert_sqlite),
                ("update by id", found.update_ours, found.update_sqlite),
                ("action over two tables", found.action_ours, found.action_sqlite),
            ):
                medians.setdefault(name, []).append(compare(found, name, ours, sqlite))
    for name, (small, large) in medians.items():
        print(f"{name:<26}100k / 1k: {large / small:.2f}x")


@pytest.mark.bench
@pytest.mark.timeout(900)
def test_opening_and_reading() -> None:
    print()
    with rivals(100_000) as found:
        with found.shop.transaction("history") as transaction:
            for number in range(300_000):
                row = {
                    "customer": number % 100_000 + 1,
                    "at": "2026-11-22T05:40:29Z",
                    "type": "call",
                    "text": "问新茶到货",
                }
                transaction.put("interactions", transaction.next_id("interactions"), row)
        found.shop.compact()

        def opened() -> None:
            open_database(found.shop.folder, read_only=True).close()

        def sqlite_opened() -> None:
            with sqlite3.connect(found.shop.folder.parent / "rival.sqlite") as other:
                other.execute("SELECT count(*) FROM customers").fetchone()
            other.close()

        def once(call: Callable[[], object]) -> float:
            return statistics.median(_seconds(call) for _round in range(5)) * 1000

        print(
            f"open 100,000 customers + 300,000 rows: {once(opened):.0f} ms "
            f"(SQLite open and count {once(sqlite_opened):.1f} ms)"
        )
        table = found.shop.table("customers")
        print(f"get by id: {timed(lambda: void(table.get(doc_id=found.another()))):.1f} us")
        print(f"raw by id: {timed(lambda: void(found.shop.raw('customers', found.another()))):.1f} us")
        print(f"follow, nothing new: {timed(lambda: void(found.shop.follow())):.1f} us")
        print(
            f"scan of 100,000 as bytes: {once(lambda: sum(1 for _row in found.shop.all_raw('customers'))):.0f} ms"
        )
        print(f"compaction: {once(found.shop.compact):.0f} ms")


def _seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def void(_result: object) -> None:
    """Throw a result away."""
