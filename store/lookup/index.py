"""The index behind the look-up box and `find`: built from customers, kept in a cache file, updated with each change."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from store.lookup import cachefile
from store.lookup.facts import NEVER, Facts, facts_of
from store.lookup.keys import keys_of
from store.lookup.match import Found, Match
from store.lookup.merging import merged
from store.lookup.pool import Part, Parts, in_list_order, match_of
from store.lookup.readings import table
from store.lookup.search import Search
from store.lookup.segment import Builder, Entry, Segment, build_segment

MOST_CHANGED = 1024
"""So many changed customers are searched beside the large segment before both become one."""


class First:
    """The answers that can be painted at once, and the way to the rest.

    Attributes:
        found: what is anchored, best first.
    """

    def __init__(self, search: Search) -> None:
        self._search = search
        search.anchored()
        self.found: Found = search.found()

    @property
    def is_all(self) -> bool:
        """Whether `later` would add nothing."""
        return self._search.is_full

    def later(self) -> Found:
        """The same answers in the same places, and after them what slower kinds of match find."""
        if self.is_all:
            return self.found
        self._search.slower()
        return self._search.found()


class LookupIndex:
    """All customers that can be found, in list order.

    One thread changes it (`update`, `touch`, `save`); any other may search meanwhile: a change is published by putting
    one new tuple in the place of the old.
    """

    def __init__(self, base: Segment, stamp: Mapping[str, Any] | None = None) -> None:
        self.stamp: dict[str, Any] = dict(stamp or {})
        """What `load` found in the file: where in the journal it was made."""
        self._changed: dict[int, Entry] = {}
        self._parts: Parts = (Part(base, frozenset()), Part(build_segment(()), frozenset()))

    @classmethod
    def build(
        cls,
        customers: Iterable[tuple[int, bytes | Mapping[str, Any]]],
        dealings: Mapping[int, Facts] | Mapping[int, int] | None = None,
    ) -> LookupIndex:
        """An index of all customers.

        Args:
            customers: id and document (a mapping, or its JSON bytes).
            dealings: what is known of the dealings with each, or when each was last dealt with (epoch seconds); who is
                not in it counts as never.
        """
        builder = Builder()
        dealt: Mapping[int, Facts | int] = dealings or {}
        # Hundreds of thousands of small objects are made and all are kept: looking for garbage doubles the time.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            for identity, document in customers:
                keys = keys_of(document)
                if keys:
                    builder.add(Entry(identity, facts_of(dealt.get(identity, NEVER)), keys))
            return cls(builder.segment())
        finally:
            if was_enabled:
                gc.enable()

    @classmethod
    def load(cls, path: Path, stamp: Mapping[str, Any]) -> LookupIndex | None:
        """The index saved in `path`, or None when it must be built: missing, damaged, stale, or made by other rules.

        It is stale unless every key of `stamp` was saved with the same value. Keys that are not asked for do not count:
        ask for the shop's identity, read the journal position from `.stamp` of the result, and `update` from there on.
        """
        found = cachefile.read(path, stamp, table().checksum)
        return cls(*found) if found else None

    def save(self, path: Path, stamp: Mapping[str, Any]) -> None:
        """Write the index to `path` with its `stamp` (JSON values), replacing the file whole.

        Raises:
            OSError: it cannot be written; the file that was there is untouched.
        """
        self._merge()
        cachefile.write(path, self._parts[0].segment, stamp, table().checksum)
        self.stamp = dict(stamp)

    @property
    def count(self) -> int:
        """How many customers can be found."""
        base, overlay = self._parts
        return len(base.segment) - len(base.dead) + len(overlay.segment)

    def update(self, changes: Iterable[tuple[int, Mapping[str, Any] | None, Facts | int]]) -> None:
        """Take over changed customers: id, the whole document (None: it is gone), and the dealings as for `build`."""
        entries: dict[int, Entry | None] = {}
        for identity, document, dealings in changes:
            keys = keys_of(document) if document is not None else None
            entries[identity] = Entry(identity, facts_of(dealings), keys) if keys else None
        self._publish(entries)

    def touch(self, identity: int, recency: int) -> None:
        """A customer was dealt with at `recency` (epoch seconds): it moves in the list. Unknown ids are nothing."""
        entry = self._entry(identity, recency)
        if entry:
            self._publish({identity: entry})

    def search(self, query: str, limit: int = 200, *, guesses: bool = False) -> Found:
        """The best `limit` answers to what was typed; an empty query finds nothing (see `everybody`).

        Args:
            guesses: answers may be guesses too: digits read as letters, one slip of the keys.
        """
        search = Search(self._parts, query, limit, guesses=guesses)
        search.anchored()
        if not search.is_full:
            search.slower()
        return search.found()

    def search_first(self, query: str, limit: int = 200) -> First:
        """What can be painted in the frame of the key: at 100,000 customers in about a millisecond.

        `First.later` is the whole answer, guesses among it; it keeps every row of the first where it is.
        """
        return First(Search(self._parts, query, limit, guesses=True))

    def everybody(self, start: int = 0, count: int = 200) -> list[Match]:
        """`count` rows of the whole list from row `start` on: active first, recently dealt with first."""
        parts = self._parts
        return [
            match_of(segment, position, segment.row(position), (), 0)
            for segment, position in in_list_order(parts, max(0, start), count)
        ]

    def get(self, identity: int) -> Match | None:
        """The row of one customer; None when it is not to be found."""
        for part in self._parts:
            position = part.segment.find(identity)
            if position is not None and position not in part.dead:
                return match_of(part.segment, position, part.segment.row(position), (), 0)
        return None

    def _entry(self, identity: int, recency: int) -> Entry | None:
        base, _overlay = self._parts
        known = self._changed.get(identity)
        if known:
            return known._replace(facts=_dealt(known.facts, recency))
        position = base.segment.find(identity)
        if position is None or position in base.dead:
            return None
        return base.segment.entry(position, _dealt(base.segment.facts_at(position), recency))

    def _publish(self, entries: Mapping[int, Entry | None]) -> None:
        base, _overlay = self._parts
        dead = set(base.dead)
        for identity, entry in entries.items():
            position = base.segment.find(identity)
            if position is not None:
                dead.add(position)
            if entry:
                self._changed[identity] = entry
            else:
                self._changed.pop(identity, None)
        overlay = build_segment(self._changed.values())
        self._parts = (base._replace(dead=frozenset(dead)), Part(overlay, frozenset()))
        if len(self._changed) > MOST_CHANGED or len(dead) > MOST_CHANGED:
            self._merge()

    def _merge(self) -> None:
        base, overlay = self._parts
        if base.dead or len(overlay.segment):
            whole = merged(base.segment, base.dead, overlay.segment)
            self._changed = {}
            self._parts = (Part(whole, frozenset()), Part(build_segment(()), frozenset()))


def _dealt(facts: Facts, recency: int) -> Facts:
    return facts._replace(recency=recency, warmth=max(facts.warmth, recency))
