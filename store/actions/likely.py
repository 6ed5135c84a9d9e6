"""Who is probably known already: asked inside the save, under the lock, of the shop as it stands at that moment."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from locales import _
from store.actions.view import View
from store.errors import Refused
from store.lookup.index import LookupIndex
from store.lookup.readings import ReadingsMissing, readings_of
from store.records.base import decode
from store.records.customer import Customer, customer_number
from store.records.kinds import CustomerKind
from store.rules.duplicates import CONTRADICTION, REVIEWED, Traits, is_compared, likeness, traits_of
from store.text import fold

WARNED: Final = REVIEWED - CONTRADICTION // 2
"""From this score on a save says so: a little earlier than the review list, as the number a family shares counts."""
MOST_NAMESAKES: Final = 1_000
MOST_NAMED: Final = 10

COMPARED: Final = frozenset({"name", "aliases", "kind", "reading", "contacts", "dates", "external_ids"})
"""Fields that decide whether two customers are one."""


@dataclass(frozen=True)
class Likely:
    """A customer who is probably the one that was just saved, and why."""

    id: int
    name: str
    score: int
    reasons: tuple[str, ...]

    @property
    def number(self) -> str:
        """The number a person reads out."""
        return customer_number(self.id)

    def json(self) -> dict[str, Any]:
        """Its JSON shape."""
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "score": self.score,
            "reasons": list(self.reasons),
        }

    def sentence(self) -> str:
        """In one line: who, and why."""
        return _("{number} {name} ({reasons})").format(
            number=self.number, name=self.name, reasons=_("; ").join(self.reasons)
        )


def readings_in(customer: Customer) -> tuple[str, ...]:
    """The usual readings of a customer's names, syllables apart; a corrected one counts for the name."""
    person = customer.kind is CustomerKind.PERSON
    found = [_reading(customer.name, person, customer.reading)]
    found += [_reading(alias, person, "") for alias in customer.aliases]
    return tuple(dict.fromkeys(reading for reading in found if reading))


@lru_cache(maxsize=8192)
def _reading(name: str, person: bool, corrected: str) -> str:  # noqa: FBT001 - as it is asked above
    try:
        readings = readings_of(name, surname=person, corrected=corrected)
    except ReadingsMissing:
        # Without the table names are compared as they are written: no reason to keep anybody from saving.
        readings = ()
    # A name in a script without readings (Кира, 김민준) stands for itself.
    return " ".join(readings[0]) if readings else fold(name).strip()


def compared(customer: Customer) -> Traits:
    """What of a customer is compared with others."""
    return traits_of(customer, readings_in)


def likely_same(view: View, customer: Customer) -> tuple[Likely, ...]:
    """Customers who are probably `customer`, the likeliest first. `customer` itself may be stored already, or not."""
    traits = compared(customer)
    found: list[Likely] = []
    for identity in set(_candidates(view, traits)) - {customer.id}:
        raw = view.database.raw(Customer.table, identity)
        other = decode(Customer, identity, raw) if raw is not None else None
        if other is None or not is_compared(other):
            continue
        alike = likeness(traits, compared(other))
        if alike.score >= WARNED:
            found.append(Likely(identity, other.shown_name, alike.score, alike.reasons))
    found.sort(key=lambda entry: (-entry.score, entry.id))
    return tuple(found[:MOST_NAMED])


def likely_in(report: object) -> tuple[Likely, ...]:
    """The likely ones in what an action reported; none where it reported something else."""
    return tuple(entry for entry in report if isinstance(entry, Likely)) if isinstance(report, tuple) else ()


def refuse_likely(likely: tuple[Likely, ...]) -> None:
    """Refuse to save what is probably known already.

    Raises:
        Refused: there is somebody in `likely`; `details["similar"]` lists them.
    """
    if likely:
        raise Refused(
            _("Probably known already: {list}").format(
                list=_("; ").join(entry.sentence() for entry in likely[:3])
            ),
            similar=[entry.json() for entry in likely],
        )


def changed_identity(old: Customer, new: Customer) -> bool:
    """Whether an edit touched what tells customers apart."""
    return any(getattr(old, field) != getattr(new, field) for field in COMPARED)


def _candidates(view: View, traits: Traits) -> Iterator[int]:
    index = view.index()
    return _looked_up(index, traits) if index is not None else _scanned(view, traits)


def _looked_up(index: LookupIndex, traits: Traits) -> Iterator[int]:
    """Ids by the look-up index, which has all numbers, accounts and names at hand."""
    values = [number.digits for number in traits.numbers]
    values += [value for _kind, value in (*traits.accounts, *traits.members)]
    for value in values:
        yield from (match.id for match in index.search(value, 100).matches)
    if traits.numbers or traits.birthdays or traits.addresses:
        for name in {traits.name, *(reading.replace(" ", "") for reading in traits.readings)} - {""}:
            yield from (match.id for match in index.search(name, MOST_NAMESAKES).matches)


def _scanned(view: View, traits: Traits) -> Iterator[int]:
    """Ids by reading through the documents: for a command that has no index at hand, quicker than making one."""
    texts = {json.dumps(text, ensure_ascii=False)[1:-1].casefold() for text in _needles(traits)}
    needles = [text.encode("utf-8", "replace") for text in texts - {""}]
    for identity, raw in view.database.all_raw(Customer.table):
        folded = raw.lower()
        if any(needle in folded for needle in needles):
            yield identity


def _needles(traits: Traits) -> Iterator[str]:
    """What stands in the documents of those who may be the same, as it is written there."""
    yield from (number.digits for number in traits.numbers)
    yield from (value for _kind, value in (*traits.accounts, *traits.members))
    if traits.numbers or traits.birthdays or traits.addresses:
        yield traits.name
    if traits.readings:
        yield from (number.digits[-4:] for number in traits.numbers)
