"""The look-up while its index is being made beside the work: something to see, nothing lost, and then the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from screens.app import CrmApp
from screens.customers import CustomersScreen
from screens.desk import Desk
from screens.whose_call import WhoseCallDialog
from store import finding, index_maker
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter
from widgets.lines import CountLine


class SlowMaker:
    """Stands for the other process: done when the test says so."""

    done = False
    folder = ""

    def __init__(self, _module: str, folder: str) -> None:
        SlowMaker.folder = folder
        self.is_at_work = False

    def start(self) -> bool:
        """At work now."""
        self.is_at_work = True
        return True

    def ended(self, timeout: float | None = 0) -> bool | None:
        """Whether it is done."""
        if not (self.is_at_work and SlowMaker.done):
            assert timeout == 0, "the screen must not wait"
            return None
        self.is_at_work = False
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop whose index is not kept."""
    with open_shop(tmp_path / "shop", by="mei", now=FrozenClock(), create=True) as shop:
        shop.do("settings.set", shop_name="茶", time_zone="Asia/Shanghai", currency="CNY")
        for number, name in enumerate(("王一", "李二", "张三", "王四"), 1):
            shop.do("customer.create", name=name, phone=f"1380013800{number}")
        shop.do("interaction.log", customer=3, text="好")
        shop.do("interaction.log", customer=2, text="好")
    for path in (tmp_path / "shop" / "cache").glob("*"):
        path.unlink()
    monkeypatch.setattr(finding, "BESIDE_FROM", 1)
    monkeypatch.setattr("store.finding.Beside", SlowMaker)
    monkeypatch.setattr(index_maker, "_NICE", 0)
    monkeypatch.setattr(SlowMaker, "done", False)
    return tmp_path / "shop"


@asynccontextmanager
async def at_counter(folder: Path) -> AsyncIterator[Counter]:
    """The app, opened as it opens by itself."""

    def open_it() -> Shop:
        shop = open_shop(folder, by="mei", now=FrozenClock(), origin="screen")
        shop.finding.begin()
        return shop

    desk = Desk(open_it)
    try:
        app = CrmApp(desk, folder, ask_who=False)
        async with app.run_test(size=(80, 24)) as pilot:
            counter = Counter(app, pilot, desk)
            await counter.settle()
            yield counter
    finally:
        SlowMaker.done = True
        desk.close()


async def prepare(counter: Counter) -> None:
    """The other process is done."""
    assert index_maker.main([SlowMaker.folder]) == 0
    SlowMaker.done = True
    await counter.until(lambda: not counter.desk.is_preparing)
    await counter.settle()


def listed(counter: Counter) -> list[int]:
    screen = counter.app.screen
    assert isinstance(screen, CustomersScreen)
    return [match.id for match in screen._rows.items]


def counted(counter: Counter) -> str:
    return counter.app.screen.query_one("#count", CountLine).text


async def test_those_dealt_with_lately_are_there_at_once_then_everybody(folder: Path) -> None:
    async with at_counter(folder) as counter:
        assert sorted(listed(counter)) == [2, 3]
        assert counted(counter) == "Preparing…"
        await counter.press("down")
        screen = counter.app.screen
        assert isinstance(screen, CustomersScreen)
        chosen = screen.current_customer()
        await prepare(counter)
        await counter.until(lambda: counted(counter) == "4 customers")
        assert sorted(listed(counter)) == [1, 2, 3, 4]
        assert screen.current_customer() == chosen, "what was chosen stays chosen"


async def test_what_is_typed_meanwhile_is_kept_and_answered(folder: Path) -> None:
    async with at_counter(folder) as counter:
        await counter.type("wang")
        assert listed(counter) == []
        assert "The look-up is being prepared." in counter.text()
        assert "Nobody is called" not in counter.text()
        await counter.press("enter")
        assert isinstance(counter.app.screen, CustomersScreen)
        await prepare(counter)
        await counter.until(lambda: sorted(listed(counter)) == [1, 4])
        assert counted(counter) == "2 found"
        assert "being prepared" not in counter.text()


async def test_a_card_may_be_opened_and_a_contact_logged_meanwhile(folder: Path) -> None:
    async with at_counter(folder) as counter:
        await counter.desk.do("interaction.log", customer=1, text="到店")
        await counter.press("enter")
        assert "李二" in counter.text()
        await counter.press("f2")
        await prepare(counter)
        await counter.until(lambda: len(listed(counter)) == 4)
        assert listed(counter)[0] == 1, "what was logged meanwhile counts"


async def test_the_question_whose_call_it_was_waits_too(folder: Path) -> None:
    async with at_counter(folder) as counter:
        dialog = WhoseCallDialog("?", "wang")
        counter.app.push_screen(dialog)
        await counter.settle()
        assert list(dialog._rows.items) == []
        await prepare(counter)
        await counter.until(lambda: sorted(match.id for match in dialog._rows.items) == [1, 4])
