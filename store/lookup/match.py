"""What a look-up answers: everything a list row needs, and what was found where."""

from __future__ import annotations

from dataclasses import dataclass

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


class Match(msgspec.Struct, frozen=True):
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


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to one query.

    Attributes:
        matches: the best, best first.
        total: how many there are, None when they were not all counted.
        more: there are more than `matches` shows.
        tried: what was looked through, as field names; worth telling when nothing was found.
    """

    matches: tuple[Match, ...]
    total: int | None
    more: bool
    tried: tuple[str, ...]


def customer_number(identity: int) -> str:
    """The number of a customer: `C000012` for 12."""
    return f"C{identity:06d}"
