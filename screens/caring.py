"""What the app does for the shop's files without being asked: the day's backup, and history that is not kept longer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from locales import _
from store.errors import CrmError

if TYPE_CHECKING:
    from datetime import date

    from screens.app import CrmApp
    from store.shop import Shop

AFTER_START: Final = 5.0
"""Seconds after the start of the app: whoever starts it wants to look somebody up first."""

EVERY: Final = 600.0
"""Seconds between two looks whether a new day has begun."""


async def care(app: CrmApp) -> None:
    """Look after the shop's files until cancelled; a trouble is told once, and again when it changes."""
    told = ""
    await asyncio.sleep(AFTER_START)
    while True:
        trouble = await look_after(app)
        if trouble and trouble != told:
            app.tell(trouble, "alert")
        told = trouble
        await asyncio.sleep(EVERY)


async def look_after(app: CrmApp) -> str:
    """Make the day's backup when it is due, beside the store thread; then see to the history.

    Returns:
        What went wrong, as a sentence; empty when all is well.
    """
    from store.backups import daily_backup
    from store.retention import remove_old_journals

    def asked(shop: Shop) -> tuple[date, bool]:
        return shop.today(), shop.database.writable

    try:
        today, writable = await app.desk.call(asked)
        if writable:
            await asyncio.to_thread(daily_backup, app.folder, today)
            await app.desk.run(remove_old_journals)
    except CrmError as error:
        return _("The daily backup could not be made: {reason}").format(reason=error.message)
    return ""
