"""Keeps the look-up index current with the shop: made from its records, kept in `cache/`, updated with each change."""

from __future__ import annotations

import contextlib
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from store.beside import Beside
from store.clock import Clock, system_clock
from store.dealings import DEALINGS, Dealings, all_facts, read_dealing
from store.engine import Commit, Database
from store.lookup.facts import Facts
from store.lookup.index import LookupIndex
from store.lookup.searched import SearchedCustomer, searched
from store.records.base import decode
from store.records.setting import SETTINGS_ID, Settings

if TYPE_CHECKING:
    from store.lookup.filtering import Asker
    from store.lookup.match import Mark

INDEXES = dict.fromkeys(DEALINGS, ("customer",)) | {"purchases": ("customer", "order_no")}
"""What `Finding` asks of the database's indexes."""

REBUILD_FROM = 5_000
"""So many changed customers at once are quicker indexed from scratch."""

LEAVE_FROM = 2_000
"""So many are left to another process where one may be started: nobody waits for it, nor keeps the memory it takes."""

REST_EVERY = 16
"""Calls of `rest` after which the database gives back memory, too: a few seconds of a screen."""

BESIDE_FROM = 3_000
"""So many customers are worth a process of its own, which takes a moment to start."""

RECENT = 200
"""So many are listed while the index is being made."""

MISSED_OFTEN = 40
"""So many searches without an index take about as long as making one."""


