"""What may come next in the look-up box while a filter is typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locales import _
from store.lookup.filters import HELP, KEYS, THINGS, plain
from store.lookup.segment import Segment
from store.text import fold

MOST = 12
_STOPS = " ()\t\n"
_EXAMPLES = {
    "last": ("last>30d", "last>3m", "last<7d", "last:never"),
    "bday": ("bday:today", "bday:7d", "bday:30d"),
    "spend": ("spend>500", "spend>1000"),
}


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on: `text` takes the place of the characters from `start` to `end`; `hint` says more."""

    start: int
    end: int
    text: str
    hint: str = ""


def completions(text: str, cursor: int, segments: Iterable[Segment]) -> list[Completion]:
    """The ways to go on from `cursor`: keys, and after a key what there is in this shop, the commonest first."""
    narrow = plain(text)
    start = cursor
    while start > 0 and narrow[start - 1] not in _STOPS:
        start -= 1
    typed = narrow[start:cursor]
    for key, spellings in KEYS.items():
        for spelling in sorted(spellings, key=len, reverse=True):
            rest = typed[len(spelling) :]
            if typed.lower().startswith(spelling) and rest[:1] and rest[0] in ":=<>":
                return _values(key, spelling, rest, (start, cursor), segments)
    if not typed:
        return []
    return [
        Completion(start, cursor, f"{spelling}{':' if key not in ('last', 'spend') else '>'}", _(HELP[key]))
        for key, spellings in KEYS.items()
        for spelling in spellings[:2]
        if spelling.startswith(typed.lower())
    ]


def _values(
    key: str, spelling: str, rest: str, span: tuple[int, int], segments: Iterable[Segment]
) -> list[Completion]:
    start, end = span
    before, comma, last = rest[1:].rpartition(",")
    begun = fold(last.strip('"'))
    lead = f"{spelling}{rest[0]}{before}{comma}"
    if key in _EXAMPLES:
        shown = [spelling + example[len(key) :] for example in _EXAMPLES[key]]
        return [Completion(start, end, one) for one in shown if one.startswith(f"{spelling}{rest}")]
    if key in ("has", "no"):
        chinese = not spelling.isascii()
        names = [
            spellings[1] if chinese and len(spellings) > 1 else spellings[0] for spellings in THINGS.values()
        ]
        return [Completion(start, end, lead + name) for name in names if name.startswith(begun)]
    known: dict[str, tuple[int, str]] = {}
    for segment in segments:
        lexicon = segment.lexicons["trait"]
        for word in lexicon.beginning(f"{key}:{begun}"):
            holders = lexicon.holders(word, whole=True)
            value = word.partition(":")[2]
            name = _as_written(value, segment, holders[0]) if key == "tag" else value
            known[value] = (known.get(value, (0, ""))[0] + len(holders), name)
    best = sorted(known.values(), key=lambda found: (-found[0], found[1]))[:MOST]
    return [Completion(start, end, lead + _quoted(name), str(count)) for count, name in best]


def _as_written(value: str, segment: Segment, position: int) -> str:
    return next((tag for tag in segment.row(position).tags if fold(tag) == value), value)


def _quoted(name: str) -> str:
    return f'"{name}"' if any(character in _STOPS + "," for character in plain(name)) else name
