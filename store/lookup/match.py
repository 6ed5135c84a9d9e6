"""What a look-up answers: everything a list row needs, and what was found where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import overload

import msgspec

from locales import N_, _
from store.phone_text import extension_of


class Mark(msgspec.Struct, frozen=True, gc=False):
    """One place that matched.

    Attributes:
        field: name, alias, call_as, company, phone, pinyin, initials, tag, number, external_id, or the type of a
            contact point (wechat, taobao, email …).
        text: the value that matched, as a person wrote it (phones: as in `Customer.shown_phones`).
        start, end: the characters of `text` that matched; for pinyin and initials the characters whose readings did.
    """

    field: str
    text: str
    start: int
    end: int


class Match(msgspec.Struct, frozen=True, gc=False):
    """One customer found, with all that a row of the list shows.

    `score` is stable between runs and versions of the data: 900 and more an exact match, 600 to 899 the start of a
    value (or the last digits of a number), 300 to 599 somewhere inside or in a mixed spelling, below that a guess.
    Equal scores: active before archived, then who has something open, then who is dealt with lately and often, then
    the lower id. `field`, `text`, `start`, `end` are the first of `marks`; several words have one mark each.

    `reasons` are keys: `ticket` and `promise` are open, `often` dealt with, `digits` were read as letters, `slip` of
    the keys; `match_reasons` has the words.
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
    reasons: tuple[str, ...] = ()


NOBODY = Match(0, "", "", "", "", (), (), "", "", "", 0, 0, 0)
"""What stands for a match that cannot be told any more."""

REASONS = {
    "ticket": N_("has an open ticket"),
    "promise": N_("was promised something"),
    "often": N_("often dealt with"),
    "digits": N_("digits read as letters"),
    "slip": N_("one key away from what was typed"),
}

FIELDS = {
    "phone": N_("telephone numbers"),
    "name": N_("names"),
    "alias": N_("other names"),
    "company": N_("companies"),
    "handle": N_("e-mail and other accounts"),
    "external_id": N_("numbers elsewhere"),
    "tag": N_("tags"),
    "pinyin": N_("parts of names"),
    "initials": N_("first letters"),
    "number": N_("customer numbers"),
    "digits": N_("digits as letters"),
    "slip": N_("one wrong key"),
}
"""What a look-up looks through, in the order it is told."""


def match_reasons(match: Match) -> tuple[str, ...]:
    """Why a match stands before others that match as well, or that it is a guess; in words."""
    return tuple([_(REASONS[reason]) for reason in match.reasons])


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
        problem: why the filters that were typed cannot be understood, a sentence; empty when they can.
    """

    matches: Sequence[Match]
    total: int | None
    more: bool
    tried: tuple[str, ...]
    problem: str = ""

    @property
    def tried_words(self) -> str:
        """What was looked through, a sentence; empty when nothing was."""
        fields = [_(words) for field, words in FIELDS.items() if field in self.tried]
        return _("Looked through {fields}.").format(fields=_(", ").join(fields)) if fields else ""


def no_answer(problem: str) -> Found:
    """The answer to a query that cannot be understood."""
    return Found(matches=(), total=0, more=False, tried=(), problem=problem)


def customer_number(identity: int) -> str:
    """The number of a customer: `C000012` for 12."""
    return f"C{identity:06d}"


def match_json(match: Match) -> dict[str, object]:
    """The JSON shape of one match."""
    is_phone = match.field == "phone"
    return {
        "id": match.id,
        "number": match.number,
        "name": match.name,
        "phones": [extension_of(phone)[0] for phone in match.phones],
        "matched": {"field": match.field, "text": extension_of(match.text)[0] if is_phone else match.text},
        "score": match.score,
        "reasons": list(match.reasons),
    }
