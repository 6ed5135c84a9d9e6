"""The index behind the look-up box and `find`: built from customers, kept in a cache file, updated with each change."""

from __future__ import annotations

import errno
import gc
import os
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from locales import _
from store.lookup import cachefile
from store.lookup.facts import NEVER, Facts, facts_of
from store.lookup.keys import Keying, keys_of
from store.lookup.match import Found, Mark, Match, no_answer
from store.lookup.merging import merged
from store.lookup.pool import Part, Parts, in_list_order, match_of
from store.lookup.query import REFERENCE, may_be_reference
from store.lookup.readings import table
from store.lookup.search import Search
from store.lookup.searched import SearchedCustomer, searched
from store.lookup.segment import Builder, Entry, Segment, build_segment, sorted_for_the_list

if TYPE_CHECKING:
    from store.lookup.completing import Completion
    from store.lookup.filtering import Asker
    from store.lookup.filters import Node

_MAY_BE_FILTER = re.compile("[:<>=\uff1a\uff1c\uff1e\uff1d]")

_IN_USE = 2
"""Calls of `rest` after which nobody is taken to be searching."""

_AT_ONCE = 256
"""So many changed customers are keyed at once."""

MOST_CHANGED = 1024
"""So many changed customers are searched beside the large segment before both become one."""


class First:
    """The answers that can be painted at once, and the way to the rest.

    Attributes:
        found: what is anchored, best first.
    """

    def __init__(self, search: Search | Found) -> None:
        """Args: search is one that has not begun, or the whole answer."""
        self._search = None if isinstance(search, Found) else search
        if isinstance(search, Found):
            self.found = search
        else:
            search.anchored()
            self.found = search.found()

    @property
    def is_all(self) -> bool:
        """Whether `later` would add nothing."""
        return self._search is None or self._search.is_full

    def later(self) -> Found:
        """The same answers in the same places, and after them what slower kinds of match find."""
        if self._search is None or self._search.is_full or not self._search.is_whole:
            return self.found
        self._search.slower()
        return self._search.found()


