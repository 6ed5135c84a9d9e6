"""How far the history goes back: older closed journals are removed, and a line of the history says so."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dateutil.relativedelta import relativedelta

from store.engine import tails
from store.engine.generation import CLOSED, generation_of
from store.engine.trouble import told

if TYPE_CHECKING:
    from store.shop import Shop

ACTION: Final = "shop.forget"


def remove_old_journals(shop: Shop) -> int | None:
    """Remove closed journals in which everything is older than the setting says; returns the action that tells it.

    Journals are closed when the shop is compacted; what is in the one in use stays.

    Raises:
        ShopUnusable: it could not be done; a journal is there whole or not at all.
    """
    months = shop.settings.keep_journals_months
    if months <= 0 or not shop.database.writable:
        return None
    limit = shop.now().astimezone(UTC) - relativedelta(months=months)
    old: list[Path] = []
    last = 0
    for path in shop.database.kept_journals():
        line = shop.database.last_line(path)
        if line is None or path.parent.name != CLOSED or datetime.fromisoformat(line.at) >= limit:
            break
        old.append(path)
        last = line.action
    if not old:
        return None
    action = _tell(shop, last + 1)
    with shop.database.alone() as files:
        for path in old:
            with told(path, writing=True):
                if path.name in files.names(path.parent):
                    files.unlink(path)
        for one in tails.all_set_aside(files, shop.folder):
            if one.generation <= (generation_of(old[-1].name) or 0):
                with told(one.path, writing=True):
                    files.unlink(one.path)
        with told(shop.folder / CLOSED, writing=True):
            files.sync_folder(shop.folder / CLOSED)
    return action


def _tell(shop: Shop, first: int) -> int | None:
    """Note in the history, and in the settings, from which action on it is kept; None where that is noted already."""
    from store.actions.change import Change
    from store.records.setting import SETTINGS_ID, Settings

    with shop.changing(ACTION) as step:
        change = Change(step.view)
        change.meta["history_from"] = first
        if shop.database.raw(Settings.table, SETTINGS_ID) is None:
            change.create(Settings(history_from=first))
        elif step.view.settings.history_from < first:
            change.amend(Settings.table, SETTINGS_ID, history_from=first)
        step.change = change
    return step.done.action
