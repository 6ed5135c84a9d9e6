"""Promises made in a note: `!明天15点 回电报价`, "!fri 3pm call back with price".

A line that begins with an exclamation mark is a promise; a day in it says when, without one it is today. Inside a line
the mark counts where it stands behind a blank and right before a day, so that nobody promises by being emphatic.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from functools import partial
from typing import Final

from locales import _
from store.records.follow_up import TITLE_LENGTH
from store.rules.when import find_due

_Find = Callable[[str], tuple[str, int, int] | None]

MOST: Final = 20
"""So many promises of one note are kept; nobody makes more in a call."""

_MARK = re.compile(r"(?:^|(?<=\s))[!！]+")
_BY = re.compile(r"(?:(?<![a-z])(?:by|before|until|till|due|on)|[于在到])\s*$", re.IGNORECASE)
_BEFORE = re.compile(r"之?内|(?:下班)?(?:之前|以前|前(?![台面厅门后]))")
"""What stands right around a day and belongs to it: "by friday", 周五之前."""
_EDGES = " \t\u3000,，、;；:：.。!！-–—"


@dataclass(frozen=True, slots=True)
class Promise:
    """What was promised.

    Attributes:
        title: the words without the day.
        due: as a follow-up stores it: a day, or a UTC time.
        dated: whether a day was said; else it is today.
        line: the number of its line in the note, from 0.
    """

    title: str
    due: str
    dated: bool
    line: int


def promises_in(note: str, now: datetime, zone: tzinfo, *, day_first: bool = False) -> list[Promise]:
    """The promises in `note`, in order; `day_first` says how 3/4 is read."""
    found: list[Promise] = []
    find = partial(find_due, now=now, zone=zone, day_first=day_first)
    today = now.astimezone(zone).date()
    if "!" not in note and "！" not in note:
        return found
    lines = note.splitlines()
    for number, line in enumerate(lines):
        found += _in_line(line, number, find, today)
    about = next((line.strip() for line in lines if line.strip() and not _MARK.match(line.strip())), "")
    return [
        promise
        if promise.title
        else Promise(_short(about) or _("call back"), promise.due, promise.dated, promise.line)
        for promise in found[:MOST]
    ]


def _in_line(line: str, number: int, find: _Find, today: date) -> list[Promise]:
    """The promises of one line: from each mark that counts to the next one."""
    starts = [mark for mark in _MARK.finditer(line) if _counts(line, mark, find)]
    ends = [mark.start() for mark in starts[1:]] + [len(line)] if starts else []
    return [
        promise
        for mark, end in zip(starts, ends, strict=True)
        if (promise := _read(line[mark.end() : end], number, find, today)) is not None
    ]


def _counts(line: str, mark: re.Match[str], find: _Find) -> bool:
    if not line[: mark.start()].strip():
        return True
    behind = line[mark.end() :]
    due = find("!" + behind)
    return due is not None and due[1] == 1


def _read(words: str, number: int, find: _Find, today: date) -> Promise | None:
    """The promise in the words behind a mark; None where there are none."""
    if not words.strip(_EDGES):
        return None
    # Right behind the mark a day may be short (12.25, 20号): the mark goes along.
    text = "!" + words.lstrip()
    due = find(text)
    if due is None:
        return Promise(_short(words), today.isoformat(), dated=False, line=number)
    when, start, end = due
    ahead, behind = _BY.sub("", text[1:start]), text[end:]
    if before := _BEFORE.match(behind):
        behind = behind[before.end() :]
    rest = f"{ahead.strip(_EDGES)} {behind.strip(_EDGES)}"
    return Promise(_short(rest), when, dated=True, line=number)


def _short(words: str) -> str:
    return " ".join(words.strip(_EDGES).split())[:TITLE_LENGTH]
