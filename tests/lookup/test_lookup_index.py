"""Finding customers: what is found, in which order, and what is said about it."""

from __future__ import annotations

import json
import threading
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.lookup import Found, LookupIndex, Match, lexicon
from store.lookup import index as index_module
from store.lookup.query import ANCHORED

Document = dict[str, Any]


BLNS = Path(__file__).resolve().parents[3] / "shared" / "data" / "nasty" / "blns.json"


def contact(kind: str, value: str, normalized: str = "") -> Document:
    return {"key": "k1", "type": kind, "value": value, "normalized": normalized or value}


def mobile(number: str) -> Document:
    return contact("mobile", number, "+86" + number)


SHOP: dict[int, Document] = {
    1: {
        "name": "张伟",
        "contacts": [mobile("13800138000"), contact("wechat", "ZW_1988")],
        "tags": ["辣", "VIP"],
    },
    2: {"name": "王五", "call_as": "王姐", "aliases": ["小王", "Cindy"], "company": "杭州龙井茶行"},
    3: {
        "name": "单晓明",
        "contacts": [contact("landline", "010-65529988转8012", "+861065529988")],
        "status": "archived",
    },
    4: {"name": "José García", "contacts": [contact("mobile", "+1 408 881 4767", "+14088814767")]},
    5: {"name": "吕布", "external_ids": [{"key": "x1", "source": "xlsx", "value": "M0088"}]},
    6: {
        "name": "李明亮",
        "contacts": [contact("taobao", "明亮的小店"), contact("email", "ming@example.com")],
    },
    7: {"name": "王[VIP]"},
    8: {"name": "张三", "status": "merged", "contacts": [mobile("13900138000")]},
    9: {"name": "张九", "status": "erased"},
    10: {"kind": "org", "name": "重庆单县商行", "contacts": [contact("landline", "62345678", "62345678")]},
    12: {"name": "李明", "contacts": [mobile("18612345678")]},
}


def built(shop: Mapping[int, Document] = SHOP, recency: Mapping[int, int] | None = None) -> LookupIndex:
    return LookupIndex.build(
        [(identity, json.dumps(shop[identity]).encode()) for identity in shop], recency or {}
    )


def ids(found: Found) -> list[int]:
    return [match.id for match in found.matches]


def first(query: str) -> Match:
    return built().search(query).matches[0]


