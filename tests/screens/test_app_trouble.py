"""A disk that fails: the screen says that the shop can only be read, for as long as that is so."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from store.engine import FileCalls
from tests.screens.tea_house import running, screen_text, until


class SickDisk(FileCalls):
    """Confirms nothing any more."""

    def sync(self, descriptor: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


async def test_a_disk_that_fails_stands_on_the_status_line(tea_house: Path) -> None:
    async with running(tea_house) as (app, pilot):
        await pilot.pause()
        engine = app.desk.shop.database._engine
        healthy = engine.files
        for part in (engine, engine.generation, engine.writer):
            setattr(part, "_files" if part is engine.writer else "files", SickDisk())
        failed = False
        try:
            await app.desk.do("customer.edit", customer=2, company="Bo's")
        except Exception as error:
            failed = "Read only" in str(error)
        assert failed
        await until(pilot, lambda: "Read only: the disk" in screen_text(app))
        app.tell("something else")
        await until(pilot, lambda: "Read only: the disk" in screen_text(app))
        await app.desk.call(lambda shop: setattr(engine, "trouble", None))
        await until(pilot, lambda: "Read only" not in screen_text(app))
        engine.files = healthy
