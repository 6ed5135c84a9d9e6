"""Keeps the look-up index current with the shop: made from its records, kept in `cache/`, updated with each change."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from store.clock import Clock, system_clock
from store.dealings import DEALINGS, Dealings, read_dealing
from store.engine import Commit, Database, codec
from store.lookup.facts import Facts
from store.lookup.index import LookupIndex
from store.records.base import decode
from store.records.setting import SETTINGS_ID, Settings

if TYPE_CHECKING:
    from store.lookup.filtering import Asker
    from store.lookup.match import Mark

INDEXES = dict.fromkeys(DEALINGS, ("customer",)) | {"purchases": ("customer", "order_no")}
"""What `Finding` asks of the database's indexes."""

REBUILD_FROM = 5_000
"""So many changed customers at once are quicker indexed from scratch."""

REST_EVERY = 16
"""Calls of `rest` after which the database gives back memory, too: a few seconds of a screen."""

MISSED_OFTEN = 40
"""So many searches without an index take about as long as making one."""


_TICKET_NUMBER = re.compile(r"t0*(\d{1,12})", re.IGNORECASE | re.ASCII)


class Finding:
    """The index and its upkeep."""

    def __init__(self, database: Database, by: str = "", now: Clock = system_clock) -> None:
        """Args: database is the shop's; by is the login of who asks, and now the clock, as filters want to know."""
        self._database = database
        self._by = by
        self._now = now
        self._settings = Settings()
        self._index: LookupIndex | None = None
        self._saved_seq = -1
        self._reloads = database.reloads
        self._missed = 0
        self._rested = 0

    @property
    def index(self) -> LookupIndex:
        """The index; read from the cache or built on first use."""
        if self._index is None:
            self._open()
        if self._index is None:
            raise AssertionError
        return self._index

    @property
    def ready(self) -> LookupIndex | None:
        """The index where it is in memory; None where it would have to be read or made, with the lock held."""
        if self._index is None:
            self._missed += 1
        return self._index

    def take_kept(self) -> None:
        """Have the index in memory where the cache has it; making it anew is left to who cannot do without."""
        if self._index is None:
            self._index = self._load()

    def rest(self) -> None:
        """Give back memory that can be done without for now; at once that of a search, now and then that of reading."""
        if self._index is not None:
            self._index.rest()
        self._rested += 1
        if self._rested % REST_EVERY == 0:
            self._database.rest()

    def warm_up(self) -> None:
        """Have the index in memory for who keeps asking for it. To be called without the lock: it takes a while."""
        if self._missed > MISSED_OFTEN and self._index is None:
            self._open()

    def follow(self, commits: Iterable[Commit]) -> None:
        """Take in what was committed."""
        if self._index is None:
            return
        if self._reloads != self._database.reloads:
            self._reloads = self._database.reloads
            self._index = self._build()
            return
        changed: set[int] = set()
        for commit in commits:
            for change in commit.changes:
                if change.table == "customers":
                    changed.add(change.id)
                elif change.table == Settings.table:
                    self._read_settings()
                elif change.table in DEALINGS:
                    changed.update(self._customers_of(change.table, change.id, change.before, change.after))
        if len(changed) >= REBUILD_FROM:
            self._index = self._build()
        elif changed:
            self._index.update([self._entry(customer) for customer in sorted(changed)])

    def save(self) -> None:
        """Write the index to `cache/` for the next start, where it has changed and may be written."""
        if self._index is None or self._database.seq == self._saved_seq or not self._database.writable:
            return
        # Only what speeds up the next start: a full disk must keep nobody from what they came for.
        with contextlib.suppress(OSError):
            database = self._database
            generation, written = database.generation, (database.seq, database.reloads)
            self._index.save(self._path, self._stamp())
            self._saved_seq = database.seq
            database.tables()
            if database.generation != generation and (database.seq, database.reloads) != written:
                # Somebody may have been erased while this was written (`store.erasing` begins with a new generation).
                # A compaction beside the work makes one too, as after a large import, but nothing is committed with it.
                self._path.unlink(missing_ok=True)

    @property
    def _path(self) -> Path:
        return self._database.folder / "cache" / "lookup"

    def _stamp(self) -> dict[str, object]:
        return {"store": self._database.identity, "seq": self._database.seq}

    def _open(self) -> None:
        self._index = self._load() or self._build()

    def _load(self) -> LookupIndex | None:
        """The index of the cache, brought up to date with what was committed since; None when it must be built."""
        found = LookupIndex.load(self._path, {"store": self._database.identity})
        if found is None:
            return None
        seq = found.stamp.get("seq")
        if not isinstance(seq, int) or seq > self._database.seq:
            return None
        missed: list[Commit] = []
        for commit in self._database.commits():
            if commit.seq <= seq:
                break
            missed.append(commit)
        self._index = self._told(found)
        self._saved_seq = seq
        self.follow(reversed(missed))
        return self._index

    def _build(self) -> LookupIndex:
        return self._told(LookupIndex.build(self._database.all_raw("customers"), self._dealings()))

    def _told(self, index: LookupIndex) -> LookupIndex:
        """The index, told who asks, and where the numbers of other records are looked up."""
        self._read_settings()
        index.asker = self._asker
        index.numbers = self._numbers
        return index

    def _read_settings(self) -> None:
        raw = self._database.raw(Settings.table, SETTINGS_ID)
        self._settings = Settings() if raw is None else decode(Settings, SETTINGS_ID, raw)

    def _asker(self) -> Asker:
        """Who asks, when. Asked on any thread, so it reads nothing."""
        from store.lookup.filtering import Asker
        from store.records import money
        from store.rules.lunar import nearest_lunar

        zone = self._settings.zone
        units: int = 10 ** money.digits(self._settings.currency)
        return Asker(self._now().astimezone(zone).date(), zone, self._by, units, nearest_lunar)

    def _numbers(self, text: str) -> Iterator[tuple[int, Mark]]:
        """The customer of the ticket or the purchases of that number. Only on the thread of the database."""
        from store.lookup.match import Mark

        number = unicodedata.normalize("NFKC", text).strip()
        ticket = _TICKET_NUMBER.fullmatch(number)
        raw = self._database.raw("tickets", int(ticket[1])) if ticket else None
        if ticket and raw is not None:
            shown = f"T{int(ticket[1]):06d}"
            yield read_dealing(raw).customer, Mark("ticket", shown, 0, len(shown))
        for spelling in dict.fromkeys((number, number.upper())):
            for purchase in self._database.ids("purchases", "order_no", spelling):
                raw = self._database.raw("purchases", purchase)
                if raw is not None:
                    mark = Mark("order_no", spelling, 0, len(spelling))
                    yield read_dealing(raw).customer, mark

    def _dealings(self) -> dict[int, Facts]:
        """What is known of the dealings with each customer."""
        known: dict[int, Dealings] = {}
        for table in DEALINGS:
            for _id, raw in self._database.all_raw(table):
                dealing = read_dealing(raw)
                dealings = known.get(dealing.customer)
                if dealings is None:
                    dealings = known[dealing.customer] = Dealings()
                dealings.add(table, dealing)
        return {customer: dealings.facts for customer, dealings in known.items()}

    def _entry(self, customer: int) -> tuple[int, dict[str, object] | None, Facts]:
        document = self._database.raw("customers", customer)
        dealings = Dealings()
        for table in DEALINGS:
            for record_id in self._database.ids(table, "customer", customer):
                raw = self._database.raw(table, record_id)
                if raw is not None:
                    dealings.add(table, read_dealing(raw))
        return customer, None if document is None else codec.decode(document), dealings.facts

    def _customers_of(
        self, table: str, record_id: int, before: dict[str, object] | None, after: dict[str, object] | None
    ) -> set[int]:
        """Customers whose dealings a change touched: named in it, or the owner of the record as it stands."""
        found = {value for part in (before, after) if part and isinstance(value := part.get("customer"), int)}
        if not found:
            raw = self._database.raw(table, record_id)
            if raw is not None:
                found.add(read_dealing(raw).customer)
        # A call of nobody.
        return found - {0}
