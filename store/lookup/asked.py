"""What was looked for in vain, taken apart for a new customer: a name, a number, or both in one pasted line."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from store.lookup.filters import parse_filter, tokens

SHORTEST: Final = 3
"""So many digits that stand alone are the beginning of a number."""
WHOLE: Final = 7
"""So many digits inside other words are one."""

_NUMBER = re.compile(
    r"\+?\(?\d[\d\s()./-]*\d(?:\s*(?:转接?|分机|ext\.?|#)\s*\d{1,6})?", re.ASCII | re.IGNORECASE
)
_LABELS = re.compile(
    r"(?:联系)?(?:手机|电话|座机)(?:号码?)?|联系方式|来电|号码|姓名|客户|微信同号|同微信|"
    r"\b(?:telephone|tel|phone|mobile|mob|cell|call(?:er)?|number|no|name)\b[.:]?",
    re.IGNORECASE,
)
_AROUND = " \t,;:.、，。；：/|-_<>()[]{}\"'【】〔〕“”‘’「」"
_DASHES = re.compile("[\u2010-\u2015\u2212\u30fc\u2500]")


class Asked(NamedTuple):
    """A name and a telephone number, each empty where there is none."""

    name: str
    phone: str


def asked_for(query: str) -> Asked:
    """The name and the number in `query`; filters in it are neither.

    A number with blanks, dashes, a country, full-width digits or a label around it is that number alone; with other
    words beside it, those are the name.
    """
    text = query.strip()
    if parse_filter(text) is not None:
        text = " ".join(piece.text.strip('"') for piece in tokens(text) if piece.kind == "word")
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text))
    numbers = sorted(_NUMBER.finditer(plain), key=lambda found: -_digits(found[0]))
    bare = _LABELS.sub(" ", plain).strip(_AROUND) if numbers else ""
    if numbers:
        number = numbers[0]
        alone = _NUMBER.fullmatch(bare) is not None
        if _digits(number[0]) >= (SHORTEST if alone else WHOLE):
            rest = "" if alone else f"{plain[: number.start()]} {plain[number.end() :]}"
            return Asked(_name(rest), number[0].strip(_AROUND.replace("(", "")))
    return Asked(text, "")


def _digits(text: str) -> int:
    return sum(sign.isdigit() for sign in text)


def _name(rest: str) -> str:
    """The words beside a number, without what only says that it is one."""
    words = [word.strip(_AROUND) for word in _LABELS.sub(" ", rest).split()]
    return " ".join(word for word in words if word)
