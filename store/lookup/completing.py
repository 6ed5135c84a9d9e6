"""What may come next in the look-up box while a filter is typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from locales import N_, _
from store.lookup.filters import AND, HELP, KEYS, NOT, OR, THINGS, WORDS, parse_filter, plain, tokens
from store.lookup.segment import Segment
from store.text import fold

MOST = 12
_STOPS = " ()\t\n"
_EXAMPLES = {
    "last": {
        ">30d": N_("more than 30 days ago"),
        ">3m": N_("more than 3 months ago"),
        "<7d": N_("within a week"),
        ":never": N_("never"),
    },
    "bday": {":today": N_("today"), ":7d": N_("within a week"), ":30d": N_("within 30 days")},
    "spend": {">500": N_("more than 500"), ">1000": N_("more than 1000")},
}
"""How to go on behind a key that is compared, and what that means."""
_THING_WORDS = {
    "ticket": N_("open ticket"),
    "promise": N_("promise"),
    "todo": N_("follow-up"),
    "purchase": N_("purchase"),
    "phone": N_("phone"),
    "wechat": N_("WeChat"),
    "email": N_("e-mail"),
    "address": N_("address"),
    "taobao": N_("Taobao"),
    "douyin": N_("Douyin"),
    "xhs": N_("Xiaohongshu"),
    "weibo": N_("Weibo"),
    "meituan": N_("Meituan"),
    "whatsapp": N_("WhatsApp"),
    "website": N_("website"),
    "tag": N_("tags"),
    "owner": N_("owner"),
    "bday": N_("birthday"),
}
_ALL_KEYS = ":"
"""Typed alone, it lists the keys."""


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
    lists = typed == _ALL_KEYS
    return [
        Completion(
            start,
            cursor,
            f"{spelling}{':' if key not in ('last', 'spend') else '>'}",
            _(WORDS[key] if lists else HELP[key]),
        )
        for key, spellings in KEYS.items()
        for spelling in spellings[: 1 if lists else 2]
        if lists or spelling.startswith(typed.lower())
    ]


def so_far(text: str, cursor: int, segments: Iterable[Segment]) -> str:
    """`text` without what is only begun: a filter without its value, an operator without its other side, brackets.

    Empty when there is nothing else in it; `text` itself when nothing of it is only begun. For a list that stays
    while one goes on typing.
    """
    offered = completions(text, cursor, segments)
    narrow = plain(text)
    begun = bool(offered) and narrow[offered[0].start : cursor] not in {one.text for one in offered}
    rest = narrow[: offered[0].start] + narrow[cursor:] if begun else narrow
    pieces = tokens(rest)
    while pieces and pieces[-1].kind != "clause" and pieces[-1].text.lower() in (*AND, *OR, *NOT, "("):
        rest = rest[: pieces.pop().start]
    depth = sum({"(": 1, ")": -1}.get(piece.text, 0) for piece in pieces if piece.kind == "bracket")
    rest = rest.rstrip() + ")" * max(0, depth)
    parsed = parse_filter(rest)
    return text if rest == narrow.rstrip() or (parsed is not None and parsed.problem) else rest


def _values(
    key: str, spelling: str, rest: str, span: tuple[int, int], segments: Iterable[Segment]
) -> list[Completion]:
    start, end = span
    before, comma, last = rest[1:].rpartition(",")
    begun = fold(last.strip('"'))
    lead = f"{spelling}{rest[0]}{before}{comma}"
    if key in _EXAMPLES:
        examples = _EXAMPLES[key].items()
        return [
            Completion(start, end, spelling + example, _(words))
            for example, words in examples
            if example.startswith(rest)
        ]
    if key in ("has", "no"):
        chinese = not spelling.isascii()
        names = {
            thing: spellings[1] if chinese and len(spellings) > 1 else spellings[0]
            for thing, spellings in THINGS.items()
        }
        return [
            Completion(start, end, lead + name, _said_beside(name, thing))
            for thing, name in names.items()
            if name.startswith(begun)
        ]
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


def _said_beside(name: str, thing: str) -> str:
    """What the name of a thing means, where it does not say so itself in the person's language."""
    words = _(_THING_WORDS[thing]) if thing in _THING_WORDS else name
    return "" if words.lower() == name or not name.isascii() else words


def _as_written(value: str, segment: Segment, position: int) -> str:
    return next((tag for tag in segment.row(position).tags if fold(tag) == value), value)


def _quoted(name: str) -> str:
    return f'"{name}"' if any(character in _STOPS + "," for character in plain(name)) else name
