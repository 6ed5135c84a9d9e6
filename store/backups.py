"""Backups that are made by themselves: one plain TinyDB JSON file a day, the newest ones kept.

A backup is a snapshot, so it is consistent while others work, and any of them can be given to `restore`.
"""

from __future__ import annotations

import contextlib
import os
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from store.engine import Database, open_database
from store.engine.trouble import told

KEPT: Final = 7
"""So many daily backups are kept."""

_DAILY = re.compile(r"shop-(\d{4}-\d{2}-\d{2})\.json")
_TORN = re.compile(r"\..+\.json\.\d+(\.tmp)?")
"""What a process that was killed leaves of the backup it was writing."""
_A_DAY: Final = timedelta(days=1)


def backup_folder(folder: Path) -> Path:
    """Where the backups of the shop in `folder` lie."""
    return folder / "backups"


def daily_path(folder: Path, today: date) -> Path:
    """The daily backup of that day."""
    return backup_folder(folder) / f"shop-{today.isoformat()}.json"


def due(folder: Path, today: date) -> bool:
    """Whether the backup of that day has still to be made."""
    return not daily_path(folder, today).exists()


def make_daily(database: Database, today: date) -> Path:
    """Make the backup of the day in place of an earlier one of the same day, and drop those beyond the newest seven.

    Args:
        database: open for reading or writing; used by this thread alone.
        today: the shop's day.

    Raises:
        ShopUnusable: it could not be written; earlier ones are as they were.
    """
    path = daily_path(database.folder, today)
    make_backup(database, path)
    _drop_old(path.parent, today)
    return path


def make_backup(database: Database, path: Path) -> None:
    """Write a backup to `path` (0600, its folder 0700), in one step.

    Raises:
        ShopUnusable: it could not be written; a file of that name is as it was.
    """
    with told(path, writing=True):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two processes may make the day's backup at once: each writes a file of its own, and the last name wins.
    own = path.with_name(f".{path.name}.{os.getpid()}")
    database.snapshot(own)
    with told(path, writing=True):
        own.replace(path)


def daily_backup(folder: Path, today: date) -> Path | None:
    """Make the day's backup when it is due, with a reading handle of its own: for a thread beside the app.

    Raises:
        ShopUnusable: it could not be written, or the shop cannot be read.
    """
    if not due(folder, today):
        return None
    with open_database(folder, create=False, read_only=True) as database:
        return make_daily(database, today)


def last_backup(folder: Path) -> datetime | None:
    """When the newest backup in the shop's folder was made, UTC; None when there is none."""
    times: list[float] = []
    with contextlib.suppress(FileNotFoundError), told(backup_folder(folder)):
        times = [entry.stat().st_mtime for entry in backup_folder(folder).glob("*.json")]
    return datetime.fromtimestamp(max(times), UTC) if times else None


def last_backup_age(folder: Path, now: datetime) -> timedelta | None:
    """How long ago that was; never negative."""
    made = last_backup(folder)
    return None if made is None else max(now - made, timedelta())


def _day_of(path: Path) -> date:
    """The day on which a file was written; far ahead where it is gone."""
    with contextlib.suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return date.max


def _drop_old(backups: Path, today: date) -> None:
    """Remove daily backups beyond the newest ones, and torn ones; others are somebody's own.

    A failure is left for the next day.
    """
    names = sorted(path.name for path in backups.iterdir())
    daily = [name for name in names if _DAILY.fullmatch(name)]
    torn = [name for name in names if _TORN.fullmatch(name) and _day_of(backups / name) < today - _A_DAY]
    for path in (backups / name for name in (*daily[:-KEPT], *torn)):
        with contextlib.suppress(OSError):
            path.unlink()