@pytest.mark.parametrize(
    ("query", "identity", "field", "marked"),
    [
        ("8000", 1, "phone", "8000"),
        ("13800138000", 1, "phone", "13800138000"),
        ("+86 138-0013-8000", 1, "phone", "13800138000"),
        ("0086 138 0013 8000", 1, "phone", "13800138000"),
        ("１３８　００１３　８０００", 1, "phone", "13800138000"),
        ("138 0013 8000 转 12", 1, "phone", "13800138000"),
        ("1380013", 1, "phone", "1380013"),
        ("0013", 1, "phone", "0013"),
        ("138****8000", 1, "phone", "138"),
        ("手机：138 0013 8000（微信同号）", 1, "phone", "13800138000"),
        ("张先生 13800138000", 1, "phone", "13800138000"),
        ("010-6552 9988", 3, "phone", "1065529988"),
        ("65529988", 3, "phone", "65529988"),
        ("+86 10 65529988", 3, "phone", "1065529988"),
        ("408 881 4767", 4, "phone", "4088814767"),
        ("62345678", 10, "phone", "62345678"),
        ("张", 1, "name", "张"),
        ("亮", 6, "name", "亮"),
        ("小王", 2, "alias", "小王"),
        ("cind", 2, "alias", "Cind"),
        ("王姐", 2, "call_as", "王姐"),
        ("龙井", 2, "company", "龙井"),
        ("zhangwei", 1, "pinyin", "张伟"),
        ("zhangw", 1, "pinyin", "张伟"),
        ("zhan", 1, "pinyin", "张"),
        ("ＺＨＡＮＧＷ", 1, "pinyin", "张伟"),
        ("zhang wei", 1, "pinyin", "张伟"),
        ("lim ing liang", 6, "pinyin", "李明亮"),
        ("zw", 1, "initials", "张伟"),
        ("Ｚｗ", 1, "initials", "张伟"),
        ("lm", 12, "initials", "李明"),
        ("lml", 6, "initials", "李明亮"),
        ("张w", 1, "pinyin", "张伟"),
        ("z伟", 1, "pinyin", "张伟"),
        ("张 w", 1, "pinyin", "张伟"),
        ("zwei", 1, "pinyin", "张伟"),
        ("liml", 6, "pinyin", "李明亮"),
        ("李mliang", 6, "pinyin", "李明亮"),
        ("shan", 3, "pinyin", "单"),
        ("danxiao", 3, "pinyin", "单晓"),
        ("lv", 5, "pinyin", "吕"),
        ("lü", 5, "pinyin", "吕"),
        ("lubu", 5, "pinyin", "吕布"),
        ("lyubu", 5, "pinyin", "吕布"),
        ("wangjie", 2, "pinyin", "王姐"),
        ("xiaowang", 2, "pinyin", "小王"),
        ("longjing", 2, "pinyin", "龙井"),
        ("hzlj", 2, "initials", "杭州龙井"),
        ("ljch", 2, "initials", "龙井茶行"),
        ("liang", 6, "pinyin", "亮"),
        ("chongqing", 10, "pinyin", "重庆"),
        ("shangh", 10, "pinyin", "商行"),
        ("jose", 4, "name", "José"),
        ("garcia", 4, "name", "García"),
        ("JOSÉ G", 4, "name", "José G"),
        ("jg", 4, "initials", "José García"),
        ("vip", 1, "tag", "VIP"),
        ("#辣", 1, "tag", "辣"),
        ("＃辣", 1, "tag", "辣"),
        ("辣", 1, "tag", "辣"),
        ("zw_19", 1, "wechat", "ZW_19"),
        ("小店", 6, "taobao", "小店"),
        ("ming@", 6, "email", "ming@"),
        ("m0088", 5, "external_id", "M0088"),
        ("C000012", 12, "number", "C000012"),
        ("c12", 12, "number", "C000012"),
        ("id:12", 12, "number", "C000012"),
        ("ｉｄ：１２", 12, "number", "C000012"),
        ("12", 12, "number", "C000012"),
    ],
)
def test_every_way_to_ask(query: str, identity: int, field: str, marked: str) -> None:
    match = first(query)
    assert (match.id, match.field, match.text[match.start : match.end]) == (identity, field, marked)
    assert match.marks[0].text == match.text


@pytest.mark.parametrize(
    "query", ["", "  ", "\n", "qqq", "邋遢", "张三", "张九", "13900138000", "C000008", "id:9", "'", "#", "℃"]
)
def test_what_nobody_is_called_finds_nobody(query: str) -> None:
    found = built().search(query)
    assert (tuple(found.matches), found.total, found.more) == ((), 0, False)


def test_nothing_found_says_what_was_tried() -> None:
    assert set(built().search("00000000").tried) >= {"phone", "name", "number", "external_id"}
    assert set(built().search("qqq").tried) >= {
        "pinyin",
        "initials",
        "name",
        "alias",
        "company",
        "handle",
        "tag",
    }


def test_a_row_has_what_the_list_shows() -> None:
    match = first("8000")
    assert (match.number, match.name, match.phones, match.tags) == (
        "C000001",
        "张伟",
        ("+8613800138000",),
        ("辣", "VIP"),
    )
    assert (first("65529988").status, match.status, first("王姐").call_as) == ("archived", "active", "王姐")
    assert first("龙井").company == "杭州龙井茶行"


