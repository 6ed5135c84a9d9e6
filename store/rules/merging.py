"""What becomes of the fields of two customers that turn out to be one.

Every field takes a side: what the winner has, what the loser has, or both. Nothing here is stored.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

import msgspec

from store.records.base import Item
from store.records.customer import ContactPoint, Customer, ExternalId, Fact, ImportantDate
from store.records.kinds import ContactType
from store.text import fold

I = TypeVar("I", bound=Item)  # noqa: E741 - one of the items of a list


class Side(StrEnum):
    """Whose value of a field stays."""

    WINNER = "winner"
    BOTH = "both"
    LOSER = "loser"


SINGLE: Final = (
    "name",
    "kind",
    "reading",
    "call_as",
    "gender",
    "company",
    "occupation",
    "source",
    "referrer",
    "owner",
    "usual_order",
    "red_note",
    "temperament",
    "note",
)
"""Fields of one value, in the order they are shown."""

LISTS: Final = ("contacts", "dates", "tags", "aliases", "external_ids", "facts")
"""Fields that can be united."""

JOINTS: Final = {"usual_order": "; ", "red_note": "; ", "note": "\n"}
"""What stands between the two texts when both stay."""

FIELDS: Final = (*SINGLE, *LISTS)
"""Every field that takes a side."""

_SILENT = re.compile(r"[\W_]+")
_NOBODY = Customer()


def sides_of(field: str) -> tuple[Side, ...]:
    """The sides that `field` can take. Both names: the loser's becomes another name of the winner."""
    if field in LISTS or field in JOINTS or field == "name":
        return tuple(Side)
    return (Side.WINNER, Side.LOSER)


def is_set(customer: Customer, field: str) -> bool:
    """Whether the customer has anything in `field`."""
    return bool(getattr(customer, field) != getattr(_NOBODY, field))


def differs(winner: Customer, loser: Customer, field: str) -> bool:
    """Whether there is anything to choose in `field`: the side makes a difference."""
    return len({_shape(united(winner, loser, {field: side}, field)) for side in sides_of(field)}) > 1


def usual_side(winner: Customer, loser: Customer, field: str) -> Side:
    """The side a field takes when nobody says otherwise: nothing that one of the two has is lost."""
    if not is_set(loser, field):
        return Side.WINNER
    if field == "reading":
        return Side.WINNER if is_set(winner, "name") and winner.name != loser.name else Side.LOSER
    if not is_set(winner, field):
        return Side.LOSER
    return Side.BOTH if field in (*LISTS, "name", "red_note", "note") else Side.WINNER


def united(winner: Customer, loser: Customer, sides: Mapping[str, Side], field: str) -> Any:
    """The value of `field` in the one customer. Items that come from the loser have no key yet."""
    side = sides.get(field) or usual_side(winner, loser, field)
    mine, theirs = getattr(winner, field), getattr(loser, field)
    if field == "aliases":
        return _aliases(winner, loser, side, sides.get("name") or usual_side(winner, loser, "name"))
    if field == "tags":
        return {Side.WINNER: mine, Side.LOSER: theirs, Side.BOTH: tuple(dict.fromkeys((*mine, *theirs)))}[
            side
        ]
    if field in LISTS:
        return _items(mine, theirs, side)
    if side is Side.LOSER:
        return theirs
    if side is Side.WINNER or field not in JOINTS or theirs.strip() in ("", mine.strip()):
        return mine
    return mine + JOINTS[field] + theirs if mine.strip() else theirs


def _aliases(winner: Customer, loser: Customer, side: Side, name_side: Side) -> tuple[str, ...]:
    found = [*(winner.aliases if side is not Side.LOSER else ())]
    found += loser.aliases if side is not Side.WINNER else ()
    if name_side is Side.BOTH:
        found.append(loser.name)
    name = loser.name if name_side is Side.LOSER else winner.name
    known = {fold(name)}
    kept: list[str] = []
    for alias in found:
        if alias.strip() and fold(alias) not in known:
            known.add(fold(alias))
            kept.append(alias)
    return tuple(kept)


def _items(mine: tuple[I, ...], theirs: tuple[I, ...], side: Side) -> tuple[I, ...]:
    if side is Side.WINNER:
        return mine
    same = _same(mine, theirs)
    if side is Side.LOSER:
        # What both have keeps the winner's key, and with it its history.
        keys = {same(item): item.key for item in reversed(mine)}
        return tuple(msgspec.structs.replace(item, key=keys.pop(same(item), "")) for item in theirs)
    known = {same(item): item for item in theirs}
    kept = [_completed(item, known.get(same(item))) for item in mine]
    seen = {same(item) for item in mine}
    for item in theirs:
        if same(item) not in seen:
            seen.add(same(item))
            kept.append(msgspec.structs.replace(item, key=""))
    return tuple(kept)


def _completed(item: I, other: I | None) -> I:
    """A birthday of which only one of the two knows the year."""
    if (
        isinstance(item, ImportantDate)
        and isinstance(other, ImportantDate)
        and item.year is None
        and other.year
    ):
        return msgspec.structs.replace(item, year=other.year)
    return item


def _same(mine: Iterable[Item], theirs: Iterable[Item]) -> Callable[[Item], Hashable]:
    """What two items share when they say the same."""
    years: dict[Hashable, set[int]] = {}
    for item in (*mine, *theirs):
        if isinstance(item, ImportantDate) and item.year is not None:
            years.setdefault(_day(item), set()).add(item.year)

    def identity(item: Item) -> Hashable:
        if isinstance(item, ImportantDate):
            # Without its year a date is the one of that day, unless two years are known.
            known = years.get(_day(item), set())
            return (*_day(item), item.year if len(known) > 1 else 0)
        return _identity(item)

    return identity


def _day(item: ImportantDate) -> tuple[Any, ...]:
    return (item.kind, item.label, item.calendar, item.month, item.day, item.leap)


def _identity(item: Item) -> Hashable:
    if isinstance(item, ContactPoint):
        return point_identity(item)
    if isinstance(item, ExternalId):
        return (item.source, item.value)
    if isinstance(item, Fact):
        return (item.name, item.value)
    return msgspec.structs.astuple(item)


def point_identity(point: ContactPoint) -> tuple[str, str, str]:
    """What two contact points share when they reach the same: a number with its extension, an account, a place."""
    if point.is_phone:
        return ("phone", point.normalized or point.value.strip(), point.ext)
    if point.type is ContactType.ADDRESS:
        return (point.type.value, _SILENT.sub("", fold(point.value)), "")
    return (point.type.value, fold(point.normalized or point.value).strip(), "")


def _shape(value: Any) -> Hashable:
    """A value so that two that say the same are equal; keys of items do not count."""
    if isinstance(value, tuple):
        return tuple(
            msgspec.structs.replace(item, key="") if isinstance(item, Item) else item for item in value
        )
    return value if isinstance(value, Hashable) else repr(value)
