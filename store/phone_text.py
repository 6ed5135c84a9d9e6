"""Telephone numbers as a person reads them out."""

from __future__ import annotations

import re
from typing import Final

from locales import _, pgettext

_MAINLAND: Final = "+86"
_LANDLINE: Final = re.compile(r"(10|2\d|[3-9]\d{2})(\d{3,4})(\d{4})")
"""A mainland number with its area, without the zero before it."""
_NORTH_AMERICA: Final = re.compile(r"\+1(\d{3})(\d{3})(\d{4})")
_EXTENSION: Final = re.compile(r"(.+) ext\. (\d+)")
_BRITISH: Final = re.compile(
    r"\+44(?:(2\d)(\d{4})(\d{4})|([389]\d\d|11\d|1\d1)(\d{3})(\d{4})|([17]\d{3})(\d{5,6}))"
)
"""London and the like, three digits of a large town or service, four of any other place or a mobile network."""
_ABROAD: Final = re.compile(r"\+(7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d{4,12})")
"""The code of a country and the rest."""
_GROUPS: Final = (
    (re.compile(r"1\d{10}"), (3, 4, 4)),
    (re.compile(r"[48]00\d{7}"), (3, 3, 4)),
)


def with_extension(number: str, ext: str) -> str:
    """A normalised number and its extension as one text, such as "+18605550100 ext. 12"; `extension_of` parts them."""
    return f"{number} ext. {ext}" if ext else number


def extension_of(number: str) -> tuple[str, str]:
    """The number itself and the extension that `with_extension` put behind it."""
    found = _EXTENSION.fullmatch(number)
    return (found[1], found[2]) if found else (number, "")


def extension_words(ext: str) -> str:
    """An extension alone, as people read it."""
    return pgettext("telephone", "ext. {number}").format(number=ext) if ext else ""


def with_extension_words(number: str) -> str:
    """The same number, its extension in the language in use."""
    plain, ext = extension_of(number)
    return _("{number} ext. {extension}").format(number=plain, extension=ext) if ext else number


def spoken(number: str) -> str:
    """A normalised number in groups: "+8613800138000" is "138 0013 8000", "+8675526001234" "0755 2600 1234".

    "+18605553607" is "+1 860 555 3607", "+442079460123" "+44 20 7946 0123"; in other countries the code of the country
    stands apart and the rest in threes. An extension from `with_extension` follows in words.
    """
    plain, ext = extension_of(number)
    if ext:
        return _("{number} ext. {extension}").format(number=spoken(plain), extension=ext)
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
    return "0" + " ".join(landline.groups()) if landline else _abroad(number)


def _abroad(number: str) -> str:
    """A number of another country; what is none, as it is."""
    if british := _BRITISH.fullmatch(number):
        return "+44 " + " ".join(group for group in british.groups() if group)
    found = _ABROAD.fullmatch(number)
    if not found or number.startswith(_MAINLAND):
        return number
    code, rest = found.groups()
    # In threes, and the last ones in fours where they do not come out.
    sizes = [3] * (len(rest) // 3 - len(rest) % 3) + [4] * (len(rest) % 3)
    if len(rest) // 3 < len(rest) % 3:
        sizes = [2, len(rest) - 2]
    parts, at = [code], 0
    for size in sizes:
        parts.append(rest[at : at + size])
        at += size
    return "+" + " ".join(parts)


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
