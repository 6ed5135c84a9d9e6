"""The index behind the look-up box and `find`: built from customers, kept in a cache file, updated with each change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from store.lookup import cachefile
from store.lookup.keys import keys_of
from store.lookup.match import Found, Match
from store.lookup.readings import table
from store.lookup.search import Part, Parts, in_list_order, match_of, search
from store.lookup.segment import Builder, Entry, Segment, build_segment, merged

MOST_CHANGED = 1024
"""So many changed customers are searched beside the large segment before both become one."""


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
        recency: Mapping[int, int] | None = None,
    ) -> LookupIndex:
        """An index of all customers.

        Args:
            customers: id and document (a mapping, or its JSON bytes).
            recency: when each was last dealt with, epoch seconds; who is not in it counts as never.
        """
        builder = Builder()
        dealt = recency or {}
        for identity, document in customers:
            keys = keys_of(document)
            if keys:
                builder.add(Entry(identity, dealt.get(identity, 0), keys))
        return cls(builder.segment())

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

    def update(self, changes: Iterable[tuple[int, Mapping[str, Any] | None, int]]) -> None:
        """Take over changed customers: id, the whole document (None: it is gone), and when last dealt with."""
        entries: dict[int, Entry | None] = {}
        for identity, document, recency in changes:
            keys = keys_of(document) if document is not None else None
            entries[identity] = Entry(identity, recency, keys) if keys else None
        self._publish(entries)

    def touch(self, identity: int, recency: int) -> None:
        """A customer was dealt with at `recency` (epoch seconds): it moves in the list. Unknown ids are nothing."""
        entry = self._entry(identity, recency)
        if entry:
            self._publish({identity: entry})

    def search(self, query: str, limit: int = 200) -> Found:
        """The best `limit` answers to what was typed; an empty query finds nothing (see `everybody`)."""
        return search(self._parts, query, limit)

    def everybody(self, start: int = 0, count: int = 200) -> list[Match]:
        """`count` rows of the whole list from row `start` on: active first, recently dealt with first."""
        parts = self._parts
        return [
            match_of(segment.ids[position], segment.row(position), (), 0)
            for segment, position in in_list_order(parts, max(0, start), count)
        ]

    def get(self, identity: int) -> Match | None:
        """The row of one customer; None when it is not to be found."""
        for part in self._parts:
            position = part.segment.find(identity)
            if position is not None and position not in part.dead:
                return match_of(identity, part.segment.row(position), (), 0)
        return None

    def _entry(self, identity: int, recency: int) -> Entry | None:
        base, _overlay = self._parts
        if identity in self._changed:
            return self._changed[identity]._replace(recency=recency)
        position = base.segment.find(identity)
        if position is None or position in base.dead:
            return None
        return base.segment.entry(position, recency)

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
