"""The filter language: `tag:辣 owner:me last>30d has:ticket bday:7d no:wechat spend>500`, with and, or, not and ( ).

Words that are no filter are looked up as ever, so a filter narrows a look-up. Full-width punctuation and the Chinese
names of the keys (标签：辣) are the same. What begins with no known key is a word: nothing typed before meant to be a
filter becomes one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from locales import N_, _
from store.text import fold

KEYS = {
    "tag": ("tag", "标签"),
    "owner": ("owner", "负责人", "归属"),
    "last": ("last", "上次", "最近"),
    "has": ("has", "有"),
    "no": ("no", "没有", "无", "缺"),
    "bday": ("bday", "birthday", "生日"),
    "spend": ("spend", "spent", "消费"),
}
"""What a filter may ask for: the key and all its spellings, the English and the Chinese one first."""

HELP = {
    "tag": N_("has this tag"),
    "owner": N_("is looked after by; me is you"),
    "last": N_("last dealt with: last>30d is longer ago than 30 days"),
    "has": N_("there is a ticket, promise, wechat …"),
    "no": N_("there is no ticket, promise, wechat …"),
    "bday": N_("birthday within 7d, in 3月, on 03-05"),
    "spend": N_("has spent in all: spend>500"),
}

WORDS = {
    "tag": N_("tag"),
    "owner": N_("owner"),
    "last": N_("last dealt with"),
    "has": N_("there is"),
    "no": N_("there is no"),
    "bday": N_("birthday"),
    "spend": N_("has spent"),
}
"""The same in a word or two, for a line that lists all keys."""

THINGS = {
    "ticket": ("ticket", "工单", "投诉"),
    "promise": ("promise", "承诺"),
    "todo": ("todo", "跟进", "followup", "follow_up"),
    "purchase": ("purchase", "消费", "购买"),
    "phone": ("phone", "电话", "手机", "mobile"),
    "wechat": ("wechat", "微信"),
    "email": ("email", "邮箱", "邮件"),
    "address": ("address", "地址"),
    "qq": ("qq",),
    "taobao": ("taobao", "淘宝"),
    "douyin": ("douyin", "抖音"),
    "xhs": ("xhs", "小红书"),
    "weibo": ("weibo", "微博"),
    "meituan": ("meituan", "美团"),
    "whatsapp": ("whatsapp",),
    "facebook": ("facebook",),
    "instagram": ("instagram",),
    "website": ("website", "网站"),
    "tag": ("tag", "标签"),
    "owner": ("owner", "负责人"),
    "bday": ("bday", "生日", "birthday"),
}
"""What `has:` and `no:` may ask for, with all spellings."""

AND, OR, NOT = ("and", "且", "并且"), ("or", "或", "或者"), ("not", "非", "不是")
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | {0x3000: " ", 0x201C: '"', 0x201D: '"', 0x300C: '"'}
)
_BY_SPELLING = {spelling: key for key, spellings in KEYS.items() for spelling in spellings}
_THING = {spelling: thing for thing, spellings in THINGS.items() for spelling in spellings}
_KEY = "|".join(sorted(map(re.escape, _BY_SPELLING), key=len, reverse=True))
_CLAUSE = re.compile(rf'(?i:(?P<key>{_KEY}))\s?(?P<op>>=|<=|[:=<>])(?P<value>(?:"[^"]*"?|[^\s()"])*)')
_BRACKET = re.compile("[()]")
_WORD = re.compile(r'"[^"]*"?|[^\s()"]+')
_AGE = re.compile(r"(\d{1,5})\s*(d|days?|w|weeks?|m|months?|y|years?|天|日|周|个?月|年)?")
_DAYS = {"d": 1, "w": 7, "m": 30, "y": 365, "天": 1, "日": 1, "周": 7, "月": 30, "年": 365}
_AMOUNT = re.compile(r"\d{1,12}(?:\.\d{1,3})?")
_MONTH = re.compile("(1[0-2]|0?[1-9])月")
_DAY = re.compile(r"(1[0-2]|0?[1-9])[-/.月](3[01]|[12]\d|0?[1-9])日?")
_TODAY, _NEVER = ("today", "今天"), ("never", "从未", "从没")


@dataclass(frozen=True, slots=True)
class Clause:
    """One filter.

    Attributes:
        key: as in `KEYS`.
        op: `:` `>` `<` `>=` `<=`; `=` is told as `:`.
        values: folded; any of them will do.
        number: days for last and bday (-1: never), minor units are not known here: hundredths for spend.
    """

    key: str
    op: str
    values: tuple[str, ...]
    number: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """What is looked up, inside or, not or brackets."""

    text: str


@dataclass(frozen=True, slots=True)
class Not:
    """All but these."""

    node: Node


@dataclass(frozen=True, slots=True)
class Both:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Any of these."""

    nodes: tuple[Node, ...]


