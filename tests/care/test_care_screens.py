"""What the app does for the shop: the backup in the background, its age, erasing from the file."""

from __future__ import annotations

import os
from pathlib import Path

from screens import caring
from screens.terminal import prepare
from store.shop import open_shop
from tests.care.test_care_erasing import NAME, fill, traces
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter

prepare(os.environ)


def shop_at(folder: Path, clock: FrozenClock) -> None:
    with open_shop(folder, by="mei", now=clock, create=True) as shop:
        fill(shop)


async def test_the_days_backup_is_made_beside_the_work(folder: Path, clock: FrozenClock) -> None:
    shop_at(folder, clock)
    async with at_counter(folder, clock) as counter:
        clock.move(days=1)
        assert await caring.look_after(counter.app) == ""
        made = folder / "backups" / "shop-2026-11-19.json"
        stamp = made.stat().st_mtime_ns
        assert await caring.look_after(counter.app) == ""
        assert made.stat().st_mtime_ns == stamp
        clock.move(days=1)
        assert await caring.look_after(counter.app) == ""
        assert (folder / "backups" / "shop-2026-11-20.json").exists()


async def test_a_folder_that_is_not_there_is_told(folder: Path, clock: FrozenClock, tmp_path: Path) -> None:
    shop_at(folder, clock)
    with open_shop(folder, by="mei", now=clock) as shop:
        shop.do("settings.set", backup_folder=str(tmp_path / "usb"))
    async with at_counter(folder, clock) as counter:
        trouble = await caring.look_after(counter.app)
        assert "The folder for backups is not there" in trouble
        os.utime(folder / "backups" / "shop-2026-11-18.json", (clock().timestamp(), clock().timestamp()))
        os.utime(
            folder / "backups" / "before-restore-2026-11-18-000000.json",
            (clock().timestamp(), clock().timestamp()),
        )
        clock.move(days=3)
        await counter.press("ctrl+l")
        assert "last backup 3 days ago" in counter.text()


async def test_a_customer_is_erased_from_the_file(folder: Path, clock: FrozenClock) -> None:
    shop_at(folder, clock)
    async with at_counter(folder, clock, size=(100, 30)) as counter:
        screen = await counter.open("profile", 2)
        screen.action_menu()
        await counter.settle()
        await counter.press("8")
        assert f"Erase {NAME} for good?" in counter.text()
        await counter.type("C000001")
        await counter.press("enter")
        assert "is not C000002" in counter.text()
        field = counter.screen.query_one("Field")
        field.value = "C000002"
        await counter.press("enter")
        await counter.until(lambda: "is erased" in counter.text())
        await counter.press("escape")
        assert counter.screen is not screen
        assert await counter.ask(lambda shop: shop.customers.get(2).name) == ""
    assert traces(folder) == []
