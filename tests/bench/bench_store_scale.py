"""A shop of 100,000 customers and 1,000,000 rows of history: import, opening, look-ups, memory, compaction, 8 writers.

`python -m pytest tests/bench/bench_store_scale.py -m bench -n 0 -s`. Against SQLite (WAL, synchronous=FULL) in the same
run. Times never fail a run. `BENCH_CUSTOMERS` makes it smaller.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tinydb import Query

from store.engine import Database, open_database
from store.readers import Records
from store.records.base import decode
from store.records.interaction import Interaction
from tests.bench.bench_store import customer

ROOT = Path(__file__).resolve().parents[2]
COUNT = int(os.environ.get("BENCH_CUSTOMERS", "100000"))
INDEXES = {"customers": ["name"], "interactions": ["customer"], "purchases": ["customer"]}
pytestmark = [pytest.mark.bench, pytest.mark.timeout(1800)]


def text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def row(number: int) -> dict[str, Any]:
    return {
        "customer": number % COUNT + 1,
        "at": "2026-11-22T05:40:29Z",
        "type": "call",
        "text": f"问新茶到货 {number}",
    }


def seconds(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def each(*calls: Callable[[int], object], times: int = 1000, rounds: int = 8) -> list[float]:
    """Microseconds of one call of each, the median; each call another customer, the ones in turn with the others."""
    clock = time.perf_counter
    took: list[list[float]] = [[] for _call in calls]
    for part in range(rounds):
        for call, times_of_it in zip(calls, took, strict=True):
            for number in range(part, times, rounds):
                customer_id = number * 7919 % COUNT + 1
                begin = clock()
                call(customer_id)
                times_of_it.append(clock() - begin)
    return [statistics.median(one) * 1e6 for one in took]


@pytest.fixture(scope="module")
def base() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="bench-scale-"))
    yield folder
    shutil.rmtree(folder)


def sqlite(base: Path) -> sqlite3.Connection:
    found = sqlite3.connect(base / "rival.sqlite", isolation_level=None, timeout=120)
    found.execute("PRAGMA journal_mode=WAL")
    found.execute("PRAGMA synchronous=FULL")
    return found


def test_a_import(base: Path) -> None:
    print()
    customers = [customer(number) for number in range(COUNT)]
    with open_database(base / "shop", indexes=INDEXES, compact_at=1 << 40) as shop, sqlite(base) as other:
        ours = seconds(lambda: shop.table("customers").insert_multiple(customers))

        def insert() -> None:
            other.execute("CREATE TABLE customers(id INTEGER PRIMARY KEY, document TEXT)")
            other.execute("BEGIN")
            rows = ((text(one),) for one in customers)
            other.executemany("INSERT INTO customers(document) VALUES (?)", rows)
            other.execute("COMMIT")

        theirs = seconds(insert)
        print(f"import of {COUNT:,}: ours {ours:.2f} s, SQLite {theirs:.2f} s = {ours / theirs:.2f}x")
        for name in ("interactions", "purchases"):
            with shop.transaction("import") as transaction:
                for number in range(COUNT * 5):
                    transaction.put(name, transaction.next_id(name), row(number))
            other.execute(f"CREATE TABLE {name}(id INTEGER PRIMARY KEY, customer INTEGER, document TEXT)")
            other.execute("BEGIN")
            rows = ((number % COUNT + 1, text(row(number))) for number in range(COUNT * 5))
            other.executemany(f"INSERT INTO {name}(customer, document) VALUES (?, ?)", rows)
            other.execute("COMMIT")
            other.execute(f"CREATE INDEX {name}_customer ON {name}(customer)")
    print(f"memory of the process that put {COUNT * 10:,} rows in two actions: {peak():.0f} MB at the most")


def peak() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def test_b_compaction_beside_the_work(base: Path) -> None:
    print()
    with (
        open_database(base / "shop", indexes=INDEXES, compact_at=1 << 40) as shop,
        open_database(base / "shop", indexes=INDEXES) as reader,
    ):
        table = shop.table("customers")
        table.update({"rev": 9}, doc_ids=[1])
        command = [sys.executable, "-m", "store.engine.compactor", str(base / "shop"), json.dumps(INDEXES)]
        for moment in ("first", "second"):
            generation = shop.generation
            helper = subprocess.Popen(command, cwd=ROOT)
            changes: list[float] = []
            looks: list[float] = []
            begin = time.perf_counter()
            while helper.poll() is None:
                number = len(changes) * 7919 % COUNT + 1
                changes.append(seconds(partial(table.update, {"rev": 10}, doc_ids=[number])))
                looks.append(seconds(reader.follow))
                time.sleep(0.001)
            assert shop.generation == generation + 1
            assert reader.generation == generation + 1
            print(
                f"{moment} compaction beside the work, {COUNT:,} + {COUNT * 10:,}: "
                f"{time.perf_counter() - begin:.1f} s; "
                f"{len(changes)} changes meanwhile, worst {max(changes) * 1000:.0f} ms, "
                f"worst look {max(looks) * 1000:.0f} ms (median {statistics.median(changes) * 1e6:.0f} us)"
            )


def test_c_opening_and_reading(base: Path) -> None:
    print()
    times = []
    for _round in range(7):
        begin = time.perf_counter()
        with open_database(base / "shop", indexes=INDEXES) as shop:
            times.append(time.perf_counter() - begin)
            first = seconds(lambda shop=shop: list(shop.ids("interactions", "customer", 77)))  # type: ignore[misc]
    print(
        f"open {COUNT:,} + {COUNT * 10:,}: {statistics.median(times) * 1000:.0f} ms (most {max(times) * 1000:.0f}); "
        f"the first look-up after it {first * 1000:.1f} ms"
    )
    with open_database(base / "shop", indexes=INDEXES) as shop, sqlite(base) as other:
        table, found = shop.table("customers"), Query()
        history, select = shop.table("interactions"), "SELECT document FROM"
        get, get_sqlite, raw = each(
            lambda n: table.get(doc_id=n),
            lambda n: json.loads(other.execute(f"{select} customers WHERE id=?", (n,)).fetchone()[0]),
            lambda n: shop.raw("customers", n),
        )
        print(
            f"customer by id: {get:.1f} us, SQLite {get_sqlite:.1f} us = {get / get_sqlite:.2f}x; raw {raw:.1f} us"
        )
        records = Records(shop)
        ours, read, theirs, read_theirs = each(
            lambda n: history.search(found.customer == n),
            lambda n: records.of(Interaction, n),
            lambda n: [
                json.loads(one)
                for (one,) in other.execute(f"{select} interactions WHERE customer=?", (n,)).fetchall()
            ],
            lambda n: [
                decode(Interaction, number, one.encode())
                for number, one in other.execute(
                    "SELECT id, document FROM interactions WHERE customer=?", (n,)
                ).fetchall()
            ],
        )
        print(
            f"history of a customer: Query {ours:.0f} us, SQLite {theirs:.0f} us = {ours / theirs:.2f}x; "
            f"as records {read:.0f} us, SQLite {read_theirs:.0f} us = {read / read_theirs:.2f}x"
        )
        both, either, name, some = each(
            lambda n: history.search((found.customer == n) & (found.type == "call")),
            lambda n: history.search((found.customer == n) | (found.customer == n // 2)),
            lambda n: table.search(found.name == f"王小明{n}"),
            lambda n: table.search(found.name.one_of([f"王小明{n}", f"王小明{n // 2}"])),
        )
        print(
            f"history & type: {both:.0f} us; history | history: {either:.0f} us; a customer by name: {name:.0f} us; "
            f"one of two names: {some:.0f} us"
        )
        for what, condition, test in (
            ("a text", found.company == "nobody", "json_extract(document,'$.company')='nobody'"),
            ("a number", found.rev > 1000, "json_extract(document,'$.rev')>1000"),
        ):
            mine: list[float] = []
            others: list[float] = []
            for _round in range(3):
                mine.append(seconds(partial(table.search, condition)))
                select = f"SELECT document FROM customers WHERE {test}"
                others.append(seconds(lambda select=select: other.execute(select).fetchall()))  # type: ignore[misc]
            scan, scan_sqlite = statistics.median(mine), statistics.median(others)
            print(
                f"{what} in a field without an index: {scan * 1000:.0f} ms, SQLite {scan_sqlite * 1000:.0f} ms "
                f"= {scan / scan_sqlite:.2f}x"
            )


CLERK = """
import re, sys
from pathlib import Path
def private():
    text = Path('/proc/self/smaps_rollup').read_text()
    return sum(int(n) for n in re.findall(r'^Private_(?:Clean|Dirty):\\s+(\\d+)', text, re.M)) / 1024
{body}
print(private(), flush=True)
sys.stdin.read()
"""

BARE = """
import asyncio
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static('x')
async def run():
    async with Bare().run_test(size=(80, 24)) as pilot:
        await pilot.pause()
