"""Starts the full-screen app. Imports Textual only after the shop has begun to open on its own thread."""

from __future__ import annotations

import gc
from pathlib import Path


def run(folder: Path, by: str | None, *, create: bool, mouse: bool = False, lean: bool = False) -> int:
    """Run the app on the shop in `folder` until the person leaves; returns the exit status.

    Call `screens.terminal.prepare` before.

    Args:
        folder: the shop's.
        by: who is working; None when that cannot be told, then the app asks.
        create: whether a shop may be made where there is none.
        mouse: take mouse events, at the price of the terminal's own selecting and pasting.
        lean: send as little as possible.

    Raises:
        store.errors.ShopUnusable: the shop cannot be opened; nothing was drawn.
        Exception: what ended the app, where nobody foresaw it; the drafts are kept.
    """
    from screens.desk import Desk

    desk = Desk.at(folder, by=by, create=create)
    gc.disable()
    from screens.app import CrmApp

    try:
        desk.shop  # noqa: B018 - waits until it is open, and raises what went wrong
        app = CrmApp(desk, folder, ask_who=by is None, lean=lean)
        app.run(mouse=mouse)
        if app.failure is not None:
            raise app.failure
        return app.return_code or 0
    finally:
        desk.close()