def test_words_may_each_be_in_another_field() -> None:
    index = built()
    match = index.search("张 8000").matches[0]
    assert [(mark.field, mark.text[mark.start : mark.end]) for mark in match.marks] == [
        ("name", "张"),
        ("phone", "8000"),
    ]
    assert ids(index.search("8000 z")) == [1]
    assert ids(index.search("龙井 wang")) == [2]
    assert ids(index.search("#辣 zw")) == [1]
    assert ids(index.search("张 0000")) == []


def test_exact_before_start_before_inside_then_recent() -> None:
    shop: dict[int, Document] = {
        1: {"name": "小林"},
        2: {"name": "林大"},
        3: {"name": "林"},
        4: {"name": "林小"},
        5: {"name": "赵", "company": "林记"},
        6: {"name": "钱", "aliases": ["林"]},
    }
    assert ids(built(shop, {1: 99, 2: 5, 4: 7, 5: 98}).search("林")) == [3, 6, 4, 2, 5, 1]


def test_phone_equal_then_last_then_first_then_inside() -> None:
    shop: dict[int, Document] = {
        1: {"name": "a", "contacts": [mobile("13911119555")]},
        2: {"name": "b", "contacts": [mobile("13955519111")]},
        3: {"name": "c", "contacts": [contact("landline", "955511111", "955511111")]},
        4: {"name": "d", "contacts": [contact("landline", "9555", "9555")]},
    }
    index = built(shop, {2: 50, 3: 40})
    assert ids(index.search("9555")) == [4, 1, 3, 2]
    assert [match.score for match in index.search("9555").matches] == [1000, 980, 805, 505]


def test_the_likely_reading_comes_before_the_others() -> None:
    shop: dict[int, Document] = {
        1: {"name": "单一"},
        2: {"name": "丹一"},
        3: {"name": "单二", "reading": "dan er"},
    }
    index = built(shop, {1: 9})
    assert ids(index.search("dan")) == [2, 3, 1]
    assert ids(index.search("shan")) == [1, 3]


def test_archived_customers_come_after_active_ones_of_the_same_score() -> None:
    shop: dict[int, Document] = {
        1: {"name": "周一", "status": "archived"},
        2: {"name": "周二"},
        3: {"name": "周"},
    }
    index = built(shop, {1: 99})
    assert ids(index.search("周")) == [3, 2, 1]
    assert [match.id for match in index.everybody()] == [2, 3, 1]


def test_everybody_recently_dealt_with_first_in_pages() -> None:
    shop = {identity: {"name": f"客{identity}"} for identity in range(1, 31)}
    index = built(shop, {identity: identity for identity in range(10, 31)})
    index.update(
        [(5, {"name": "客5"}, 15), (20, None, 0), (30, {"name": "客30"}, 0), (99, {"name": "客99"}, 100)]
    )
    whole = [match.id for match in index.everybody(0, 100)]
    assert whole[:3] == [99, 29, 28]
    assert whole.index(5) == whole.index(15) - 1
    assert 20 not in whole
    assert len(whole) == index.count == 30
    for start in range(32):
        assert [match.id for match in index.everybody(start, 4)] == whole[start : start + 4]


def test_the_limit_keeps_the_best_and_says_that_there_are_more() -> None:
    shop: dict[int, Document] = {
        identity: {"name": f"王{'大' * (identity % 3)}"} for identity in range(1, 1501)
    }
    found = built(shop, {identity: identity for identity in shop}).search("王", limit=20)
    assert (len(found.matches), found.total, found.more) == (20, None, True)
    assert all(match.name == "王" for match in found.matches)
    assert ids(found) == sorted(ids(found), reverse=True)
    all_found = built(shop).search("王", limit=2000)
    assert (len(all_found.matches), all_found.total, all_found.more) == (1500, 1500, False)


