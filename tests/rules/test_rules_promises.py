"""What a note promises."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.rules.promises import Promise, promises_in
from tests.helpers import NOW

ZONE = ZoneInfo("Asia/Shanghai")


def found(note: str) -> list[tuple[str, str]]:
    return [(entry.title, entry.due) for entry in promises_in(note, NOW, ZONE)]


@pytest.mark.parametrize(
    ("note", "title", "due"),
    [
        ("!明天15点 回电报价", "回电报价", "2026-11-19T07:00:00Z"),
        ("！明天15点 回电报价", "回电报价", "2026-11-19T07:00:00Z"),
        ("!fri 3pm call back with price", "call back with price", "2026-11-20T07:00:00Z"),
        ("! fri 3pm call back with price", "call back with price", "2026-11-20T07:00:00Z"),
        ("!回电报价 明天15点", "回电报价", "2026-11-19T07:00:00Z"),
        ("!+3d send samples", "send samples", "2026-11-21"),
        ("!12.25 送礼", "送礼", "2026-12-25"),
        ("!20号下午4点，看货", "看货", "2026-11-20T08:00:00Z"),
        ("!月底前 寄样品", "寄样品", "2026-11-30"),
        ("!call back", "call back", "2026-11-18"),
        ("!!明天 送货", "送货", "2026-11-19"),
        ("问了价 !明天15点 回电报价", "回电报价", "2026-11-19T07:00:00Z"),
        ("asked for the price\n!tomorrow", "asked for the price", "2026-11-19"),
        ("!明天", "call back", "2026-11-19"),
        ("！12月1日 交货前先打电话", "交货前先打电话", "2026-12-01"),
        ("！明天下午3点 5点前回电", "5点前回电", "2026-11-19T07:00:00Z"),
        ("！明天 周三前发货，以前的地址", "周三前发货，以前的地址", "2026-11-19"),
        ("！明天 一周内到货", "一周内到货", "2026-11-19"),
        ("！周五 之前说的六安瓜片", "之前说的六安瓜片", "2026-11-20"),
        ("！周五前台换人，再打一次", "前台换人，再打一次", "2026-11-20"),
        ("！周五之前 寄样", "寄样", "2026-11-20"),
        ("！周五前寄样", "寄样", "2026-11-20"),
    ],
)
def test_a_promise(note: str, title: str, due: str) -> None:
    assert found(note) == [(title, due)]


@pytest.mark.parametrize(
    "note",
    [
        "",
        "!",
        "！！！",
        "太好了!明天来取",
        "太好了！明天来取",
        "Great! Tomorrow he comes.",
        "wow !!",
        "a != b",
        "明天15点 回电",
    ],
)
def test_no_promise(note: str) -> None:
    assert found(note) == []


def test_several_in_one_note_and_one_line() -> None:
    assert found("要报价\n!明天 回电\n别的\n!后天 寄样品 !周五 送货") == [
        ("回电", "2026-11-19"),
        ("寄样品", "2026-11-20"),
        ("送货", "2026-11-20"),
    ]


def test_a_day_that_is_over_is_promised_for_today() -> None:
    assert promises_in("!昨天 回电", NOW, ZONE) == [Promise("昨天 回电", "2026-11-18", dated=False, line=0)]


@given(st.text(alphabet="!！ 明天后15点三周五fri3pm\n.,，回电x", max_size=40))
def test_no_note_breaks_it(note: str) -> None:
    for entry in promises_in(note, NOW, ZONE):
        assert entry.title.strip()
        assert entry.due >= "2026-11-18"
