"""Dying while a customer is erased: the customer is whole, or erased and forgotten at the next start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from store import erasing
from store.engine import FileCalls, open_database
from store.shop import INDEXES, Shop, open_shop
from tests.care.test_care_erasing import NAME, fill, traces
from tests.engine.faults import WatchedFiles
from tests.helpers import FrozenClock

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs fork")


def shop_with(folder: Path, clock: FrozenClock, files: FileCalls) -> Shop:
    return Shop(open_database(folder, files=files, indexes=INDEXES, now=clock), "mei", clock, "")


def in_child(work: Callable[[], None]) -> int:
    """The exit status of a forked process that does `work`."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def erase_dying_at(folder: Path, clock: FrozenClock, number: int) -> bool:
    """Whether the process died at its `number`-th changing call."""
    calls = 0

    def die(call: str, files: WatchedFiles) -> None:
        nonlocal calls
        if call.startswith(("lock ", "unlock ", "open ")):
            return
        calls += 1
        if calls > number:
            os._exit(7)

    def work() -> None:
        files = WatchedFiles()
        shop = shop_with(folder, clock, files)
        files.hook = die
        shop.do("customer.erase", customer=2, number="C000002")

    status = in_child(work)
    assert status in (0, 7)
    return status == 7


def test_dying_at_every_call(tmp_path: Path, clock: FrozenClock) -> None:
    whole = tmp_path / "whole"
    with open_shop(whole, by="mei", now=clock, create=True) as shop:
        fill(shop)
        before = shop.database.seq
    number, erased = 0, []
    while True:
        folder = tmp_path / "shop"
        shutil.copytree(whole, folder)
        died = erase_dying_at(folder, clock, number)
        with open_shop(folder, by="bo", now=clock) as shop:
            assert shop.database.check().problems == [], number
            customer = shop.customers.get(2)
            assert not (folder / erasing.MARK).exists(), number
            if shop.database.seq == before:
                assert customer.name == NAME
                assert died
            else:
                assert shop.database.seq == before + 1
                assert customer.status.value == "erased"
                assert traces(folder) == [], number
            assert shop.customers.get(1).name == "王五"
            erased.append(customer.name == "")
            shop.do("customer.edit", customer=1, call_as="after")
        shutil.rmtree(folder)
        if not died:
            break
        number += 1
    assert number > 15
    # First the customer is whole, from some call on erased, and never the other way round.
    assert erased == sorted(erased)
    assert True in erased
    assert False in erased