def test_touching_moves_a_customer_up() -> None:
    index = built(SHOP, {6: 100, 12: 50})
    assert ids(index.search("李"))[:2] == [6, 12]
    index.touch(12, 200)
    assert ids(index.search("李"))[:2] == [12, 6]
    index.touch(999, 300)
    index.touch(8, 300)
    assert index.count == len(SHOP) - 2


def test_changes_are_found_and_what_was_before_is_not() -> None:
    index = built()
    index.update([(1, SHOP[1] | {"name": "章伟"}, 10), (13, {"name": "新来的"}, 20), (2, None, 0)])
    assert ids(index.search("张伟")) == []
    assert ids(index.search("章伟")) == [1]
    assert ids(index.search("xinlai")) == [13]
    assert ids(index.search("王五")) == []
    index.update([(13, {"name": "新来的", "status": "merged"}, 20)])
    assert ids(index.search("xinlai")) == []


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"name": None, "contacts": None, "tags": None},
        {
            "name": 5,
            "aliases": "not a list",
            "contacts": [3, {"type": "mobile", "value": 13800138000}],
            "tags": [1, None],
        },
        {"name": {"a": 1}, "external_ids": [{"value": 8}, "x"], "status": None},
        {"name": "a\ud800b", "contacts": [{"type": "wechat", "value": "\x1b[31m\n"}]},
        {"name": "\n\n", "aliases": ["a\nb", ""], "company": " "},
        {"name": "王" * 5000, "company": "行" * 3000},
        {"name": "a" * 5000, "contacts": [{"type": "mobile"}]},
    ],
)
def test_documents_that_the_records_would_not_write_are_taken_as_they_are(document: Document) -> None:
    index = LookupIndex.build([(1, document)])
    index.update([(2, document, 0)])
    assert len(index.everybody()) == index.count == 2
    for query in ("a", "b", "王", "138", "wang", "5", "#1", "8"):
        index.search(query).matches[:]


def test_odd_documents_are_still_found_by_what_can_be_read() -> None:
    index = LookupIndex.build(
        [(1, {"name": 5, "contacts": [{"type": "mobile", "value": 13800138000}], "tags": [7]})]
    )
    assert ids(index.search("8000")) == [1]
    assert ids(index.search("#7")) == [1]


NAMES = st.text(alphabet="王张李单曾吕明伟行 aBé1", min_size=0, max_size=4)
DOCUMENTS = st.fixed_dictionaries(
    {"name": NAMES},
    optional={
        "call_as": NAMES,
        "aliases": st.lists(NAMES, max_size=2),
        "company": NAMES,
        "tags": st.lists(NAMES, max_size=2),
        "status": st.sampled_from(["active", "archived", "merged"]),
        "contacts": st.lists(st.from_regex(r"1[38]0[01]{4}800[01]", fullmatch=True).map(mobile), max_size=2),
        "external_ids": st.lists(
            st.fixed_dictionaries({"value": st.from_regex("[1-9]", fullmatch=True)}), max_size=1
        ),
    },
)
CHANGES = st.lists(st.tuples(st.integers(1, 12), st.none() | DOCUMENTS, st.integers(0, 4)), max_size=8)
FULL = [
    ("9264", 2, "pinyin", "王"),
    ("926498", 2, "pinyin", "王五"),
    ("５４６４６４", 12, "pinyin", "李明"),
    ("565", 6, "initials", "李明亮"),
    ("zhagnwei", 1, "pinyin", "张伟"),
    ("zhanwei", 1, "pinyin", "张伟"),
    ("zhhangwei", 1, "pinyin", "张伟"),
    ("zhamgwei", 1, "pinyin", "张伟"),
    ("zhagnw", 1, "pinyin", "张伟"),
    ("gracia", 4, "pinyin", "García"),
    ("cimdy", 2, "alias", "Cindy"),
    ("13800138009", 1, "phone", "13800138000"),
    ("13800183000", 1, "phone", "13800138000"),
    ("138 0013 9000", 1, "phone", "13800138000"),
    ("l m l", 6, "initials", "李明亮"),
    ("j g", 4, "initials", "José García"),
    ("8000 zhang", 1, "phone", "8000"),
    ("zw 8000", 1, "initials", "张伟"),
]


