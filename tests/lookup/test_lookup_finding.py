"""The index of a shop: kept current by what is done, ordered by it, filtered by it, the same when made anew."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.finding import Finding
from store.lookup import LookupIndex
from store.shop import Shop, open_shop

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def shop(tmp_path: Path, clock: Clock) -> Iterator[Shop]:
    with open_shop(tmp_path / "shop", by="mei", now=clock, create=True) as shop:
        shop.do("settings.set", shop_name="茶", time_zone="Asia/Shanghai", currency="CNY")
        for name in ("王一", "王二", "王三", "王四"):
            shop.do("customer.create", name=name)
        yield shop


def order(index: LookupIndex, query: str = "王") -> list[int]:
    return [match.id for match in index.search(query).matches]


def anew(shop: Shop) -> LookupIndex:
    return Finding(shop.database, shop.by, shop.now)._build()


def same(shop: Shop) -> None:
    rebuilt = anew(shop)
    assert shop.lookup.everybody() == rebuilt.everybody()
    for query in ("王", "wang", "has:ticket", "last:today", "has:promise", "spend>10", "no:todo"):
        assert shop.lookup.search(query) == rebuilt.search(query), query


def test_who_was_dealt_with_comes_first_then_who_often_then_who_has_something_open(
    shop: Shop, clock: Clock
) -> None:
    assert order(shop.lookup) == [1, 2, 3, 4]
    shop.do("interaction.log", customer=3, text="来电")
    assert order(shop.lookup) == [3, 1, 2, 4]
    clock.now += timedelta(hours=1)
    for _ in range(5):
        shop.do("interaction.log", customer=2, text="来电")
    clock.now += timedelta(days=2)
    shop.do("interaction.log", customer=1, text="来电")
    assert order(shop.lookup) == [2, 1, 3, 4]
    assert [match.id for match in shop.lookup.everybody()] == [1, 2, 3, 4]
    assert shop.lookup.search("王二").matches[0].reasons == ("often",)
    ticket = shop.do("ticket.open", customer=4, subject="杯子碎了").one("tickets")
    assert order(shop.lookup) == [4, 2, 1, 3]
    assert shop.lookup.search("王四").matches[0].reasons == ("ticket",)
    same(shop)
    shop.undo()
    assert ticket
    assert shop.lookup.search("王四").matches[0].reasons == ()
    same(shop)


def test_filters_follow_what_is_done(shop: Shop, clock: Clock) -> None:
    assert order(shop.lookup, "has:ticket") == []
    shop.do("ticket.open", customer=4, subject="杯子碎了")
    shop.do("purchase.add", customer=2, total="12.50", order_no="SO-2026-1")
    shop.do("follow_up.add", customer=1, title="回电", due="2026-11-23", is_promise=True)
    assert order(shop.lookup, "has:ticket") == [4]
    assert order(shop.lookup, "spend>12") == [2]
    assert order(shop.lookup, "spend>12.5") == []
    assert order(shop.lookup, "has:promise") == order(shop.lookup, "has:todo") == [1]
    assert order(shop.lookup, "last:today") == [2, 4]
    clock.now += timedelta(days=31)
    assert order(shop.lookup, "last>30d") == [2, 4, 1, 3]
    assert order(shop.lookup, "last>31d") == [1, 3]
    same(shop)


def test_numbers_of_tickets_and_orders_find_their_customer(shop: Shop) -> None:
    shop.do("ticket.open", customer=4, subject="杯子碎了")
    shop.do("purchase.add", customer=2, total="12.50", order_no="SO-2026-1")

    def told(query: str) -> list[tuple[int, str, str]]:
        return [(match.id, match.field, match.text) for match in shop.lookup.references(query)]

    assert told("T000001") == told("t1") == told("Ｔ０００００１") == [(4, "ticket", "T000001")]
    assert told("SO-2026-1") == told(" so-2026-1 ") == [(2, "order_no", "SO-2026-1")]
    assert told("T000002") == told("SO-2026") == told("T") == told("王 1") == []


def test_records_written_otherwise_than_the_shop_would_do_no_harm(shop: Shop) -> None:
    odd: list[dict[str, Any]] = [
        {"customer": 1, "at": "yesterday"},
        {"customer": "x"},
        {},
        {"customer": 2, "total": "much"},
        {"customer": 1, "state": 5},
    ]
    for table in ("interactions", "purchases", "tickets", "follow_ups"):
        for document in odd:
            shop.database.table(table).insert(dict(document))
    shop.watch()
    assert sorted(order(shop.lookup)) == [1, 2, 3, 4]
    same(shop)


def test_birthdays_of_both_calendars(shop: Shop) -> None:
    shop.do("customer.edit", customer=3, dates=[{"kind": "birthday", "month": 11, "day": 25}])
    lunar = [
        {"kind": "birthday", "calendar": "lunar", "month": 10, "day": 15}
    ]  # the 23rd of November in 2026
    shop.do("customer.edit", customer=2, dates=lunar)
    assert order(shop.lookup, "bday:today") == []
    assert order(shop.lookup, "bday:1d") == [2]
    assert order(shop.lookup, "生日:7天") == [2, 3]


def test_who_asks_is_me(shop: Shop) -> None:
    shop.do("customer.edit", customer=3, owner="mei")
    assert order(shop.lookup, "owner:me") == [3]


def test_an_index_of_an_older_version_is_made_again(
    tmp_path: Path, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from store.lookup import cachefile

    path = tmp_path / "lookup"
    layout = cachefile._layout()
    for rules, names_then in (
        (cachefile.RULES - 1, layout),
        (cachefile.RULES, layout[:-1]),
        (cachefile.RULES, ["x", *layout]),
    ):
        with monkeypatch.context() as older:
            older.setattr(cachefile, "RULES", rules)
            older.setattr(cachefile, "_layout", lambda names_then=names_then: names_then)
            older.setattr(cachefile, "read", lambda *_told: None)
            shop.lookup.save(path, {"store": "a"})
        assert LookupIndex.load(path, {"store": "a"}) is None
    shop.lookup.save(path, {"store": "a"})
    assert LookupIndex.load(path, {"store": "a"}) is not None


@pytest.mark.parametrize("erased", [False, True])
def test_a_compaction_beside_it_keeps_the_saved_index_an_erasure_does_not(
    shop: Shop, clock: Clock, monkeypatch: pytest.MonkeyPatch, *, erased: bool
) -> None:
    write = LookupIndex.save

    def save(index: LookupIndex, path: Path, stamp: dict[str, Any]) -> None:
        write(index, path, stamp)
        with open_shop(shop.folder, by="bo", now=clock) as other:
            if erased:
                other.do("customer.erase", customer=3, number="C000003")
            else:
                other.database.compact()

    finding = Finding(shop.database, shop.by, shop.now)
    before = shop.database.generation
    monkeypatch.setattr(LookupIndex, "save", save)
    assert order(finding.index) == [1, 2, 3, 4]
    assert shop.database.generation > before
    kept = Finding(shop.database, shop.by, shop.now)
    kept.take_kept()
    assert (kept.ready is None) is erased
    if not erased:
        assert order(kept.index) == [1, 2, 3, 4]
