"""What a command is given, and what it gives back."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from locales import _
from store.errors import CrmError, NoRights, Refused, Usage

if TYPE_CHECKING:
    from store.clock import Clock
    from store.engine import Database
    from store.shop import Shop


class App(Protocol):
    """The full-screen app, of which the store knows nothing more."""

    def require_terminal(self) -> None:
        """Raise `Usage` where this terminal cannot show it."""

    def open(
        self, folder: Path, by: str | None, *, named: bool, create: bool, mouse: bool, lean: bool | None
    ) -> int:
        """Run it on the shop in `folder` as `by`, a login that was `named` or the system's; returns the exit status."""


@dataclass(frozen=True)
class Answer:
    """What a command has to say.

    Attributes:
        status: the exit status.
        document: for `--json`; None when lines were asked for.
        lines: for people, on standard output.
        remarks: sentences for standard error.
    """

    status: int = 0
    document: object = None
    lines: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Call:
    """One command under way.

    Attributes:
        arguments: what was said on the command line.
        folder: of the shop.
        by: the login of who acts, None where it cannot be told.
        now: a clock, or None for this machine's.
        app: the full-screen app.
        opened: the data that the command opened, which may have something to tell.
    """

    arguments: argparse.Namespace
    folder: Path
    by: str | None
    now: Clock | None
    app: App
    opened: list[Database] = field(default_factory=list)

    @property
    def json(self) -> bool:
        """Whether the answer goes to a program."""
        return bool(getattr(self.arguments, "json", False))

    def clock(self) -> datetime:
        """This moment, UTC."""
        from store.clock import system_clock

        return (self.now or system_clock)()

    def open_shop(self, *, create: bool = False) -> Shop:
        """The shop, to be closed by the caller; opened for reading only where it may not be written.

        Raises:
            ShopUnusable: it cannot be used as it is.
        """
        from store.paths import NOBODY
        from store.shop import open_shop

        by = self.by or NOBODY
        try:
            shop = open_shop(self.folder, by, self.now, create=create, origin="command")
        except NoRights:
            shop = open_shop(self.folder, by, self.now, read_only=True, origin="command")
        self.opened.append(shop.database)
        return shop

    def notices(self) -> tuple[str, ...]:
        """What there is to be known of the shop besides, to be asked when the command is done."""
        return tuple(sentence for database in self.opened for sentence in database.take_notices())

    def open_database(self) -> Database:
        """The bare data of the shop, which is quicker to open; for reading what needs no rules.

        Raises:
            ShopUnusable: it cannot be used as it is.
        """
        from store.engine import open_database
        from store.finding import INDEXES

        try:
            database = open_database(self.folder, create=False, indexes=INDEXES)
        except NoRights:
            database = open_database(self.folder, create=False, read_only=True, indexes=INDEXES)
        self.opened.append(database)
        return database

    def target(self, name: str) -> Path:
        """The file of that name, to be written; seen to be none of the shop's own.

        Raises:
            Usage: it is a folder, or in a folder that is not there.
            Refused: it lies among the files of the shop.
        """
        target = Path(name).expanduser().absolute()
        if target.is_dir():
            raise Usage(_("{path} is a folder.").format(path=target))
        if not target.parent.is_dir():
            raise Usage(_("There is no folder {path}.").format(path=target.parent))
        if target.parent.resolve() == self.folder.resolve():
            sentence = _("{path} lies among the shop's own files; choose another place.")
            raise Refused(sentence.format(path=target), file=str(target))
        return target

    def answer(
        self,
        document: Callable[[], object],
        lines: Callable[[], Iterable[str]],
        *,
        status: int = 0,
        remarks: Iterable[str] = (),
    ) -> Answer:
        """The answer in the form that was asked for; only that one is made."""
        if self.json:
            return Answer(status, document(), (), tuple(remarks))
        return Answer(status, None, tuple(lines()), tuple(remarks))


def backup_when_due(shop: Shop, action: int | None) -> tuple[str, ...]:
    """Make the day's backup after an action; a failure is a remark, for the action itself is durable."""
    if action is None:
        return ()
    from store import backups

    try:
        today = shop.today()
        if backups.due(shop.database, today):
            backups.make_daily(shop.database, today)
    except CrmError as error:
        return (_("The daily backup could not be made: {reason}").format(reason=error.message),)
    return ()


def error_json(kind: str, message: str, details: dict[str, Any]) -> dict[str, Any]:
    """The JSON shape of an error."""
    facts = {name: value for name, value in details.items() if name != "listing"}
    return {"error": {"kind": kind, "message": message, "details": facts}}