ERASE = "customer.erase"
"""The action after which what was known before must not be kept."""

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
        self._seq = -1
        self._saved_seq = -1
        self._reloads = database.reloads
        self._missed = 0
        self._rested = 0
        self._maker: Beside | None = None
        self._behind = False
        self._is_being_made = False
        self._recent: LookupIndex | None = None

    @property
    def index(self) -> LookupIndex:
        """The index; read from the cache or built on first use. Waits for it where it is being made."""
        self._replace_lost()
        while self._index is None or self._behind:
            if self._maker is not None and self._maker.is_at_work:
                self._take_made(made=bool(self._maker.ended(None)))
            else:
                self._open()
        return self._index

    @property
    def ready(self) -> LookupIndex | None:
        """The index where it is in memory; None where it would have to be read or made, with the lock held."""
        if self._index is None or self._behind or self._index.is_lost:
            self._missed += 1
            return None
        return self._index

    @property
    def at_hand(self) -> LookupIndex:
        """What may be searched at once, on any thread: the index or, `is_being_made`, those dealt with lately."""
        return self._index or self._recent or self.index

    @property
    def is_being_made(self) -> bool:
        """Whether answers are still to come, because another process makes the index. May be asked on any thread."""
        return self._is_being_made

    @property
    def is_saved(self) -> bool:
        """Whether the cache has the index as it is."""
        return self._saved_seq == self._seq

    def take_kept(self) -> None:
        """Have the index in memory where the cache has it; making it anew is left to who cannot do without."""
        if self._index is None:
            self._index = self._load()

    def begin(self) -> None:
        """Have the index for a screen, which must not wait: where it is not kept, another process makes it.

        From now on `look` is called again and again, and what makes much of the index anew is left to that process.
        """
        self._maker = Beside("store.index_maker", str(self._database.folder))
        self.take_kept()
        if self._index is None:
            self._make()

    def look(self) -> bool:
        """Take over the index that another process made; whether there is a new one."""
        self._replace_lost()
        made = self._maker.ended() if self._maker is not None else None
        if made is None:
            return False
        self._take_made(made=made)
        return True

    def rest(self) -> None:
        """Give back memory that can be done without for now; at once that of a search, now and then that of reading."""
        if self._index is not None:
            self._index.rest()
        self._rested += 1
        if self._rested % REST_EVERY == 0:
            self._database.rest()

    def warm_up(self) -> None:
        """Have the index in memory for who keeps asking for it. To be called without the lock: it takes a while."""
        if self._missed > MISSED_OFTEN and self._index is None and self._maker is None:
            self._open()

    def follow(self, commits: Iterable[Commit]) -> None:
        """Take in what was committed."""
        if self._index is None or self._behind:
            return
        if self._reloads != self._database.reloads:
            self._reloads = self._database.reloads
            self._make(anew=True)
            return
        known = list(commits)
        changed = self._touched(known)
        is_much = len(changed) >= REBUILD_FROM
        if self._maker is not None and len(changed) > 1:
            is_much = len(changed) + self._index.changed >= LEAVE_FROM
        if is_much:
            self._make()
            return
        self._index.update(map(self._entry, sorted(changed)))
        # Not `Database.seq`: reading a table may have brought in what this has not been told of.
        self._seq = max([self._seq, *[commit.seq for commit in known]])
        if changed and self._index.has_much_changed and not self._start_maker():
            self._index.merge()
            self.save()

    def _touched(self, commits: Iterable[Commit]) -> set[int]:
        """The customers whose row or dealings the commits have changed."""
        changed: set[int] = set()
        for commit in commits:
            for change in commit.changes:
                if change.table == "customers":
                    changed.add(change.id)
                elif change.table == Settings.table:
                    self._read_settings()
                elif change.table in DEALINGS:
                    changed.update(self._customers_of(change.table, change.id, change.before, change.after))
        return changed

    def save(self) -> bool:
        """Write the index to `cache/` for the next start, where it has changed and may be written.

        Returns:
            Whether the cache has it, as it is or as it was a moment ago: somebody may go on committing.
        """
        if self._index is None or self._behind or not self._database.writable:
            return False
        if self.is_saved:
            return True
        # Only what speeds up the next start: a full disk must keep nobody from what they came for.
        with contextlib.suppress(OSError):
            database = self._database
            generation, written = database.generation, (database.seq, database.reloads)
            self._index.save(self._path, self._stamp())
            self._saved_seq = self._seq
            database.tables()
            is_known = database.generation == generation or (database.seq, database.reloads) == written
            if is_known and not self._has_erasing(self._seq):
                return True
            # Somebody may have been erased while this was written (`store.erasing` begins with a new generation).
            # A compaction beside the work makes one too, as after a large import, but nothing is committed with it.
            self._path.unlink(missing_ok=True)
        return False

    @property
    def _path(self) -> Path:
        return self._database.folder / "cache" / "lookup"

    def _stamp(self) -> dict[str, object]:
        return {"store": self._database.identity, "seq": self._seq}

    def _open(self) -> None:
        self._index = self._load()
        if self._index is None:
            self._make()

    def _make(self, *, anew: bool = False) -> None:
        """Have the index made from all records: by another process, which leaves this one as it is, or else here.

        Args:
            anew: what is kept in the cache, or being made, is of no use.
        """
        if anew:
            if self._maker is not None:
                self._maker.stop()
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
        if self._start_maker():
            self._behind = self._index is not None
            if self._index is None:
                self._recent = self._dealt_with_lately()
            self._is_being_made = True
            return
        self._behind = False
        self._build_here()

    def _replace_lost(self) -> None:
        """Have the index made anew where another program has cut off its file."""
        if self._index is not None and self._index.is_lost:
            # Whoever searches meanwhile, on another thread, always finds something to search.
            self._recent = self._dealt_with_lately()
            self._index = None
            self._make(anew=True)

    def _build_here(self) -> None:
        """Make the index in this process; kept at once, it is then read from there."""
        self._seq, self._saved_seq = self._database.seq, -1
        self._index = self._build()
        self.save()

    def _start_maker(self) -> bool:
        """Whether another process is at making the index, or at bringing the kept one up to date."""
        if self._maker is None or not self._database.writable:
            return False
        if len(self._database.table("customers")) < BESIDE_FROM:
            return False
        return self._maker.start()

    def _take_made(self, *, made: bool) -> None:
        """Take over what another process made; without it, do here what it was for."""
        needed = self._index is None or self._behind
        self._behind = False
        # It may know of what was committed a moment ago, and is told of it once more.
        found = self._load(ahead=True) if made else None
        if found is None and needed:
            self._build_here()
        elif found is None and self._index is not None and self._index.has_much_changed:
            self._index.merge()
            self.save()
        if not self._behind:
            self._recent = None
            self._is_being_made = False

    def _dealt_with_lately(self) -> LookupIndex:
        """A few customers, found in no time: what can be listed until the index is made."""
        lately: dict[int, int] = {}
        for table in ("interactions", "purchases"):
            newest = self._database.next_id(table)
            for record in range(newest - 1, max(0, newest - 1 - RECENT), -1):
                raw = self._database.raw(table, record)
                dealing = read_dealing(raw) if raw is not None else None
                if dealing is not None and dealing.at is not None:
                    moment = int(dealing.at.timestamp())
                    lately[dealing.customer] = max(moment, lately.get(dealing.customer, 0))
        found = [(customer, self._database.raw("customers", customer)) for customer in lately]
        return self._told(LookupIndex.build([(n, raw) for n, raw in found if raw is not None], lately))

    def _load(self, *, ahead: bool = False) -> LookupIndex | None:
        """The index of the cache, brought up to date with what was committed since; None when it must be built.

        Args:
            ahead: it may know of what this process has not yet seen.
        """
        found = LookupIndex.load(self._path, {"store": self._database.identity})
        if found is None:
            return None
        seq = found.stamp.get("seq")
        if not isinstance(seq, int) or (seq > self._database.seq and not ahead):
            return None
        if self._has_erasing(seq):
            # Who wrote it had not been told yet, or died before it was taken away again.
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)
            return None
        missed: list[Commit] = []
        for commit in self._database.commits():
            if commit.seq <= seq:
                break
            missed.append(commit)
        self._index = self._told(found)
        self._seq = self._saved_seq = seq
        self.follow(reversed(missed))
        return self._index

    def _has_erasing(self, seq: int) -> bool:
        """Whether somebody was erased after that line: what was known before must not be kept."""
        newer = itertools.takewhile(lambda commit: commit.seq > seq, self._database.commits())
        return any(commit.kind == ERASE for commit in newer)

    def _build(self) -> LookupIndex:
        customers = self._database.all_decoded("customers", SearchedCustomer, searched)
        found = (customer for block in customers for customer in block.items())
        return self._told(LookupIndex.build(found, all_facts(self._database)))

    def _told(self, index: LookupIndex) -> LookupIndex:
        """The index, told who asks, and where the numbers of other records are looked up."""
        self._read_settings()
        index.asker = self._asker
        index.numbers = self._numbers
        index.merges = self._maker is None
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

    def _entry(self, customer: int) -> tuple[int, bytes | None, Facts]:
        document = self._database.raw("customers", customer)
        dealings = Dealings()
        for table in DEALINGS:
            for record_id in self._database.ids(table, "customer", customer):
                raw = self._database.raw(table, record_id)
                if raw is not None:
                    dealings.add(table, read_dealing(raw))
        return customer, document, dealings.facts

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
