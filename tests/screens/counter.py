"""A shop at the counter for tests of screens: real files, a frozen clock, and every press of a key counted."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from screens import navigation
from screens.app import CrmApp
from screens.base import HouseScreen
from screens.desk import Desk
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock
from widgets.lines import StatusLine

Result = TypeVar("Result")


class Counter:
    """One clerk at the keys.

    Attributes:
        pressed: how many keys were pressed; text that was typed is not counted.
    """

    def __init__(self, app: CrmApp, pilot: Pilot[Any], desk: Desk) -> None:
        self.app = app
        self.pilot = pilot
        self.desk = desk
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        """Press keys, each counted."""
        for key in keys:
            self.pressed += 1
            await self.pilot.press(key)
            await self.pilot.pause()
        await self.settle()

    async def type(self, text: str) -> None:
        """Type text, as an input method commits it: a character at a time, not counted."""
        driver = self.app._driver
        assert driver is not None
        for sign in text:
            # As Textual's own parser tells of them; its pilot loses full-width punctuation.
            driver.send_message(events.Key(_character_to_key(sign), sign))
        await self.pilot.pause()
        await self.settle()

    async def settle(self) -> None:
        """Wait until what was begun in the store is shown."""
        for _round in range(3):
            await self.desk.call(lambda shop: None)
            await self.pilot.pause()

    async def until(self, holds: Callable[[], bool], seconds: float = 5) -> None:
        """Wait until `holds`."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it never came about"
            await asyncio.sleep(0.01)
            await self.pilot.pause()

    async def ask(self, question: Callable[[Shop], Result]) -> Result:
        """Ask the shop."""
        return await self.desk.call(question)

    async def open(self, name: str, *args: Any) -> Any:
        """Open a screen as the app does, and return it."""
        screen = navigation.open_screen(self.app, name, *args)
        await self.settle()
        return screen

    @property
    def screen(self) -> Any:
        """The screen in front."""
        return self.app.screen

    @property
    def said(self) -> str:
        """What the status line in front says."""
        for screen in reversed(self.app.screen_stack):
            if isinstance(screen, HouseScreen):
                return screen.query_one("#status", StatusLine).text
        return ""

    def text(self) -> str:
        """Everything the terminal shows now, line by line."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)


@asynccontextmanager
async def at_counter(
    folder: Path, clock: FrozenClock, size: tuple[int, int] = (80, 24), by: str = "mei"
) -> AsyncIterator[Counter]:
    """The app on the shop in `folder`, as `by` sees it."""

    def open_it() -> Shop:
        shop = open_shop(folder, by=by, now=clock, create=True, origin="screen")
        shop.lookup  # noqa: B018 - made on the store thread, as the app does
        return shop

    desk = Desk(open_it)
    app = CrmApp(desk, folder)
    try:
        async with app.run_test(size=size) as pilot:
            counter = Counter(app, pilot, desk)
            await counter.settle()
            yield counter
    finally:
        desk.close()
