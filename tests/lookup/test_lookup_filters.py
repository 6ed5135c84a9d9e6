"""Filters: what they mean, that they combine, that what is wrong is said in a sentence, how they are completed."""

from __future__ import annotations

import random
import string
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.lookup import LookupIndex
from store.lookup.facts import Facts
from store.lookup.filtering import Asker
from store.lookup.filters import Both, Clause, Either, Node, Not, parse_filter

ZONE = timezone(timedelta(hours=8))
TODAY = date(2026, 11, 22)
Document = dict[str, Any]


def ago(days: int, hour: int = 12) -> int:
    day = TODAY - timedelta(days)
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).timestamp())


def contact(kind: str, value: str = "x") -> Document:
    return {"key": "k1", "type": kind, "value": value, "normalized": value}


def birthday(month: int, day: int, calendar: str = "solar") -> Document:
    return {"key": "d1", "kind": "birthday", "calendar": calendar, "month": month, "day": day}


SHOP: dict[int, tuple[Document, Facts]] = {
    1: (
        {
            "name": "张伟",
            "tags": ["辣", "VIP"],
            "owner": "mei",
            "contacts": [contact("wechat"), contact("mobile")],
        },
        Facts(ago(31), 0, 60_000, tickets=1),
    ),
    2: (
        {"name": "王五", "tags": ["辣"], "owner": "Bob", "dates": [birthday(11, 29)]},
        Facts(ago(30), 0, 50_000),
    ),
    3: (
        {"name": "李明", "owner": "mei", "dates": [birthday(11, 30)], "contacts": [contact("landline")]},
        Facts(ago(7, 0), 0, 50_001),
    ),
    4: (
        {"name": "张三", "tags": ["old friend"], "dates": [birthday(11, 22)]},
        Facts(ago(0), promises=1, follow_ups=2),
    ),
    5: ({"name": "赵六", "dates": [birthday(2, 29)], "status": "archived"}, Facts()),
    6: (
        {"name": "Anna", "tags": ["vip"], "dates": [birthday(11, 22, "lunar")]},
        Facts(ago(8, 23), follow_ups=1),
    ),
    7: ({"name": "孙八", "status": "merged", "tags": ["辣"]}, Facts()),
}


def built(shop: dict[int, tuple[Document, Facts]] = SHOP, today: date = TODAY) -> LookupIndex:
    index = LookupIndex.build(
        [(identity, document) for identity, (document, _facts) in shop.items()],
        {identity: facts for identity, (_document, facts) in shop.items()},
    )
    index.asker = lambda: Asker(today, ZONE, "mei", 100)
    return index


def ids(index: LookupIndex, query: str) -> set[int]:
    found = index.search(query)
    assert found.problem == ""
    return {match.id for match in found.matches}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tag:辣", {1, 2}),
        ("标签：辣", {1, 2}),
        ("TAG:Vip", {1, 6}),
        ("ｔａｇ：ｖｉｐ", {1, 6}),
        ('tag:"old friend"', {4}),
        ("tag:“old friend”", {4}),
        ("tag:辣,vip", {1, 2, 6}),
        ("tag:la", set()),
        ("owner:mei", {1, 3}),
        ("owner:me", {1, 3}),
        ("负责人:bob", {2}),
        ("last>30d", {1, 5}),
        ("last＞30天", {1, 5}),
        ("last>=30d", {1, 2, 5}),
        ("last<7d", {4}),
        ("last<=7d", {3, 4}),
        ("last:1w", {3, 4}),
        ("last=today", {4}),
        ("上次:今天", {4}),
        ("last:never", {5}),
        ("last>1m", {1, 5}),
        ("has:ticket", {1}),
        ("有:工单", {1}),
        ("has:promise", {4}),
        ("has:todo", {4, 6}),
        ("no:wechat", {2, 3, 4, 5, 6}),
        ("无:微信", {2, 3, 4, 5, 6}),
        ("has:phone", {1, 3}),
        ("no:owner", {4, 5, 6}),
        ("has:tag", {1, 2, 4, 6}),
        ("no:bday,tag", {3, 5} & set()),
        ("has:purchase", {1, 2, 3}),
        ("spend>500", {1, 3}),
        ("消费>=500", {1, 2, 3}),
        ("spend>500.01", {1}),
        ("spend<1", {4, 5, 6}),
        ("spend=500", {2}),
        ("bday:7d", {2, 4}),
        ("bday:8d", {2, 3, 4}),
        ("bday:today", {4}),
        ("生日:11月", {2, 3, 4}),
        ("bday:11-30", {3}),
        ("bday:2月29日", {5}),
        ("tag:辣 owner:me", {1}),
        ("tag:辣 and owner:bob", {2}),
        ("tag:辣 or tag:vip", {1, 2, 6}),
        ("tag:辣 或 tag:vip 且 no:wechat", {1, 2, 6}),
        ("(tag:辣 or tag:vip) and no:wechat", {2, 6}),
        ("（tag:辣 或 tag:vip）no:wechat", {2, 6}),
        ("not tag:辣", {3, 4, 5, 6}),
        ("非 tag:辣", {3, 4, 5, 6}),
        ("not (tag:辣 or has:todo)", {3, 5}),
        ("not not tag:辣", {1, 2}),
        ("tag:辣 zhang", {1}),
        ("zhang tag:辣", {1}),
        ("张 tag:辣 last>30d", {1}),
        ("tag:辣 or zhang", {1, 2, 4}),
        ("not zhang last<=30d", {2, 3, 6}),
        ("tag:辣 wu", {2}),
        ("tag:辣 not 王", {1}),
    ],
)
def test_what_a_filter_lets_through(query: str, expected: set[int]) -> None:
    if query == "no:bday,tag":
        expected = set()
        for identity, (document, _facts) in SHOP.items():
            if document.get("status") != "merged" and not document.get("tags") and not document.get("dates"):
                expected.add(identity)
    assert ids(built(), query) == expected