class LookupIndex:
    """All customers that can be found, in list order.

    One thread changes it (`update`, `touch`, `save`); any other may search meanwhile: a change is published by putting
    one new tuple in the place of the old.
    """

    def __init__(self, base: Segment, stamp: Mapping[str, Any] | None = None) -> None:
        self.merges = True
        """Whether what changed is put into the large segment as soon as it is much; see `merge`."""
        self.stamp: dict[str, Any] = dict(stamp or {})
        """What `load` found in the file: where in the journal it was made."""
        self.asker: Callable[[], Asker] | None = None
        """Who asks, when; wanted by filters."""
        self.numbers: Callable[[str], Iterable[tuple[int, Mark]]] | None = None
        """The customers of the tickets and orders of that number; see `references`."""
        self._in_use = _IN_USE
        self._kept: tuple[Parts, Node, Asker, Parts] | None = None
        self._is_lost = False
        self._published: Parts = (Part(base, frozenset()), Part(build_segment(()), frozenset()))

    @property
    def _parts(self) -> Parts:
        """Both segments, for one look at them: without the large one where its file was cut off."""
        base, overlay = self._published
        if not base.segment.is_whole:
            self._is_lost = True
            self._kept = None
            base = Part(build_segment(()), frozenset())
            self._published = (base, overlay)
        return self._published

    @property
    def is_lost(self) -> bool:
        """Whether somebody has cut off the file: only what changed lately is found, and it is to be made anew."""
        _base, _overlay = self._parts
        return self._is_lost

    @classmethod
    def build(
        cls,
        customers: Iterable[tuple[int, SearchedCustomer | bytes | Mapping[str, Any]]],
        dealings: Mapping[int, Facts] | Mapping[int, int] | None = None,
    ) -> LookupIndex:
        """An index of all customers.

        Args:
            customers: id and document (a mapping, its JSON bytes, or its fields that are searched).
            dealings: what is known of the dealings with each, or when each was last dealt with (epoch seconds); who is
                not in it counts as never.
        """
        dealt: Mapping[int, Facts | int] = dealings or {}
        # Hundreds of thousands of small objects are made and all are kept: looking for garbage doubles the time.
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            return cls(_segment_of(customers, dealt))
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
        """Write the index to `path` with its `stamp` (JSON values), replacing the file whole, and read on from there.

        Raises:
            OSError: it cannot be written, or is lost; the file that was there is untouched.
        """
        if self.is_lost:
            raise OSError(errno.ESTALE, os.strerror(errno.ESTALE), str(path))
        self.merge()
        cachefile.write(path, self._parts[0].segment, stamp, table().checksum)
        self.stamp = dict(stamp)
        # What was made in memory goes; unless another process has just kept its own, which is left alone.
        found = cachefile.read(path, stamp, table().checksum)
        if found:
            self._published = (Part(found[0], frozenset()), self._parts[1])
            self._kept = None

    @property
    def is_in_file(self) -> bool:
        """Whether all but what changed lately lies in the file, rather than in the memory of this process."""
        return self._published[0].segment.file is not None

    @property
    def has_much_changed(self) -> bool:
        """Whether so much changed that it belongs into the large segment."""
        return self.changed > MOST_CHANGED

    @property
    def changed(self) -> int:
        """How many customers have changed that are not in the large segment as they are."""
        base, overlay = self._parts
        return max(len(overlay.segment), len(base.dead))

    @property
    def count(self) -> int:
        """How many customers can be found."""
        base, overlay = self._parts
        return len(base.segment) - len(base.dead) + len(overlay.segment)

    def update(self, changes: Iterable[tuple[int, bytes | Mapping[str, Any] | None, Facts | int]]) -> None:
        """Take over changed customers: id, the whole document (None: it is gone), and the dealings as for `build`."""
        waiting = iter(changes)
        # A few at a time: the memory that thousands take at once would not be given back.
        while some := list(islice(waiting, _AT_ONCE)):
            entries: dict[int, Entry | None] = {}
            for identity, document, dealings in some:
                keys = keys_of(document) if document is not None else None
                entries[identity] = Entry(identity, facts_of(dealings), keys) if keys else None
            self._publish(entries)
        if self.merges and self.has_much_changed:
            self.merge()

    def touch(self, identity: int, recency: int) -> None:
        """A customer was dealt with at `recency` (epoch seconds): it moves in the list. Unknown ids are nothing."""
        entry = self._entry(identity, recency)
        if entry:
            self._publish({identity: entry})
            if self.merges and self.has_much_changed:
                self.merge()

    def search(self, query: str, limit: int = 200, *, guesses: bool = False) -> Found:
        """The best `limit` answers to what was typed; an empty query finds nothing (see `everybody`).

        Args:
            guesses: answers may be guesses too: digits read as letters, one slip of the keys.
        """
        search = self._asked(query, limit, guesses=guesses)
        if isinstance(search, Found):
            return search
        search.anchored()
        if not search.is_full:
            search.slower()
        return search.found()

    def search_first(self, query: str, limit: int = 200) -> First:
        """What can be painted in the frame of the key: at 100,000 customers in about a millisecond.

        `First.later` is the whole answer, guesses among it; it keeps every row of the first where it is.
        """
        return First(self._asked(query, limit, guesses=True))

    def rest(self) -> None:
        """Give back the memory of what was looked through, once nobody has searched for two calls.

        To be called now and then, on any thread. The next search finds it with the system again, in no time.
        """
        file = self._published[0].segment.file
        if self._in_use:
            self._in_use -= 1
            if file is not None and not self._in_use:
                file.let_go()

    def references(self, query: str) -> list[Match]:
        """Whose ticket (T000045) or order has that very number.

        It asks the database: only to be called on the thread that uses it, and where nothing is anchored.
        """
        found: dict[int, Match] = {}
        for customer, mark in self.numbers(query) if self.numbers and may_be_reference(query) else ():
            match = self.get(customer)
            if match and customer not in found:
                found[customer] = msgspec.structs.replace(
                    match,
                    field=mark.field,
                    text=mark.text,
                    start=mark.start,
                    end=mark.end,
                    marks=(mark,),
                    score=REFERENCE,
                )
        return list(found.values())

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """The ways to go on with a filter from `cursor` in `text`, the likeliest first; none where none is begun."""
        from store.lookup.completing import completions

        return completions(text, cursor, [part.segment for part in self._parts])

    def so_far(self, text: str, cursor: int) -> str:
        """`text` without what is only begun in it; see `store.lookup.completing.so_far`."""
        from store.lookup.completing import so_far

        return so_far(text, cursor, [part.segment for part in self._parts])

    def _asked(self, query: str, limit: int, *, guesses: bool) -> Search | Found:
        """The search that `query` is, or its answer where filters are all there is to it."""
        if not query.isascii():
            # Bytes of a command line that are no text.
            query = query.encode("utf-8", "replace").decode()
        self._in_use = _IN_USE
        if not _MAY_BE_FILTER.search(query):
            return Search(self._parts, query, limit, guesses=guesses)
        from store.lookup.filters import parse_filter
        from store.lookup.narrowing import passing

        wanted = parse_filter(query)
        if wanted is None:
            return Search(self._parts, query, limit, guesses=guesses)
        if wanted.problem:
            return no_answer(wanted.problem)
        if wanted.node is None:
            return Search(self._parts, wanted.words, limit, guesses=guesses)
        if self.asker is None:
            return no_answer(_("Filters cannot be used here."))
        parts = self._narrowed(wanted.node, self.asker())
        if wanted.words:
            return Search(parts, wanted.words, limit, guesses=guesses)
        return passing(parts, limit)

    def _narrowed(self, node: Node, asker: Asker) -> Parts:
        """The parts with only those who pass. The last is kept: one goes on typing words behind a filter."""
        from store.lookup.narrowing import narrow

        parts = self._parts
        kept = self._kept
        if kept and kept[0] is parts and kept[1:3] == (node, asker):
            return kept[3]
        narrowed = narrow(parts, node, asker)
        self._kept = (parts, node, asker, narrowed)
        return narrowed

    def everybody(self, start: int = 0, count: int = 200) -> list[Match]:
        """`count` rows of the whole list from row `start` on: active first, recently dealt with first."""
        self._in_use = _IN_USE
        parts = self._parts
        return [
            match_of(segment, position, segment.row(position), (), 0)
            for segment, position in in_list_order(parts, max(0, start), count)
        ]

    def get(self, identity: int) -> Match | None:
        """The row of one customer; None when it is not to be found."""
        self._in_use = _IN_USE
        for part in self._parts:
            position = part.segment.find(identity)
            if position is not None and position not in part.dead:
                return match_of(part.segment, position, part.segment.row(position), (), 0)
        return None

    def _entry(self, identity: int, recency: int) -> Entry | None:
        for segment, dead in self._parts:
            position = segment.find(identity)
            if position is not None and position not in dead:
                return segment.entry(position, _dealt(segment.facts_at(position), recency))
        return None

    def _publish(self, entries: Mapping[int, Entry | None]) -> None:
        base, overlay = self._parts
        segment = overlay.segment
        dead = {position for one in entries if (position := base.segment.find(one)) is not None}
        gone = {position for one in entries if (position := segment.find(one)) is not None}
        added = build_segment([entry for entry in entries.values() if entry])
        whole = merged(segment, gone, added) if len(gone) < len(segment) else added
        self._published = (base._replace(dead=frozenset(base.dead).union(dead)), Part(whole, frozenset()))

    def merge(self) -> None:
        """Put what changed into the large segment. That is then in memory, and `save` brings it to the file again."""
        base, overlay = self._parts
        if base.dead or len(overlay.segment):
            whole = merged(base.segment, base.dead, overlay.segment)
            self._published = (Part(whole, frozenset()), Part(build_segment(()), frozenset()))


def _segment_of(
    customers: Iterable[tuple[int, SearchedCustomer | bytes | Mapping[str, Any]]],
    dealt: Mapping[int, Facts | int],
) -> Segment:
    """The segment of all customers; see `LookupIndex.build`."""
    ids = []
    people = []
    for identity, document in customers:
        ids.append(identity)
        people.append(document if isinstance(document, SearchedCustomer) else searched(document))
    facts = [facts_of(dealt.get(identity, NEVER)) for identity in ids]
    order = sorted_for_the_list(ids, [known.recency for known in facts], [one.is_archived for one in people])
    keys_of_one, builder = Keying().keys, Builder()
    # In list order from the start: what is made one after the other lies side by side, and is gone through so later.
    for index in order:
        keys = keys_of_one(people[index])
        if keys:
            builder.add(ids[index], facts[index], keys)
    return builder.segment(is_in_order=True)


def _dealt(facts: Facts, recency: int) -> Facts:
    return facts._replace(recency=recency, warmth=max(facts.warmth, recency))