asyncio.run(run())
"""

OPENED = """
from store.engine import open_database
shop = open_database(sys.argv[1], indexes={{'interactions': ['customer'], 'purchases': ['customer']}})
for table in ('interactions', 'purchases'):
    for number in range(1, 500):
        for one in shop.ids(table, 'customer', number): shop.raw(table, one)
"""


def test_d_memory(base: Path) -> None:
    if not Path("/proc/self/smaps_rollup").exists():
        pytest.skip("only Linux tells the private memory")
    print()

    def clerks(body: str, count: int) -> list[float]:
        command = [sys.executable, "-c", CLERK.replace("{body}", body), str(base / "shop")]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _clerk in range(count)
        ]
        found = [float(process.stdout.readline()) for process in processes if process.stdout is not None]
        for process in processes:
            process.communicate("")
        return found

    (bare,) = clerks(BARE, 1)
    (python,) = clerks("", 1)
    eight = clerks(OPENED.replace("{{", "{").replace("}}", "}"), 8)
    engine = statistics.median(eight) - python
    print(
        f"private memory: a bare Textual app {bare:.0f} MB; python {python:.0f}; eight clerks with the engine on "
        f"{COUNT:,} + {COUNT * 10:,}: {min(eight):.0f}-{max(eight):.0f} MB each, {sum(eight):.0f} together; "
        f"the engine adds {engine:.0f} MB = {engine / bare:.2f} of the bare app"
    )


OURS = """
import sys, time
from store.engine import open_database
with open_database(sys.argv[1], lock_timeout=120) as shop:
    table = shop.table('customers'); table.get(doc_id=1); worst = 0.0
    print('ready', flush=True); sys.stdin.readline(); started = time.monotonic()
    for number in range(int(sys.argv[2])):
        begin = time.perf_counter()
        with shop.transaction('count') as transaction:
            document = table.get(doc_id=1); document['rev'] += 1
            transaction.put('customers', 1, document)
        worst = max(worst, time.perf_counter() - begin)
