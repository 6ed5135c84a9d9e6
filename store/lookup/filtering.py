"""Who passes a filter: pure functions of a segment and of who asks, when."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import compress

from store.lookup.filters import Both, Clause, Either, Node, Not, Word
from store.lookup.keys import PHONE_TYPES, birthday_trait
from store.lookup.segment import Segment

Mask = int
"""One byte for each position, 1 where it passes, as one number: and, or and not of all at once."""

COMPARE: dict[str, Callable[[int, int], bool]] = {
    ":": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}
_LONGEST_WAIT = 366


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, when, and in which shop.

    Attributes:
        today: the shop's day.
        zone: of the shop.
        by: the login that `owner:me` means.
        units: of the smallest unit of money in one of the currency (100 分 in 1 元).
        next_lunar: the next day from one on that is a lunar month and day, None where that is not known.
    """

    today: date
    zone: tzinfo
    by: str = ""
    units: int = 100
    next_lunar: Callable[[date, int, int], date | None] | None = None


class Outside:
    """The positions that a filter keeps out, to be asked one by one."""

    __slots__ = ("_passed",)

    def __init__(self, passed: bytes) -> None:
        self._passed = passed

    def __contains__(self, position: object) -> bool:
        return isinstance(position, int) and not self._passed[position]

    def __len__(self) -> int:
        return self._passed.count(0)

    def __iter__(self) -> Iterator[int]:
        return compress(range(len(self._passed)), map(operator.not_, self._passed))

    def passed(self) -> Iterator[int]:
        """The positions that pass, in order."""
        return compress(range(len(self._passed)), self._passed)

    @property
    def count(self) -> int:
        """How many pass."""
        return self._passed.count(1)


def outside(
    node: Node, segment: Segment, dead: Iterable[int], asker: Asker, find: Callable[[str], Iterable[int]]
) -> Outside:
    """Who does not pass.

    Args:
        dead: positions that never do.
        find: the positions that a word finds.
    """
    size = len(segment)
    mask = _Evaluation(segment, asker, find).mask(node)
    passed = bytearray(mask.to_bytes(size, "little"))
    for position in dead:
        passed[position] = 0
    return Outside(bytes(passed))


class _Evaluation:
    def __init__(self, segment: Segment, asker: Asker, find: Callable[[str], Iterable[int]]) -> None:
        self._segment = segment
        self._asker = asker
        self._find = find
        self._everybody: Mask = int.from_bytes(b"\1" * len(segment), "little")

    def mask(self, node: Node) -> Mask:
        """Who passes."""
        if isinstance(node, Not):
            return self._everybody ^ self.mask(node.node)
        if isinstance(node, Both):
            found = self._everybody
            for one in node.nodes:
                found &= self.mask(one)
            return found
        if isinstance(node, Either):
            found = 0
            for one in node.nodes:
                found |= self.mask(one)
            return found
        if isinstance(node, Word):
            return self._these(self._find(node.text))
        return self._clause(node)

    def _clause(self, clause: Clause) -> Mask:
        if clause.key in ("has", "no"):
            found = 0
            for thing in clause.values:
                found |= self._thing(thing)
            return found if clause.key == "has" else self._everybody ^ found
        if clause.key == "spend":
            return self._spend(clause)
        if clause.key == "last":
            return self._last(clause)
        if clause.key == "bday":
            return self._birthday(clause)
        words = clause.values
        if clause.key == "owner":
            words = tuple(self._asker.by.casefold() if word in ("me", "我") else word for word in words)
        return self._traits([f"{clause.key}:{word}" for word in words])

    def _these(self, positions: Iterable[int]) -> Mask:
        passed = bytearray(len(self._segment))
        for position in positions:
            passed[position] = 1
        return int.from_bytes(passed, "little")

    def _traits(self, words: Iterable[str], *, whole: bool = True) -> Mask:
        lexicon = self._segment.lexicons["trait"]
        return self._these([position for word in words for position in lexicon.holders(word, whole=whole)])

    def _numbers(self, name: str, test: Callable[[int], bool]) -> Mask:
        return int.from_bytes(bytes(map(test, self._segment.facts[name])), "little")

    def _thing(self, thing: str) -> Mask:
        counted = {"ticket": "tickets", "promise": "promises", "todo": "follow_ups", "purchase": "spend"}
        if thing in counted:
            return self._numbers(counted[thing], bool)
        if thing in ("tag", "owner", "bday"):
            return self._traits([f"{thing}:"], whole=False)
        return self._traits([f"has:{kind}" for kind in (PHONE_TYPES if thing == "phone" else (thing,))])

    def _spend(self, clause: Clause) -> Mask:
        amount, compare = clause.number * self._asker.units, COMPARE[clause.op]
        return self._numbers("spend", lambda spent: compare(spent * 100, amount))

    def _last(self, clause: Clause) -> Mask:
        if clause.values == ("never",):
            return self._numbers("recency", operator.not_)
        days = clause.number
        if clause.op in (">", ">="):
            before = self._moment(days if clause.op == ">" else days - 1)
            return self._numbers("recency", before.__gt__)
        since = self._moment(days - 1 if clause.op == "<" else days)
        return self._numbers("recency", max(since, 1).__le__)

    def _moment(self, days: int) -> int:
        """The beginning of the day so many days ago, epoch seconds."""
        if days >= self._asker.today.toordinal() - 365:
            return 1
        day = self._asker.today - timedelta(days)
        return int(datetime.combine(day, time(), self._asker.zone).timestamp())

    def _birthday(self, clause: Clause) -> Mask:
        kind = clause.values[0]
        if kind == "month":
            return self._traits([birthday_trait(clause.number, 0, lunar=False)[:-2]], whole=False)
        if kind == "day":
            return self._traits([birthday_trait(*divmod(clause.number, 100), lunar=False)])
        days = [
            self._asker.today + timedelta(ahead) for ahead in range(min(clause.number, _LONGEST_WAIT) + 1)
        ]
        words = {birthday_trait(day.month, day.day, lunar=False) for day in days}
        if any((day.month, day.day) == (2, 28) and (day + timedelta(1)).month == 3 for day in days):
            words.add(birthday_trait(2, 29, lunar=False))
        found = self._traits([*sorted(words), *self._lunar_birthdays(days[-1])])
        return self._everybody ^ found if clause.op in (">", ">=") else found

    def _lunar_birthdays(self, last: date) -> Iterator[str]:
        """The lunar birthdays that somebody has and that come round between today and `last`."""
        next_lunar = self._asker.next_lunar
        if next_lunar is None:
            return
        lead = birthday_trait(0, 0, lunar=True)[:-4]
        for word in self._segment.lexicons["trait"].beginning(lead):
            month, day = divmod(int(word[len(lead) :]), 100)
            found = next_lunar(self._asker.today, month, day)
            if found is not None and found <= last:
                yield word
