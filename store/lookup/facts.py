"""What is known of the dealings with a customer, as numbers: by them answers are ordered and filters choose."""

from __future__ import annotations

import math
from typing import NamedTuple

HALF_LIFE = 30 * 86_400
"""Seconds after which a dealing counts half."""

BEGIN = 1_577_836_800
"""From this moment on (epoch seconds, 2020) weights grow."""

LATEST = 100 * 366 * 86_400
"""Seconds after it when they stop growing."""


class Facts(NamedTuple):
    """Numbers of one customer.

    Attributes:
        recency: when last dealt with, epoch seconds; 0 is never.
        warmth: `recency`, later the oftener a customer is dealt with (see `warmth_of`).
        spend: paid and not given back, in minor units of the shop's currency.
        tickets, promises, follow_ups: how many are open; a promise is a follow-up too.
    """

    recency: int = 0
    warmth: int = 0
    spend: int = 0
    tickets: int = 0
    promises: int = 0
    follow_ups: int = 0


CODES = {"recency": "q", "warmth": "q", "spend": "q", "tickets": "H", "promises": "H", "follow_ups": "H"}
"""The numbers by name, with the array that holds them."""

MOST_OPEN = 0xFFFF
NEVER = Facts()


def facts_of(known: Facts | int) -> Facts:
    """`known`, or the facts of a customer of whom only the last dealing is known (epoch seconds)."""
    return known if isinstance(known, Facts) else Facts(known, known)


def weight(moment: int) -> float:
    """What a dealing at `moment` (epoch seconds) adds to the use of a customer; doubles with each half-life."""
    age = moment - BEGIN
    if 0 < age < LATEST:
        return math.exp2(age / HALF_LIFE)
    return 1.0 if age <= 0 else math.exp2(LATEST / HALF_LIFE)


def warmth_of(use: float) -> int:
    """The moment at which one single dealing would weigh as much as `use`, the sum of the weights of all.

    Recent and frequent in one number that needs no clock: all weights fade alike, so the order stays the same. Eight
    dealings on a day count like one three half-lives later.
    """
    return BEGIN + int(HALF_LIFE * math.log2(use)) if use > 0 else 0