@pytest.mark.parametrize(("query", "identity", "field", "marked"), FULL)
def test_what_the_box_finds_beside(query: str, identity: int, field: str, marked: str) -> None:
    match = built().search_first(query).later().matches[0]
    assert (match.id, match.field, match.text[match.start : match.end]) == (identity, field, marked)


def test_a_guess_is_only_made_where_it_is_asked_for_and_says_so() -> None:
    index = built()
    for query in ("926498", "zhagnwei", "13800138009"):
        assert ids(index.search(query)) == []
    assert index.search("926498", guesses=True).matches[0].reasons == ("digits",)
    assert index.search("zhagnwei", guesses=True).matches[0].reasons == ("slip",)


def test_digits_as_letters_come_after_numbers_and_letters_never_become_digits() -> None:
    shop: dict[int, Document] = {
        1: {"name": "王五"},
        2: {"name": "赵六", "contacts": [mobile("13192640000")]},
        3: {"name": "钱七", "contacts": [mobile("13111119264")]},
        4: {"name": "孙八", "contacts": [mobile("13111199264")]},
    }
    assert ids(built(shop).search("9264", guesses=True)) == [3, 4, 2, 1]
    assert ids(built(shop).search("wxyz", guesses=True)) == []
    assert ids(built(shop).search("94", guesses=True)) == []


def test_a_slip_is_not_looked_for_where_something_is_anchored() -> None:
    shop: dict[int, Document] = {
        1: {"name": "张伟"},
        2: {"name": "章为"},
        3: {"name": "张威风"},
        4: {"name": "常伟"},
    }
    assert 4 not in ids(built(shop).search("zhangwei", guesses=True))


PIECES = st.sampled_from(
    ["zhang", "z", "wei", "8000", "138", "9264", "王", "张", "wm", " ", "#王", "li", "0", "ming"]
)


@settings(deadline=None, max_examples=300)
@given(st.lists(PIECES, min_size=1, max_size=3).map("".join), CHANGES, CHANGES, st.integers(1, 8))
def test_what_comes_later_never_moves_what_was_painted_first(
    query: str,
    start: list[tuple[int, Document | None, int]],
    changes: list[tuple[int, Document | None, int]],
    limit: int,
) -> None:
    index = LookupIndex.build([])
    index.update(start)
    index.merge()
    index.update(changes)
    first = index.search_first(query, limit)
    painted = [(match.id, match.score) for match in first.found.matches]
    whole = [(match.id, match.score) for match in first.later().matches]
    assert whole[: len(painted)] == painted
    assert [score for _id, score in whole] == sorted([score for _id, score in whole], reverse=True)
    assert all(score >= ANCHORED for _id, score in painted)
    assert all(score < ANCHORED for _id, score in whole[len(painted) :])
    assert len({identity for identity, _score in whole}) == len(whole)
    plain = [(match.id, match.score) for match in index.search(query, limit).matches]
    assert plain == whole[: len(plain)]


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=12))
def test_no_query_is_refused_and_every_mark_is_a_span_of_its_text(query: str) -> None:
    for match in built_once().search(query, guesses=True).matches:
        for mark in match.marks:
            assert 0 <= mark.start <= mark.end <= len(mark.text)


def test_half_a_character_is_found_nowhere() -> None:
    index = built()
    for query in ("\udcff", "\udcff\udcfe", "王\ud800", "13\udc80", "tag:\udcff", "a\udcff b"):
        assert not index.search(query, guesses=True).matches


