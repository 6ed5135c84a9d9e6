"""The one object that screens and commands are given. It holds no rules of its own.

`shop.customers`, `shop.tickets`, `shop.agenda` to read, `shop.do(action, ...)` to change, `shop.watch()` to follow.
A shop is used from one thread at a time; only `shop.lookup` may be searched from another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from locales import _
from store import first_rows
from store.clock import Clock, system_clock
from store.engine import Commit, Database, open_database
from store.errors import CrmError, NotFound
from store.finding import Finding
from store.records.base import decode
from store.records.setting import SETTINGS_ID, Settings

# The first screen needs none of these: what reads, decides and acts is imported when it is asked for.
if TYPE_CHECKING:
    from store.actions.change import Change, Left, Ref
    from store.actions.view import View
    from store.history import HistoryEntry
    from store.lookup.index import LookupIndex
    from store.readers import AgendaReader, Customers, Records, Tickets
    from store.records.customer import Customer
    from store.records.staff import Staff
    from store.rings import Rings
    from store.rules.card import CardLine

INDEXES = {
    "interactions": ("customer", "ringing"),
    "purchases": ("customer", "order_no"),
    "tickets": ("customer", "state"),
    "follow_ups": ("customer", "state", "ticket"),
    "staff": ("login",),
}
"""Fields by which records are looked up."""


@dataclass(frozen=True)
class Done:
    """What an action did.

    Attributes:
        action: its number in the journal, or None when nothing had to be changed.
        left: what an undo had to leave alone.
        report: what an import has to say.
    """

    action: int | None
    kind: str
    changed: tuple[Ref, ...] = ()
    created: tuple[Ref, ...] = ()
    left: tuple[Left, ...] = ()
    report: Any = None

    def one(self, table: str) -> int:
        """The id of the record that was created in `table`."""
        return next(ref.id for ref in self.created if ref.table == table)


@dataclass(frozen=True)
class Card:
    """The call card of a customer."""

    customer: Customer
    lines: tuple[CardLine, ...]


class Shop:
    """A shop that is open."""

    def __init__(self, database: Database, by: str, clock: Clock, origin: str) -> None:
        """Args: by is the login of who acts; origin says from where (a terminal, a command)."""
        self.database = database
        self.by = by
        self.origin = origin
        self._clock = clock
        self._unseen: list[Commit] = []
        self._settings: Settings | None = None
        self.finding = Finding(database, by, clock)

    @cached_property
    def records(self) -> Records:
        """Typed reading of any table."""
        from store.readers import Records

        return Records(self.database)

    @cached_property
    def customers(self) -> Customers:
        """Reading customers."""
        from store.readers import Customers

        return Customers(self.records, lambda: self.lookup)

    @cached_property
    def tickets(self) -> Tickets:
        """Reading tickets."""
        from store.readers import Tickets
        from store.rules.card import ticket_reasons

        return Tickets(self.records, lambda ticket: ticket_reasons(ticket, self.now(), self.settings))

    @cached_property
    def agenda(self) -> AgendaReader:
        """Reading the agenda."""
        from store.readers import AgendaReader

        return AgendaReader(self.records, self.now, lambda: self.settings, self.rings.missed)

    @cached_property
    def rings(self) -> Rings:
        """Reading calls that came in."""
        from store.rings import Rings

        return Rings(self.records, lambda: self.lookup, self.now, lambda: self.settings)

    @property
    def has_rings(self) -> bool:
        """Whether a call rang of which nothing has been logged."""
        return bool(self.database.ids("interactions", "ringing", 1))

    def now(self) -> datetime:
        """This moment, UTC."""
        return self._clock()

    def today(self) -> date:
        """The shop's day."""
        return self.now().astimezone(self.settings.zone).date()

    @property
    def folder(self) -> Path:
        """Where the shop lies."""
        return self.database.folder

    @property
    def settings(self) -> Settings:
        """What the shop decided once; defaults before it did."""
        if self._settings is None:
            raw = self.database.raw(Settings.table, SETTINGS_ID)
            self._settings = Settings() if raw is None else decode(Settings, SETTINGS_ID, raw)
        return self._settings

    @property
    def is_set_up(self) -> bool:
        """Whether the first start has been answered."""
        return bool(self.settings.shop_name or self.settings.language)

    @property
    def staff(self) -> list[Staff]:
        """Everybody on the staff."""
        from store.records.staff import Staff

        # Asked at each start, when nothing else is read yet.
        return [decode(Staff, number, raw) for number, raw in self.database.all_raw(Staff.table)]

    @property
    def lookup(self) -> LookupIndex:
        """The look-up index, current as of the last `do` or `watch`; may be searched from another thread."""
        return self.finding.index

    def keep_first_rows(self) -> None:
        """Keep the first rows of the list for the next start, where the look-up is in memory."""
        index = self.finding.ready
        if index is not None:
            first_rows.save(self.database, index)

    def card(self, customer_id: int) -> Card:
        """The call card; of one that was merged, the card of who it became.

        Raises:
            NotFound: there is no such customer.
        """
        from store.rules.card import card_lines

        file = self.customers.file(self.customers.standing(customer_id).id, history=20)
        now = self.now()
        missed = self.rings.missed_by(file.customer.id, now)
        return Card(file.customer, card_lines(file, now, self.settings, missed))

    def do(self, action: str, **values: Any) -> Done:
        """Do an action of the catalogue. Values may be typed, or text as a person writes it.

        Raises:
            Usage: no such action or field.
            Refused: a value breaks a rule. Conflict: somebody changed the same unit meanwhile.
            NotFound, Ambiguous: no, or more than one, record answers to a value.
            ShopUnusable: the change could not be made durable.
        """
        from store.actions import find_action
        from store.actions.fields import Reader

        spec = find_action(action)
        if spec.name == "customer.erase":
            from store import erasing

            self._follow()
            try:
                return erasing.erase(self, spec, values)
            finally:
                self._follow()
        with self.changing(spec.name) as step:
            reader = Reader(self.settings, step.view.now, self.find_record)
            step.change = spec.function(step.view, **reader.converted(spec, values))
        return step.done

    def undo(self, action: int | None = None, *, spare: bool = False) -> Done:
        """Take back an action, or the caller's own last one; `spare` what set the shop up (`history.SPARED`).

        Raises:
            NotFound: there is no such action, or nothing of the caller's to undo.
            Refused: nothing of it is left to undo, or it is spared.
        """
        from store import history
        from store.actions.undo import undo_commit

        with self.changing("undo") as step:
            commit = history.to_undo(self.database, action, self.by, spare=spare)
            step.change = undo_commit(step.view, commit)
        return step.done

    def history(
        self,
        customer: int | None = None,
        by: str | None = None,
        day: date | None = None,
        limit: int = 100,
    ) -> list[HistoryEntry]:
        """Who did what, newest first."""
        from store import history

        return history.entries(
            self.database, customer=customer, by=by, day=day, zone=self.settings.zone, limit=limit
        )

    def watch(self) -> list[Commit]:
        """What anybody committed since the last call, this shop included; brings the look-up up to date.

        Who works with a shop calls this several times a second; what only speeds up the next question is let go.
        """
        self._follow()
        self.finding.rest()
        if self.finding.look():
            self.keep_first_rows()
        unseen, self._unseen = self._unseen, []
        return unseen

    @contextmanager
    def changing(self, kind: str, rests_on: Collection[str] | None = None) -> Iterator[Step]:
        """One action under way: set `step.change` inside; it is committed, as one transaction (see there), on leaving.

        Raises:
            ShopUnusable: the change could not be made durable.
        """
        from store.actions.view import View

        moment, step = self.now(), Step()
        with self.database.transaction(
            kind, by=self.by, origin=self.origin, at=moment, rests_on=rests_on
        ) as transaction:
            # What others did up to now is known to the look-up before the action asks it.
            self._follow()
            self._settings = None
            step.view = View(
                self.database, transaction, self.by, moment, self.settings, lambda: self.finding.ready
            )
            yield step
            if step.change is not None:
                for (table, record_id), document in step.change.writes.items():
                    transaction.put(table, record_id, document)
                transaction.meta.update(step.change.meta)
        step.done = step.outcome(kind, transaction.action)
        self._follow()
        self.finding.warm_up()

    def find_record(self, table: str, text: str) -> int:
        """The id that a person means by `text` in `table`: C000012, T000045, id:7, 7, a login, or a look-up.

        The number of a customer who was merged means who it became; in "exact_customers" it means itself.

        Raises:
            NotFound, Ambiguous: no, or more than one, record answers to it.
        """
        plain = text.strip()
        if table in ("customers", "exact_customers"):
            follow = table == "customers"
            if (
                plain.isdecimal()
                and len(plain) < 7
                and self.database.raw("customers", int(plain)) is not None
            ):
                plain = f"id:{plain}"
            return self.customers.resolve(plain, follow=follow).id
        if table == "staff" and not plain.removeprefix("id:").isdecimal():
            found = self.database.ids("staff", "login", plain)
            if found:
                return found[0]
        digits = plain.removeprefix("id:").lstrip("Tt" if table == "tickets" else "")
        if not digits.isdecimal():
            raise NotFound(_('"{text}" is no number of a record.').format(text=text), table=table)
        return int(digits)

    def close(self) -> None:
        """Save what speeds up the next start, and close the files."""
        # Somebody who was erased meanwhile must not get into a side file again: first follow, then save.
        with suppress(CrmError):
            self._follow()
            self.finding.save()
            self.keep_first_rows()
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _follow(self) -> None:
        commits = self.database.follow()
        if commits:
            self._settings = None
            self._unseen += commits
            self.finding.follow(commits)