Node = Clause | Word | Not | Both | Either


@dataclass(frozen=True, slots=True)
class Filter:
    """A query with filters taken apart.

    Attributes:
        words: what is looked up among those that the filter lets through; perhaps empty.
        node: the filter; None where it cannot be understood.
        problem: why, a sentence.
    """

    words: str
    node: Node | None
    problem: str = ""


class Token(NamedTuple):
    """A piece of a query: clause, bracket or word; where it stands, and what it says."""

    kind: str
    text: str
    start: int
    end: int


class _Wrong(Exception):  # noqa: N818 - never leaves this module
    """The filter cannot be understood; the message is the sentence."""


def plain(text: str) -> str:
    """`text` with half-width punctuation, character for character."""
    return text.translate(_PLAIN)


def tokens(text: str) -> list[Token]:
    """The pieces of a query."""
    narrow = plain(text)
    found = []
    at = 0
    while at < len(narrow):
        for kind, pattern in (("clause", _CLAUSE), ("bracket", _BRACKET), ("word", _WORD)):
            match = pattern.match(narrow, at)
            if match:
                found.append(Token(kind, match[0], match.start(), match.end()))
                at = match.end()
                break
        else:
            at += 1
    return found


def parse_filter(query: str) -> Filter | None:
    """Take `query` apart; None when nothing in it is a filter."""
    pieces = tokens(query)
    if not any(piece.kind == "clause" for piece in pieces):
        return None
    try:
        node = _Parser(pieces).parse()
    except _Wrong as wrong:
        return Filter("", None, str(wrong))
    nodes = node.nodes if isinstance(node, Both) else (node,)
    words = " ".join(one.text for one in nodes if isinstance(one, Word))
    rest = tuple(one for one in nodes if not isinstance(one, Word))
    if not rest:
        return Filter(words, None)
    return Filter(words, rest[0] if len(rest) == 1 else Both(rest))


class _Parser:
    """Or binds weaker than and, and weaker than not; what stands side by side is and."""

    _DEEPEST = 50

    def __init__(self, pieces: list[Token]) -> None:
        self._pieces = pieces
        self._at = 0
        self._depth = 0

    def parse(self) -> Node:
        node = self._either()
        if self._at < len(self._pieces):
            raise _Wrong(_("There is a closing bracket too many."))
        return node

    def _peek(self, words: tuple[str, ...]) -> bool:
        if self._at >= len(self._pieces):
            return False
        piece = self._pieces[self._at]
        return piece.kind != "clause" and piece.text.lower() in words

    def _take(self, words: tuple[str, ...]) -> bool:
        found = self._peek(words)
        self._at += found
        return found

    def _either(self) -> Node:
        nodes = [self._both()]
        while self._take(OR):
            nodes.append(self._both())
        return nodes[0] if len(nodes) == 1 else Either(tuple(nodes))

    def _both(self) -> Node:
        nodes: list[Node] = []
        while self._at < len(self._pieces) and not self._peek((*OR, ")")):
            if not self._take(AND):
                node = self._one()
                nodes += node.nodes if isinstance(node, Both) else (node,)
        if not nodes:
            raise _Wrong(_("Something is missing beside and, or, not or a bracket."))
        return nodes[0] if len(nodes) == 1 else Both(tuple(nodes))

    def _one(self) -> Node:
        self._depth += 1
        if self._depth > self._DEEPEST:
            raise _Wrong(_("There are too many brackets in one another."))
        try:
            if self._take(NOT):
                if self._at >= len(self._pieces) or self._peek((*OR, *AND, ")")):
                    raise _Wrong(_("Something is missing beside and, or, not or a bracket."))
                return Not(self._one())
            if self._take(("(",)):
                node = self._either()
                if not self._take((")",)):
                    raise _Wrong(_("A closing bracket is missing."))
                return node
        finally:
            self._depth -= 1
        piece = self._pieces[self._at]
        self._at += 1
        return _clause(piece.text) if piece.kind == "clause" else Word(piece.text.strip('"'))


