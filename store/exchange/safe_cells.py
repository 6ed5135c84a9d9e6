"""Cells that a spreadsheet would run as a formula are made harmless on the way out, and exactly so again on the way in.

The rule: an apostrophe goes before a text that would be one, or that would be one but for apostrophes before it.
Telephone numbers and plain numbers stay as they are, as does a lone sign.
"""

from __future__ import annotations

import re

_STARTS = frozenset("=+-@＝＋－＠")
_LEADING = re.compile(
    "[\\s\x00-\x20\x7f-\xa0\u00ad\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\u3000\ufeff]+"
)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)*%?", re.ASCII)
_WRAPPED = re.compile(r'="([^"]*)"')
_PHONE = re.compile(r"\+\d[\d ()-]{5,}", re.ASCII)


def is_formula(text: str) -> bool:
    """Whether Excel, WPS or LibreOffice may take the cell for more than text."""
    if text[:1] in ("\t", "\r", "\n"):
        return True
    plain = _LEADING.sub("", text, count=1) if _LEADING.match(text) else text
    if plain[:1] not in _STARTS or len(plain) < 2:
        return False
    return not (_NUMBER.fullmatch(text) or _PHONE.fullmatch(text))


def neutralised(text: str) -> str:
    """`text` as it may stand in a file."""
    return "'" + text if is_formula(text.lstrip("'")) else text


def restored(text: str) -> str:
    """The text of which `neutralised` made this cell, or that another program wrote as a formula: ="00123" is 00123."""
    if text.startswith("="):
        wrapped = _WRAPPED.fullmatch(text)
        return wrapped[1] if wrapped else text
    return text[1:] if text.startswith("'") and is_formula(text.lstrip("'")) else text


def survives(text: str) -> bool:
    """Whether `restored` leaves the text as it is."""
    return not text.startswith(("'", '="'))
