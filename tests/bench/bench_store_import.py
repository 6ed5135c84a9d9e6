"""An import as colleagues meet it: how long the lock is held, beside writing and syncing the same bytes.

`python -m pytest tests/bench/bench_store_import.py -m bench -n 0 -s`. Times never fail a run.
`BENCH_ROWS` sets the size.
"""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from store.engine.lock import WriteLock
from store.exchange.importing import import_file
from store.shop import open_shop

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]


def test_the_lock_during_an_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "members.csv"
    with file.open("w", encoding="utf-8") as sheet:
        sheet.write("会员号,姓名,手机,生日,标签,备注\n")
        sheet.writelines(f"{n},王小{n},138{n:08d},1988-03-05,熟客,要少冰\n" for n in range(ROWS))
    held: list[float] = []
    since: dict[int, float] = {}
    acquire, release = WriteLock.acquire, WriteLock.release

    def acquired(self: WriteLock, *arguments: object) -> None:
        acquire(self, *arguments)  # type: ignore[arg-type]
        since[id(self)] = time.perf_counter()

    def released(self: WriteLock) -> None:
        if id(self) in since and threading.current_thread() is threading.main_thread():
            held.append(time.perf_counter() - since.pop(id(self)))
        release(self)

    monkeypatch.setattr(WriteLock, "acquire", acquired)
    monkeypatch.setattr(WriteLock, "release", released)
    with open_shop(tmp_path / "shop", "mei", create=True) as shop:
        shop.do("customer.create", name="周五")
        journal = shop.folder / f"journal-{shop.database.generation}.jsonl"
        held.clear()
        begin = time.perf_counter()
        report = import_file(shop, file)
        took = time.perf_counter() - begin
        # The process that compacts may have replaced it by now.
        text = (journal if journal.exists() else shop.folder / "journals" / journal.name).read_bytes()
    assert (report.new, report.refused) == (ROWS, [])
    descriptor = os.open(tmp_path / "bare", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    begin = time.perf_counter()
    for start in range(0, len(text), 1 << 20):
        os.write(descriptor, text[start : start + (1 << 20)])
    os.fsync(descriptor)
    bare = time.perf_counter() - begin
    os.close(descriptor)
    print(
        f"\nimport of {ROWS:,} rows: {took:.1f} s, of which others wait {max(held):.2f} s; "
        f"writing and syncing its {len(text) / 1e6:.0f} MB alone {bare:.2f} s = {max(held) / bare:.1f}x"
    )