def _clause(text: str) -> Clause:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise AssertionError(text)
    typed, op = match["key"], match["op"].replace("=", ":") if match["op"] == "=" else match["op"]
    key = _BY_SPELLING[typed.lower()]
    values = tuple(value for part in match["value"].split(",") if (value := fold(part.strip('"')).strip()))
    if not values:
        raise _Wrong(_("Say what after {key}").format(key=typed + match["op"]))
    if key in ("tag", "owner", "has", "no") and op != ":":
        raise _Wrong(_("{key} goes with a colon: {key}:{value}").format(key=typed, value=values[0]))
    if key in ("has", "no"):
        return Clause(key, op, tuple(_thing(typed, value) for value in values))
    if key == "spend":
        return Clause(key, op, (), _amount(typed, values[0]))
    if key in ("last", "bday"):
        return _days(key, typed, op, values[0])
    return Clause(key, op, values)


def _thing(typed: str, value: str) -> str:
    if value not in _THING:
        latin = typed.isascii()
        things = [spellings[0] if latin else spellings[len(spellings) > 1] for spellings in THINGS.values()]
        raise _Wrong(
            _("{key}: knows {things}, not {value}.").format(key=typed, things=", ".join(things), value=value)
        )
    return _THING[value]


def _amount(typed: str, value: str) -> int:
    """In hundredths."""
    digits = value.strip("¥$€£元块").replace("_", "")
    if not _AMOUNT.fullmatch(digits):
        raise _Wrong(
            _("{key} is compared with an amount, as in {key}>500, not with {value}.").format(
                key=typed, value=value
            )
        )
    whole, _point, part = digits.partition(".")
    return int(whole) * 100 + int(part[:2].ljust(2, "0"))


def _days(key: str, typed: str, op: str, value: str) -> Clause:
    month = _MONTH.fullmatch(value) if key == "bday" else None
    if month:
        return Clause(key, ":", ("month",), int(month[1]))
    age = _AGE.fullmatch(value)
    if age:
        unit = (age[2] or "d").lstrip("个")[0]
        return Clause(key, op, ("within",), int(age[1]) * _DAYS[unit])
    if key == "last":
        if value in _NEVER:
            return Clause(key, ":", ("never",))
        if value in _TODAY:
            return Clause(key, ":", ("within",), 0)
        raise _Wrong(
            _("{key} is compared with a time, as in {key}>30d or {key}<2w, not with {value}.").format(
                key=typed, value=value
            )
        )
    if value in _TODAY:
        return Clause(key, ":", ("within",), 0)
    day = _DAY.fullmatch(value)
    if day:
        return Clause(key, ":", ("day",), int(day[1]) * 100 + int(day[2]))
    raise _Wrong(
        _(
            "{key} is a number of days, a month or a day, as in {key}:7d, {key}:3月, {key}:03-05, not {value}."
        ).format(key=typed, value=value)
    )
