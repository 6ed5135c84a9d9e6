"""The review list: everybody compared with everybody they could be, in steps that leave the shop usable."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from store.actions.likely import compared
from store.records.customer import Customer
from store.rules.duplicates import REVIEWED, Traits, block_keys, is_compared, likeness, marked, pairs_of

if TYPE_CHECKING:
    from store.readers import Records

BATCH: Final = 200
"""So many customers, or pairs, are looked at between two looks at the time."""


@dataclass(frozen=True)
class DuplicatePair:
    """Two customers who are probably one; the one with the smaller id first."""

    first: Customer
    second: Customer
    score: int
    reasons: tuple[str, ...]


class DuplicateSearch:
    """A search for duplicates under way. What is changed meanwhile is compared as it stands when its turn comes.

    Attributes:
        total: how many customers there are to look at.
        looked_at: how many have been looked at.
    """

    def __init__(self, records: Records) -> None:
        self._records = records
        ids = records.all_ids(Customer)
        self.total = len(ids)
        self.looked_at = 0
        self._found: list[tuple[int, tuple[int, int]]] = []
        self._steps = self._run(ids)

    def advance(self, seconds: float = 0.1) -> bool:
        """Go on for about `seconds`, at least one step; whether everything has been compared."""
        until = time.monotonic() + seconds
        while not next(self._steps, True):
            if time.monotonic() >= until:
                return False
        return True

    def pairs(self, limit: int = 200) -> list[DuplicatePair]:
        """The likeliest `limit` pairs found that still are, as the shop stands now."""
        self._found.sort(key=lambda entry: (-entry[0], entry[1]))
        pairs: list[DuplicatePair] = []
        for _score, ids in self._found:
            if len(pairs) == limit:
                break
            customers = [one for one in self._records.get_many(Customer, ids) if is_compared(one)]
            if len(customers) == 2:
                alike = likeness(compared(customers[0]), compared(customers[1]))
                if alike.score >= REVIEWED:
                    pairs.append(DuplicatePair(customers[0], customers[1], alike.score, alike.reasons))
        pairs.sort(key=lambda pair: (-pair.score, pair.first.id, pair.second.id))
        return pairs

    @property
    def found(self) -> int:
        """How many pairs have been found."""
        return len(self._found)

    def _run(self, ids: list[int]) -> Iterator[bool]:
        """Work, a batch at a time; False as long as there is more."""
        marks: list[int] = []
        for start in range(0, len(ids), BATCH):
            for customer in self._records.get_many(Customer, ids[start : start + BATCH]):
                if is_compared(customer):
                    marks += [marked(key, customer.id) for key in block_keys(compared(customer))]
            self.looked_at = min(start + BATCH, len(ids))
            yield False
        pairs = sorted(pairs_of(marks))
        del marks
        yield False
        known: dict[int, Traits | None] = {}
        for start in range(0, len(pairs), BATCH):
            for pair in pairs[start : start + BATCH]:
                self._weigh(pair, known)
            yield False

    def _weigh(self, pair: tuple[int, int], known: dict[int, Traits | None]) -> None:
        for identity in pair:
            if identity not in known:
                customer = next(iter(self._records.get_many(Customer, [identity])), None)
                known[identity] = compared(customer) if customer and is_compared(customer) else None
        one, other = (known[identity] for identity in pair)
        if one is None or other is None:
            return
        score = likeness(one, other).score
        if score >= REVIEWED:
            self._found.append((score, pair))