@pytest.mark.parametrize(
    "query", ["手机：138", "id:1", "http://a", "tag", "and", "(", "or zhang", "王 or 李", "a>b", "张(三"]
)
def test_what_names_no_key_is_no_filter(query: str) -> None:
    assert parse_filter(query) is None
    assert built().search(query).problem == ""


@pytest.mark.parametrize(
    "query",
    [
        "tag:", "has:nothing", "no:", "last>soon", "spend>much", "bday:whenever", "(tag:辣", "tag:辣)", "tag:辣 or",
        "or tag:辣", "not tag:", "tag:辣 and (", "tag>辣", "tag:辣 not", "()tag:辣", "(" * 60 + "tag:辣" + ")" * 60,
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(query: str) -> None:
    found = built().search(query)
    assert tuple(found.matches) == ()
    assert found.problem
    assert "\n" not in found.problem
    assert built().search_first(query).later().problem == found.problem


def test_the_twenty_ninth_of_february_is_kept_on_the_last_of_the_month() -> None:
    assert 5 in ids(built(today=date(2027, 2, 27)), "bday:1d")
    assert 5 not in ids(built(today=date(2028, 2, 27)), "bday:1d")
    assert 5 in ids(built(today=date(2028, 2, 28)), "bday:1d")
    assert 2 in ids(built(today=date(2026, 12, 30)), "bday:365d")


def test_a_lunar_birthday_comes_round_on_its_day() -> None:
    index = built()
    days = {(11, 22): date(2026, 12, 30)}
    index.asker = lambda: Asker(TODAY, ZONE, next_lunar=lambda _today, month, day: days.get((month, day)))
    assert ids(index, "bday:37d") == {2, 3, 4}
    assert ids(index, "bday:38d") == {2, 3, 4, 6}
    days.clear()
    assert ids(index, "bday:38d") == {2, 3, 4}


def test_the_list_of_a_filter_is_in_list_order_and_counted() -> None:
    index = built()
    found = index.search("not tag:辣", 2)
    assert ([match.id for match in found.matches], found.total, found.more) == ([4, 3], 4, True)
    assert found.matches == index.search_first("not tag:辣", 2).found.matches


def test_a_filter_follows_what_changes() -> None:
    index = built()
    assert ids(index, "tag:辣 has:ticket") == {1}
    index.update([(2, SHOP[2][0], SHOP[2][1]._replace(tickets=1)), (1, None, 0)])
    assert ids(index, "tag:辣 has:ticket") == {2}
    index.touch(2, ago(0))
    assert ids(index, "last:today tag:辣") == {2}


def test_without_an_asker_a_filter_is_refused_in_words() -> None:
    assert LookupIndex.build([]).search("tag:辣").problem


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet=string.ascii_lowercase[:6] + 'tag:has no()or"<>=，：（）辣3d 7', max_size=30))
def test_no_text_is_a_failure(text: str) -> None:
    index = built()
    for query in (text, f"tag:辣 {text}", f"{text} last>30d"):
        found = index.search_first(query).later()
        assert not (found.problem and tuple(found.matches))
    for cursor in (0, len(text) // 2, len(text)):
        for completion in index.complete(text, cursor):
            assert 0 <= completion.start <= completion.end == cursor


CLAUSES = st.sampled_from(
    ["tag:辣", "owner:mei", "has:ticket", "no:wechat", "last>30d", "spend>500", "bday:7d", "zhang"]
)
TREES = st.recursive(
    CLAUSES,
    lambda inner: st.one_of(
        inner.map(lambda one: f"not {one}" if " " not in one else f"not ({one})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda many: "(" + " or ".join(many) + ")"),
        st.lists(inner, min_size=2, max_size=3).map(lambda many: "(" + " and ".join(many) + ")"),
    ),
    max_leaves=8,
)


@settings(deadline=None, max_examples=150)
@given(TREES, st.integers(0, 3))
def test_and_or_not_are_those_of_sets(query: str, seed: int) -> None:
    chance = random.Random(seed)
    index = built()
    everybody = {1, 2, 3, 4, 5, 6}
    if seed:
        changed = chance.sample(sorted(everybody), seed)
        index.update([(identity, *SHOP[identity]) for identity in changed])
    atoms = {
        atom: ids(index, atom)
        for atom in (
            "tag:辣",
            "owner:mei",
            "has:ticket",
            "no:wechat",
            "last>30d",
            "spend>500",
            "bday:7d",
            "zhang",
        )
    }
    expression = query.replace("(", " ( ").replace(")", " ) ").split()
    python = " ".join(
        {"and": "&", "or": "|", "not": "everybody -"}.get(
            word, f"atoms[{word!r}]" if word not in "()" else word
        )
        for word in expression
    )
    # "not" binds tighter than "and" and "or" in the language, "-" looser than "&" does not in Python: brackets tell.
    python = python.replace("everybody - atoms[", "~atoms[").replace("everybody - (", "~(")

    class Some(frozenset[int]):
        def __and__(self, other: object) -> Some:
            return Some(frozenset.__and__(self, other))  # type: ignore[operator]

        def __or__(self, other: object) -> Some:
            return Some(frozenset.__or__(self, other))  # type: ignore[operator]

        def __invert__(self) -> Some:
            return Some(everybody - self)

    python = (
        python.replace("everybody - ~", "~ ~")
        .replace("everybody - everybody -", "~ ~")
        .replace("everybody -", "~")
    )
    expected = eval(python, {"atoms": {key: Some(value) for key, value in atoms.items()}})
    if parse_filter(query) is not None:
        assert ids(index, query) == set(expected)


def test_the_tree_is_as_it_is_read() -> None:
    a, b, c = (Clause("tag", ":", (one,)) for one in "abc")
    trees: dict[str, Node] = {
        "tag:a or tag:b tag:c": Either((a, Both((b, c)))),
        "not tag:a tag:b": Both((Not(a), b)),
        "(tag:a or tag:b) tag:c": Both((Either((a, b)), c)),
    }
    for query, tree in trees.items():
        parsed = parse_filter(query)
        assert parsed is not None
        assert parsed.node == tree
    words = parse_filter("li tag:a 8000")
    assert words is not None
    assert (words.words, words.node) == ("li 8000", a)


def completed(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [text[: one.start] + one.text + text[one.end :] for one in built().complete(text, at)]


def test_filters_are_completed_as_they_are_typed() -> None:
    assert "tag:" in completed("ta")
    assert "标签:" in completed("标")
    assert completed("zhang ha") == ["zhang has:"]
    assert completed("tag:") == ["tag:vip", "tag:辣", 'tag:"old friend"']
    assert completed("tag:v") == ["tag:vip"]
    assert completed("标签：辣") == ["标签:辣"]
    assert completed("tag:辣,v") == ["tag:辣,vip"]
    assert completed("owner:") == ["owner:mei", "owner:bob"]
    assert "has:ticket" in completed("has:t")
    assert "有:工单" in completed("有:")
    assert "last>30d" in completed("last>")
    assert completed("(tag:v last>3", 6) == ["(tag:vip last>3"]
    assert completed("zhang ") == completed("") == completed("qq") == []
    for text in (
        completed("tag:") + completed("has:") + completed("last>") + completed("bday:") + completed("spend>")
    ):
        assert built().search(text).problem == "", text


def test_a_colon_alone_lists_every_filter_with_a_word_about_it() -> None:
    offered = built().complete("：", 1)
    assert [one.text for one in offered] == ["tag:", "owner:", "last>", "has:", "no:", "bday:", "spend>"]
    assert all(one.hint for one in offered)


def test_completions_say_what_they_mean() -> None:
    hints = {one.text: one.hint for one in built().complete("has:", 4)}
    assert hints["has:todo"] == "follow-up"
    assert hints["has:promise"] == ""
    assert [one.hint for one in built().complete("last>", 5)] == [
        "more than 30 days ago",
        "more than 3 months ago",
    ]


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("tag:", ""),
        ("zhang tag:v", "zhang"),
        ("tag:辣 has:tic", "tag:辣"),
        ("tag:辣 or", "tag:辣"),
        ("tag:辣 and not ", "tag:辣"),
        ("（tag:辣 or owner:", "(tag:辣)"),
        ("(tag:辣", "(tag:辣)"),
        ("tag:辣", "tag:辣"),
        ("has:nothing", "has:nothing"),
        ("zhang", "zhang"),
    ],
)
def test_what_is_only_begun_can_be_left_out(text: str, rest: str) -> None:
    index = built()
    assert index.so_far(text, len(text)) == rest
    assert not rest or rest == text or index.search(rest).problem == ""
