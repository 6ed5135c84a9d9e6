"""What a look-up answers: everything a list row needs, and what was found where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import msgspec


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One place that matched.

    Attributes:
        field: name, alias, call_as, company, phone, pinyin, initials, tag, number, external_id, or the type of a
            contact point (wechat, taobao, email …).
        text: the value that matched, as a person wrote it (phones: as stored, E.164 where they can be).
        start, end: the characters of `text` that matched; for pinyin and initials the characters whose readings did.
    """

    field: str
    text: str
    start: int
    end: int


class Match(msgspec.Struct, frozen=True, gc=False):
    """One customer found, with all that a row of the list shows.

    `score` is stable between runs and versions of the data: 900 and more an exact match, 600 to 899 the start of a
    value (or the last digits of a number), 300 to 599 somewhere inside. Equal scores: active before archived, then
    recently dealt with first, then the lower id. `field`, `text`, `start`, `end` are the first of `marks`; several
    words have one mark each.
    """

    id: int
    number: str
    name: str
    call_as: str
    company: str
    phones: tuple[str, ...]
    tags: tuple[str, ...]
    status: str
    field: str
    text: str
    start: int
    end: int
    score: int
    marks: tuple[Mark, ...] = ()


class Matches(Sequence[Match]):
    """Matches in order, each made when it is looked at: a list paints twenty of two hundred."""

    __slots__ = ("_count", "_made", "_make")

    def __init__(self, count: int, make: Callable[[int], Match]) -> None:
        """Args: make gives the match at an index; it is asked once for each."""
        self._count = count
        self._make = make
        self._made: dict[int, Match] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Match: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Match, ...]: ...

    def __getitem__(self, index: int | slice) -> Match | tuple[Match, ...]:
        if isinstance(index, slice):
            return tuple([self[one] for one in range(*index.indices(self._count))])
        if not -self._count <= index < self._count:
            raise IndexError(index)
        index %= self._count
        match = self._made.get(index)
        if match is None:
            match = self._made[index] = self._make(index)
        return match

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and not isinstance(other, str) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return f"Matches({tuple(self)!r})"


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query.

    Attributes:
        matches: the best, best first.
        total: how many there are, None when they were not all counted.
        more: there are more than `matches` shows.
        tried: what was looked through, as field names; worth telling when nothing was found.
    """

    matches: Sequence[Match]
    total: int | None
    more: bool
    tried: tuple[str, ...]


def customer_number(identity: int) -> str:
    """The number of a customer: `C000012` for 12."""
    return f"C{identity:06d}"


def match_json(match: Match) -> dict[str, object]:
    """The JSON shape of one match."""
    return {
        "id": match.id,
        "number": match.number,
        "name": match.name,
        "phones": list(match.phones),
        "matched": {"field": match.field, "text": match.text},
        "score": match.score,
    }
