"""Starts the full-screen app. Imports Textual only after the first rows are painted and the shop has begun to open."""

from __future__ import annotations

import gc
import os
from pathlib import Path


def run(
    folder: Path,
    by: str | None,
    *,
    create: bool,
    named: bool = False,
    mouse: bool = False,
    lean: bool = False,
) -> int:
    """Run the app on the shop in `folder` until the person leaves; returns the exit status.

    Call `screens.terminal.prepare` before.

    Args:
        folder: the shop's.
        by: who is working; None when that cannot be told, then the app asks.
        create: whether a shop may be made where there is none.
        named: whether a person said who is working; then nobody asks again.
        mouse: take mouse events, at the price of the terminal's own selecting and pasting.
        lean: send as little as possible.

    Raises:
        store.errors.ShopUnusable: the shop cannot be opened; nothing was drawn.
        Exception: what ended the app, where nobody foresaw it; the drafts are kept.
    """
    gc.disable()
    from screens.early_paint import early_paint

    with early_paint(folder) as paint:
        from screens.memory import be_frugal

        be_frugal()
        from screens.desk import Desk

        desk = Desk.at(folder, by=by, create=create)
        try:
            from screens.app import CrmApp

            desk.shop  # noqa: B018 - waits until it is open, and raises what went wrong
            app = CrmApp(desk, folder, ask_who=True if by is None else False if named else None, lean=lean)
            if os.name == "posix":
                from screens.driver import driver_after

                app.driver_class = driver_after(paint)
            app.run(mouse=mouse)
            if app.failure is not None:
                raise app.failure
            return app.return_code or 0
        finally:
            desk.close()