def test_hostile_strings_are_found_by_themselves_and_make_no_query_slow() -> None:
    if not BLNS.exists():
        pytest.skip(f"no shared data at {BLNS}")
    strings = json.loads(BLNS.read_text("utf-8"))
    index = LookupIndex.build([(number, {"name": string}) for number, string in enumerate(strings, 1)])
    for number, string in enumerate(strings, 1):
        if any(character.isprintable() and not character.isspace() for character in string):
            assert number in ids(index.search(string, 600)), string


_ONCE: list[LookupIndex] = []


def built_once() -> LookupIndex:
    if not _ONCE:
        _ONCE.append(built())
    return _ONCE[0]


QUERIES = [
    "王",
    "zhang",
    "z",
    "wm",
    "张w",
    "z伟",
    "8000",
    "138",
    "1",
    "0",
    "ming",
    "a",
    "3",
    "李 8",
    "shan",
    "l x",
    "#王",
]


@settings(deadline=None, max_examples=150)
@given(CHANGES, st.lists(CHANGES, max_size=4), st.integers(1, 20), st.integers(1, 6), st.integers(1, 9))
def test_updated_answers_as_built_anew(
    start: list[tuple[int, Document | None, int]],
    batches: list[list[tuple[int, Document | None, int]]],
    limit: int,
    most_changed: int,
    many: int,
) -> None:
    state = {identity: (document, recency) for identity, document, recency in start if document is not None}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(index_module, "MOST_CHANGED", most_changed)
        # What many words begin with is kept, and less of it than a search takes.
        patch.setattr(lexicon, "MANY", many)
        patch.setattr(lexicon, "KEPT", (many + 1) // 2)
        index = LookupIndex.build(
            [(identity, document) for identity, (document, _recency) in state.items()],
            {identity: recency for identity, (_document, recency) in state.items()},
        )
        for batch in batches:
            index.update(batch)
            for identity, document, recency in batch:
                state.pop(identity, None)
                if document is not None:
                    state[identity] = (document, recency)
            if 3 in state:
                state[3] = (state[3][0], 5)
                index.touch(3, 5)
    anew = LookupIndex.build(
        [(identity, document) for identity, (document, _recency) in sorted(state.items(), reverse=True)],
        {identity: recency for identity, (_document, recency) in state.items()},
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicon, "KEPT", (many + 1) // 2)
        assert_same(index, anew, limit)


def assert_same(index: LookupIndex, anew: LookupIndex, limit: int) -> None:
    assert index.count == anew.count
    assert index.everybody(0, 50) == anew.everybody(0, 50)
    assert index.everybody(2, 3) == anew.everybody(2, 3)
    for query in QUERIES:
        mine, theirs = (one.search(query, limit, guesses=True) for one in (index, anew))
        assert tuple(mine.matches) == tuple(theirs.matches), query


def test_another_thread_may_search_while_changes_come() -> None:
    shop: dict[int, Document] = {identity: {"name": f"王{identity}"} for identity in range(1, 200)}
    index = built(shop)
    wrong: list[object] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            found = index.search("王", 500)
            if (
                len(found.matches) != len({match.id for match in found.matches})
                or not 199 <= len(found.matches) <= 260
            ):
                wrong.append(ids(found))

    asking = threading.Thread(target=ask)
    asking.start()
    for identity in range(150, 260):
        index.update([(identity, {"name": f"王{identity}"}, identity)])
    done.set()
    asking.join(10)
    assert wrong == []


def test_what_changed_takes_little_memory() -> None:
    index = built({number: {"name": f"王{number}"} for number in range(300)})
    index.search("王")
    tracemalloc.start()
    try:
        index.update(
            (number, {"name": "李明亮", "contacts": [mobile(f"138{number:08}")], "tags": ["辣"]}, number)
            for number in range(900)
        )
        live, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert index.changed == 900
    assert live < 900 * 600
    assert peak < 900 * 2_500, "they are taken in a few at a time"
    assert index.count == 900
    assert len(index.search("liml", 1000).matches) == 900