print(worst, started, time.monotonic())
"""

THEIRS = """
import json, sqlite3, sys, time
other = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=120)
other.execute('PRAGMA synchronous=FULL'); worst = 0.0
other.execute('SELECT document FROM customers WHERE id=1').fetchone()
print('ready', flush=True); sys.stdin.readline(); started = time.monotonic()
for number in range(int(sys.argv[2])):
    begin = time.perf_counter()
    other.execute('BEGIN IMMEDIATE')
    document = json.loads(other.execute('SELECT document FROM customers WHERE id=1').fetchone()[0])
    document['rev'] += 1
    other.execute('UPDATE customers SET document=? WHERE id=1', (json.dumps(document, ensure_ascii=False),))
    other.execute('COMMIT')
    worst = max(worst, time.perf_counter() - begin)
print(worst, started, time.monotonic())
"""


def test_e_eight_writers(base: Path) -> None:
    print()
    times = 300
    rates: dict[str, list[float]] = {"ours": [], "SQLite": []}
    waits: dict[str, list[float]] = {"ours": [], "SQLite": []}
    for name, script, path in (("ours", OURS, base / "shop"), ("SQLite", THEIRS, base / "rival.sqlite")) * 3:
        command = [sys.executable, "-c", script, str(path), str(times)]
        processes = [
            subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _writer in range(8)
        ]
        # All begin at once: a program that starts while others write already would have less to wait for.
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        told = [
            [float(word) for word in process.communicate(timeout=600)[0].split()] for process in processes
        ]
        worst = max(one[0] for one in told)
        took = max(one[2] for one in told) - min(one[1] for one in told)
        print(
            f"8 writers of one document x {times}, {name:<7} {8 * times / took:6.0f} a second, "
            f"worst wait {worst * 1000:.0f} ms"
        )
        rates[name].append(8 * times / took)
        waits[name].append(worst)
    rate, wait = ({name: statistics.median(of[name]) for name in of} for of in (rates, waits))
    print(
        f"8 writers against SQLite: {rate['ours'] / rate['SQLite']:.2f}x its throughput, "
        f"{wait['ours'] / wait['SQLite']:.2f}x its worst wait"
    )
    with open_database(base / "shop", read_only=True) as shop:
        assert rev(shop) >= 3 * 8 * times


def rev(shop: Database) -> int:
    return int(shop.table("customers").get(doc_id=1)["rev"])
