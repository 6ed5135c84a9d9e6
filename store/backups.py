"""Backups that are made by themselves: one plain TinyDB JSON file a day, the newest ones kept.

A backup is a snapshot, so it is consistent while others work, and any of them can be given to `restore`. It carries its
checksum and is read back before it counts. They lie in the shop's folder, or where the setting `backup_folder` says.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from locales import _
from store.engine import Database, open_database
from store.engine.files import READ, system_files
from store.engine.sealing import checksum, seal_copy, verify_seal
from store.engine.snapshot import Seal, read_record
from store.engine.trouble import damaged, from_system, told
from store.errors import CrmError, ShopDamaged, ShopUnusable
from store.records.setting import settings_of

DAYS: Final = 7
WEEKS: Final = 4
MONTHS: Final = 12
"""Kept are the newest so many days, and the last backup of the newest so many weeks and months."""

_DAILY = re.compile(r"shop-(?:([0-9a-f]{8})-)?(\d{4}-\d{2}-\d{2})\.json")
_TORN = re.compile(r"\..+\.json\.\d+(\.tmp)?")
"""What a process that was killed leaves of the backup it was writing."""
_A_DAY: Final = timedelta(days=1)
_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Place:
    """Where the daily backups of a shop lie.

    Attributes:
        folder: the folder.
        sign: what tells them from those of other shops in a chosen folder; empty in the shop's own one.
    """

    folder: Path
    sign: str = ""

    def path(self, day: date) -> Path:
        """The backup of that day."""
        return self.folder / f"shop-{self.sign}{'-' if self.sign else ''}{day.isoformat()}.json"

    def days(self) -> dict[date, Path]:
        """The daily backups there are."""
        found: dict[date, Path] = {}
        for path in _files_in(self.folder):
            name = _DAILY.fullmatch(path.name)
            if name and (name[1] or "") == self.sign:
                with contextlib.suppress(ValueError):
                    found[date.fromisoformat(name[2])] = path
        return found


def backup_folder(folder: Path) -> Path:
    """The folder of backups that every shop has."""
    return folder / "backups"


def place_of(database: Database) -> Place:
    """Where the daily backups of this shop go."""
    chosen = settings_of(database).backup_folder
    return Place(Path(chosen), database.identity[:8]) if chosen else Place(backup_folder(database.folder))


def due(database: Database, today: date) -> bool:
    """Whether the backup of that day has still to be made."""
    return not place_of(database).path(today).exists()


def make_daily(database: Database, today: date) -> Path:
    """Make the backup of the day in place of an earlier one of the same day, and drop those that are not kept.

    Args:
        database: open for reading or writing; used by this thread alone.
        today: the shop's day.

    Raises:
        ShopUnusable: it could not be written; earlier ones are as they were.
    """
    place = place_of(database)
    if place.sign and not place.folder.is_dir():
        sentence = _("The folder for backups is not there: {path}")
        raise ShopUnusable(sentence.format(path=place.folder), file=str(place.folder))
    path = place.path(today)
    make_backup(database, path)
    _drop_old(place, today)
    return path


def make_backup(database: Database, path: Path) -> None:
    """Write a backup to `path` (0600, a new folder 0700), read it back, and let it take the name in one step.

    Raises:
        ShopUnusable: it could not be written, or is not as it was written; a file of that name is as it was.
    """
    with told(path, writing=True):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Two processes may make the day's backup at once: each writes a file of its own, and the last name wins.
    own = path.with_name(f".{path.name}.{os.getpid()}")
    for attempt in range(_ATTEMPTS):
        database.tables()  # Follows, without taking from others what they have still to be told.
        generation = database.generation
        try:
            _write(database, own)
            with told(path, writing=True):
                own.replace(path)
        except CrmError:
            database.tables()
            if database.generation == generation or attempt == _ATTEMPTS - 1:
                raise
            continue
        finally:
            with contextlib.suppress(OSError):
                own.unlink(missing_ok=True)
        database.tables()
        if database.generation == generation:
            return
        # Somebody may have been erased meanwhile (`store.erasing` begins with a new generation): once more.
        if attempt < _ATTEMPTS - 1:
            with told(path, writing=True):
                path.unlink(missing_ok=True)


def _write(database: Database, own: Path) -> None:
    """Write the backup under its passing name, and see that what was to be written can be read back."""
    written = database.snapshot(own)
    files = system_files()
    with told(own, writing=True):
        descriptor = files.open(own, READ)
        try:
            found = Seal(files.size(descriptor), checksum(files, descriptor, written.size))
        finally:
            files.close(descriptor)
        if found != written:
            raise damaged(own, 0, _("it is not as it was written."))
        seal_copy(files, own)
        verify_seal(files, own)
    if not is_ours(own, database.identity):
        raise ShopDamaged(_("{path} is a backup of another shop.").format(path=own), file=str(own), byte=0)


def daily_backup(folder: Path, today: date) -> Path | None:
    """Make the day's backup when it is due, with a reading handle of its own: for a thread beside the app.

    Raises:
        ShopUnusable: it could not be written, or the shop cannot be read.
    """
    with open_database(folder, create=False, read_only=True) as database:
        return make_daily(database, today) if due(database, today) else None


def own_backups(database: Database) -> list[Path]:
    """The daily backups of this shop that can be reached, in the chosen folder and in its own one."""
    places = dict.fromkeys((place_of(database), Place(backup_folder(database.folder))))
    return [path for place in places for _day, path in sorted(place.days().items())]


def is_ours(path: Path, identity: str) -> bool:
    """Whether a file is a backup or a snapshot of the shop of that identity."""
    files = system_files()
    with contextlib.suppress(OSError, CrmError):
        descriptor = files.open(path, READ)
        try:
            return read_record(files, descriptor, path).store == identity
        finally:
            files.close(descriptor)
    return False


@contextlib.contextmanager
def same_age(path: Path) -> Iterator[None]:
    """Let a file that is rewritten in the block keep its time, which says of when the backup is."""
    try:
        before = path.stat()
    except OSError as error:
        raise from_system(error, path, writing=False) from error
    yield
    if path.stat().st_mtime_ns != before.st_mtime_ns:
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def last_backup(database: Database) -> datetime | None:
    """When the newest backup was made that can be reached, UTC; None when there is none."""
    paths = own_backups(database) + [
        path for path in _files_in(backup_folder(database.folder)) if path.suffix == ".json"
    ]
    times: list[float] = []
    for path in paths:
        with contextlib.suppress(OSError):
            times.append(path.stat().st_mtime)
    return datetime.fromtimestamp(max(times), UTC) if times else None


def last_backup_age(database: Database, now: datetime) -> timedelta | None:
    """How long ago that was; never negative."""
    made = last_backup(database)
    return None if made is None else max(now - made, timedelta())


def kept(days: Iterable[date]) -> set[date]:
    """Which of the days keep their backup: the newest days, and the last of the newest weeks and months."""
    newest_first = sorted(set(days), reverse=True)
    chosen = set(newest_first[:DAYS])
    for count, period in ((WEEKS, _week), (MONTHS, _month)):
        last: dict[tuple[int, int], date] = {}
        for day in newest_first:
            last.setdefault(period(day), day)
        chosen.update(list(last.values())[:count])
    return chosen


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month


def _files_in(folder: Path) -> list[Path]:
    """The files in a folder; none where it cannot be looked into."""
    with contextlib.suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_file())
    return []


def _day_of(path: Path) -> date:
    """The day on which a file was written; far ahead where it is gone."""
    with contextlib.suppress(FileNotFoundError):
        return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
    return date.max


def _drop_old(place: Place, today: date) -> None:
    """Remove daily backups that are not kept, and torn ones; others are somebody's own.

    A failure is left for the next day.
    """
    days = place.days()
    stay = kept(days)
    old = [path for day, path in days.items() if day not in stay]
    torn = [
        path
        for path in _files_in(place.folder)
        if _TORN.fullmatch(path.name) and _day_of(path) < today - _A_DAY
    ]
    for path in (*old, *torn):
        with contextlib.suppress(OSError):
            path.unlink()
