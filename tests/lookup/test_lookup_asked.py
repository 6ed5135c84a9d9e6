"""What was looked for in vain, taken apart for a new customer; and why somebody was found, in words."""

from __future__ import annotations

import pytest

from store.lookup.asked import asked_for
from store.lookup.index import LookupIndex
from store.lookup.match_words import why


@pytest.mark.parametrize(
    "query",
    [
        "13577778888",
        " 135 7777 8888 ",
        "135-7777-8888",
        "１３５　７７７７　８８８８",
        "tel:135 7777 8888",
        "手机号：135 7777 8888（微信同号）",
        "【135–7777–8888】",
        "Phone no. 135.7777.8888",
    ],
)
def test_a_number_in_any_dress_is_that_number_alone(query: str) -> None:
    name, phone = asked_for(query)
    assert name == ""
    assert "".join(sign for sign in phone if sign.isdigit()) == "13577778888"


@pytest.mark.parametrize(
    ("query", "name", "phone"),
    [
        ("+86 135 7777 8888", "", "+86 135 7777 8888"),
        ("(0755) 2600 1200 转 801", "", "(0755) 2600 1200 转 801"),
        ("王五 13577778888", "王五", "13577778888"),
        ("13577778888，李雷", "李雷", "13577778888"),
        ('"Ann Smith" <+44 20 7183 8750>', "Ann Smith", "+44 20 7183 8750"),
        ("王五", "王五", ""),
        ("A 栋 302", "A 栋 302", ""),
        ("12", "12", ""),
        ("tag:辣 王五", "王五", ""),
        ("tag:辣", "", ""),
        ("", "", ""),
    ],
)
def test_a_name_and_a_number_are_told_apart(query: str, name: str, phone: str) -> None:
    assert asked_for(query) == (name, phone)


CUSTOMERS = {
    1: {
        "name": "王五",
        "call_as": "王姐",
        "aliases": ["小老虎"],
        "contacts": [
            {"key": "k1", "type": "mobile", "value": "13800138000", "normalized": "+8613800138000"},
            {"key": "k2", "type": "wechat", "value": "tigertea", "normalized": "tigertea"},
        ],
        "external_ids": [{"key": "x1", "source": "xlsx", "value": "VIP-77"}],
    }
}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("8000", ()),
        ("ww", ()),
        ("王姐", ()),
        ("小老", ("other names: 小老虎",)),
        ("tiger", ("WeChat: tigertea",)),
        ("vip-77", ("number elsewhere: VIP-77",)),
        ("C000001", ("customer number: C000001",)),
        ("926498", ("digits read as letters",)),
        ("wabgwu", ("one key away from what was typed",)),
        ("xiaolaohu", ("pinyin: 小老虎",)),
    ],
)
def test_why_is_said_where_the_row_alone_does_not_tell(query: str, said: tuple[str, ...]) -> None:
    index = LookupIndex.build(CUSTOMERS.items())
    match = index.search(query, guesses=True).matches[0]
    assert match.id == 1
    assert why(match) == said