class Step:
    """An action under way in `Shop.changing`."""

    view: View
    change: Change | None = None
    done: Done

    def outcome(self, kind: str, action: int | None) -> Done:
        """What the action did, once it is committed."""
        change = self.change
        if change is None:
            return Done(action, kind)
        return Done(
            action, kind, tuple(change.changed), tuple(change.created), tuple(change.left), change.report
        )


def open_shop(
    folder: str | Path,
    by: str,
    now: Clock | None = None,
    *,
    create: bool = False,
    read_only: bool = False,
    origin: str = "",
) -> Shop:
    """Open the shop in `folder`.

    Args:
        by: the login of who acts.
        now: the clock; this machine's without.
        create: make a shop where there is none.

    Raises:
        ShopMissing: there is no shop in the folder.
        ShopUnusable: its data cannot be used as it is; nothing was changed.
    """
    clock = now or system_clock
    database = open_database(folder, create=create, read_only=read_only, now=clock, indexes=INDEXES)
    if (database.folder / "erasing").exists():
        from store import erasing

        # Readable all the same where it cannot be gone on with; the next start tries again.
        with suppress(CrmError):
            erasing.finish(database)
    return Shop(database, by, clock, origin)


__all__ = ["Card", "Done", "Shop", "Step", "open_shop"]
