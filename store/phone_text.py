"""Telephone numbers as a person reads them out."""

from __future__ import annotations

import re
from typing import Final

_MAINLAND: Final = "+86"
_LANDLINE: Final = re.compile(r"(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})")
"""A mainland number with its area, without the zero before it."""
_NORTH_AMERICA: Final = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
_GROUPS: Final = (
    (re.compile(r"1\d{10}"), (3, 4, 4)),
    (re.compile(r"[48]00\d{7}"), (3, 3, 4)),
)


def spoken(number: str) -> str:
    """A normalised number in groups: "+8613800138000" is "138 0013 8000", "+8675526001234" "0755 2600 1234".

    "+18605553607" is "+1 860 555 3607". Numbers of other countries stay as they are.
    """
    if american := _NORTH_AMERICA.fullmatch(number):
        return "+1 " + " ".join(american.groups())
    digits = number.removeprefix(_MAINLAND)
    for pattern, sizes in _GROUPS:
        if pattern.fullmatch(digits):
            parts, at = [], 0
            for size in sizes:
                parts.append(digits[at : at + size])
                at += size
            return " ".join(parts)
    landline = _LANDLINE.fullmatch(digits) if digits != number else None
    return "0" + " ".join(landline.groups()) if landline else number


def marked_digits(shown: str, wanted: str) -> tuple[tuple[int, int], ...]:
    """The spans of `shown` where the digits `wanted` stand in a row; the last such place counts.

    "138 0013 8000" and "8000" give ((9, 13),); nothing where they do not occur.
    """
    places = [position for position, sign in enumerate(shown) if sign.isdigit()]
    at = "".join(shown[position] for position in places).rfind(wanted)
    if not wanted or at < 0:
        return ()
    spans: list[tuple[int, int]] = []
    for position in places[at : at + len(wanted)]:
        if spans and spans[-1][1] == position:
            spans[-1] = (spans[-1][0], position + 1)
        else:
            spans.append((position, position + 1))
    return tuple(spans)
