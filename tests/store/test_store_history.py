"""What was done to one customer: the same answer as from reading everything, without reading everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.demo.generate import write_demo
from store.engine import Commit, codec
from store.history import HANGING
from store.records.interaction import Interaction
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

CUSTOMERS = 300


@pytest.fixture
def busy(folder: Path, clock: FrozenClock) -> Iterator[Shop]:
    """A made-up shop, written in one action of several lines, in which work went on."""
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        write_demo(shop.database, seed=3, now=clock.moment, customers=CUSTOMERS)
        shop.watch()
        for customer in (3, 33):
            shop.do("interaction.log", customer=customer, text="asks", next_title="call back")
            shop.do("customer.edit", customer=customer, company="某行")
        entry = shop.records.of(Interaction, 3)[-1]
        shop.do("interaction.edit", interaction=entry.id, text="asks again")
        shop.do("interaction.delete", interaction=entry.id)
        shop.do("interaction.log", customer=30, text='the file says "customer":3, he says')
        with shop.database.transaction("all.mood", by="mei", at=clock.moment):
            shop.database.table("interactions").update({"mood": 1})
        yield shop


def slowly(shop: Shop, customer: int) -> list[int]:
    """The actions that concern a customer, told from every change of every action."""
    known = {("customers", customer)}
    known |= {
        (table, number) for table in HANGING for number in shop.database.ids(table, "customer", customer)
    }
    return [commit.action for commit in shop.database.commits() if _concerns(commit, customer, known)]


def _concerns(commit: Commit, customer: int, known: set[tuple[str, int]]) -> bool:
    for change in commit.changes:
        whole: dict[str, Any] = (change.after if change.before is None else change.before) or {}
        if change.table in HANGING and whole.get("customer") == customer:
            known.add((change.table, change.id))
    return any((change.table, change.id) in known for change in commit.changes)


def test_the_history_of_each_customer_is_what_reading_everything_tells(busy: Shop) -> None:
    (first, *_rest) = busy.database.commits(newest_first=False)
    _generation, start, end = first.place
    assert end - start > 1 << 20, "the made-up shop stands on several lines"
    for customer in (1, 2, 3, 30, 33, 133, CUSTOMERS):
        found = [entry.action for entry in busy.history(customer=customer)]
        assert found == slowly(busy, customer)
        assert found[-1] == first.action


def test_a_record_that_was_deleted_and_one_that_does_not_name_them_are_told(busy: Shop) -> None:
    kinds = [entry.kind for entry in busy.history(customer=3)]
    assert kinds[:5] == [
        "all.mood",
        "interaction.delete",
        "interaction.edit",
        "customer.edit",
        "interaction.log",
    ]
    assert [entry.kind for entry in busy.history(customer=30)][:2] == ["all.mood", "interaction.log"]


def test_of_a_large_action_only_what_is_theirs_is_decoded(
    busy: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded = []

    def counted(raw: bytes) -> Any:
        decoded.append(raw)
        return codec_decode(raw)

    codec_decode = codec.decode
    monkeypatch.setattr(codec, "decode", counted)
    entries = busy.history(customer=133)
    assert entries
    theirs = sum(len(busy.database.ids(table, "customer", 133)) for table in HANGING) + 1
    commits = len(list(busy.database.commits()))
    # Both states of what the two large actions did to theirs, and a few words about each action.
    assert 0 < len(decoded) <= 4 * theirs + 2 * commits
    assert len(decoded) < CUSTOMERS


def test_a_damaged_line_is_told_though_it_may_not_concern_them(busy: Shop) -> None:
    from store.errors import ShopDamaged

    last = next(iter(busy.database.commits()))
    path = next(busy.folder.glob("journal-*.jsonl"))
    text = bytearray(path.read_bytes())
    text[last.place[1] + 200] ^= 1
    path.write_bytes(text)
    with pytest.raises(ShopDamaged):
        busy.history(customer=133)
