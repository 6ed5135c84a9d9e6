"""A long import beside the work of others: they need not wait, and what they do meanwhile counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.exchange.importing import import_file
from store.exchange.report import ImportReport
from store.shop import Shop, open_shop

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
ROWS = 1200


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Shop, Shop]]:
    """The shop of who imports, and of a colleague."""
    with (
        open_shop(tmp_path / "shop", "mei", lambda: NOW, create=True) as shop,
        open_shop(tmp_path / "shop", "an", lambda: NOW) as colleague,
    ):
        yield shop, colleague


def take(shop: Shop, folder: Path, meanwhile: Callable[[int], object]) -> ImportReport:
    """Import some rows; `meanwhile` is told how often they have been gone through, while they are."""
    rows = ["姓名,手机", *(f"客{number},{13000000000 + number}" for number in range(ROWS))]
    file = folder / "rows.csv"
    file.write_text("\n".join(rows), encoding="utf-8")
    times = 0

    def progress(done: int, _total: int) -> None:
        nonlocal times
        if done == 1500:
            times += 1
            meanwhile(times)

    return import_file(shop, file, progress=progress)


def test_colleagues_go_on_with_other_things(pair: tuple[Shop, Shop], tmp_path: Path) -> None:
    shop, colleague = pair
    known = colleague.do("customer.create", name="周五").one("customers")
    seen: list[int] = []

    def meanwhile(times: int) -> None:
        seen.append(times)
        colleague.do("interaction.log", customer=known, text="called")

    report = take(shop, tmp_path, meanwhile)
    assert seen == [1]
    assert (report.new, report.updated, report.duplicates) == (ROWS, 0, 0)
    assert [entry.kind for entry in shop.history()][:2] == ["import.customers", "interaction.log"]
    shop.undo(report.action)
    assert len(shop.database.table("customers")) == 1


def test_a_customer_entered_meanwhile_is_known_to_the_import(pair: tuple[Shop, Shop], tmp_path: Path) -> None:
    shop, colleague = pair
    seen: list[int] = []

    def meanwhile(times: int) -> None:
        seen.append(times)
        if times == 1:
            colleague.do("customer.create", name="客7", phone="13000000007")

    report = take(shop, tmp_path, meanwhile)
    assert seen == [1, 2]
    assert (report.new, report.unchanged, report.duplicates) == (ROWS - 1, 1, 0)
    assert len(shop.database.table("customers")) == ROWS


def test_who_is_overtaken_again_and_again_takes_the_lock(pair: tuple[Shop, Shop], tmp_path: Path) -> None:
    shop, colleague = pair
    seen: list[int] = []

    def meanwhile(times: int) -> None:
        seen.append(times)
        if times < 3:
            colleague.do("customer.create", name=f"周{times}")
        else:
            assert not colleague.database._engine.lock.try_acquire()

    report = take(shop, tmp_path, meanwhile)
    assert seen == [1, 2, 3]
    assert (report.new, report.refused) == (ROWS, [])
    assert len(shop.database.table("customers")) == ROWS + 2
