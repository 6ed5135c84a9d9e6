"""The app on a small shop with a frozen clock, at a given size."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.shop import Shop, open_shop
from tests.helpers import FrozenClock

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from screens.app import CrmApp

HOSTILE = ("王[VIP]", "[/] 退货", "李\x1b[31m红", "某" * 80, "a\u202eb\u200bc")


def shop_at(folder: Path, by: str = "mei", *, create: bool = False) -> Shop:
    """The shop, at the frozen moment."""
    return open_shop(folder, by, now=FrozenClock(), create=create, origin="test")


@asynccontextmanager
async def running(
    folder: Path, size: tuple[int, int] = (80, 24), by: str = "mei", *, ask_who: bool | None = None
) -> AsyncIterator[tuple[CrmApp, Pilot[int]]]:
    """The app on the shop in `folder`."""
    from screens.app import CrmApp
    from screens.desk import Desk

    def open_it() -> Shop:
        shop = shop_at(folder, by, create=True)
        shop.lookup  # noqa: B018 - as the desk does it
        return shop

    desk = Desk(open_it)
    app = CrmApp(desk, folder, ask_who=ask_who)
    try:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            yield app, pilot
    finally:
        desk.close()


async def until(pilot: Pilot[Any], true: Callable[[], bool], seconds: float = 5.0) -> None:
    """Wait until `true`; fail when it does not come true in time."""
    waited = 0.0
    while not true():
        await pilot.pause(0.02)
        waited += 0.02
        assert waited < seconds, "it did not come true"


def screen_text(app: CrmApp) -> str:
    """What is on the screen, line by line, as plain text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)
