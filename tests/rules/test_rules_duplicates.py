"""Likely duplicates: scores and reasons, what never counts, and that everybody worth comparing is compared."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.actions.likely import compared
from store.records.customer import ContactPoint, Customer, ExternalId, ImportantDate
from store.records.kinds import Calendar, ContactType, CustomerKind, CustomerStatus, DateKind
from store.rules.duplicates import (
    MOST_IN_BLOCK,
    REVIEWED,
    SUGGESTED,
    Likeness,
    block_keys,
    is_compared,
    is_slip,
    likeness,
    marked,
    names_differ,
    pairs_of,
)


def mobile(digits: str, ext: str = "") -> ContactPoint:
    kind = ContactType.VIRTUAL if ext else ContactType.MOBILE
    return ContactPoint(key=f"k{digits}", type=kind, value=digits, normalized=f"+86{digits}", ext=ext)


def landline(digits: str, ext: str = "") -> ContactPoint:
    return ContactPoint(
        key=f"l{digits}{ext}", type=ContactType.LANDLINE, value=digits, normalized=f"+86{digits}", ext=ext
    )


def account(kind: ContactType, value: str) -> ContactPoint:
    return ContactPoint(key=f"a{value}", type=kind, value=value)


def birthday(month: int, day: int, year: int | None = None, **fields: Any) -> ImportantDate:
    return ImportantDate(key="d1", year=year, month=month, day=day, **fields)


def customer(name: str, *contacts: ContactPoint, **fields: Any) -> Customer:
    return Customer(name=name, contacts=contacts, **fields)


def alike(one: Customer, other: Customer) -> Likeness:
    return likeness(compared(one.replace(id=1)), compared(other.replace(id=2)))


FIRST, SECOND = mobile("13800138000"), mobile("13912340000")
WANG = birthday(3, 5, 1988)


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        # The scores of the strongest sign
        (customer("王五", FIRST), customer("王五", FIRST), 95),
        (customer("", FIRST), customer("王五", FIRST), 95),
        (customer("王五", FIRST), customer("王姐", FIRST), 95),
        (customer("Ann Smith", FIRST), customer("Mrs Smith", FIRST), 95),
        (customer("张伟", FIRST), customer("章伟", FIRST), 95),
        (
            customer("王五", account(ContactType.WECHAT, "WangWu")),
            customer("王五", account(ContactType.WECHAT, "wangwu")),
            95,
        ),
        (
            customer("王五", external_ids=(ExternalId(source="pos", value="8"),)),
            customer("王五", external_ids=(ExternalId(source="pos", value="8"),)),
            100,
        ),
        (customer("王五", FIRST), customer("王五", landline("1065528000")), 90),
        (customer("王五", landline("1065528000")), customer("王五", landline("1065528000")), 90),
        (customer("王五", dates=(WANG,)), customer("王武", dates=(WANG,)), 80),
        (customer("王五", dates=(WANG,)), customer("王五", dates=(birthday(3, 5),)), 65),
        (
            customer("王五", account(ContactType.ADDRESS, "上海市南京东路 1 号")),
            customer("王五", account(ContactType.ADDRESS, "上海市南京东路1号")),
            85,
        ),
        (customer("Кира", dates=(WANG,)), customer("кира", dates=(WANG,)), 80),
        (customer("王五", FIRST), customer("王五", mobile("13800138001")), 85),
        (customer("王五", FIRST), customer("王武", mobile("13800130800")), 75),
        # What speaks against it
        (customer("王五", FIRST), customer("李四", FIRST), 75),
        (customer("王五", FIRST, dates=(WANG,)), customer("李四", FIRST, dates=(birthday(9, 9, 2015),)), 55),
        (customer("王五", FIRST, dates=(WANG,)), customer("王五", SECOND, dates=(WANG,)), 60),
        (customer("王五", FIRST), customer("王五", mobile("13911118000")), 70),
        (
            customer("王五", FIRST, dates=(WANG,)),
            customer("王五", mobile("13911118000"), dates=(birthday(9, 9, 2015),)),
            50,
        ),
        (customer("云山茶行", FIRST, kind=CustomerKind.ORG), customer("王五", FIRST), 0),
        # What never counts
        (customer("王五"), customer("王五"), 0),
        (customer("王五", FIRST), customer("王五", SECOND), 0),
        (customer("王五", landline("1065528000", "801")), customer("王五", landline("1065528000", "802")), 0),
        (customer("王五", landline("1065528000", "801")), customer("王五", landline("1065528000")), 0),
        (customer("王五", landline("1065528000")), customer("李四", landline("1065528000")), 40),
        (customer("王五", mobile("13800138000", "1234")), customer("李四", mobile("13800138000", "9876")), 0),
        (
            customer("王五", external_ids=(ExternalId(source="pos", value="8"),)),
            customer("王五", external_ids=(ExternalId(source="shop", value="8"),)),
            0,
        ),
        (
            customer("王五", dates=(WANG,)),
            customer("王五", dates=(birthday(3, 5, 1988, calendar=Calendar.LUNAR),)),
            0,
        ),
        (
            customer("王五", dates=(birthday(3, 5, 1988, kind=DateKind.WEDDING),)),
            customer("王五", dates=(birthday(3, 5, 1988, kind=DateKind.WEDDING),)),
            0,
        ),
    ],
)
def test_scores(one: Customer, other: Customer, score: int) -> None:
    assert alike(one, other).score == score
    assert alike(other, one).score == score


def test_reasons_say_what_is_shared_and_what_speaks_against_it() -> None:
    assert alike(customer("王五", FIRST), customer("李四", FIRST)).reasons == (
        "same mobile 138 0013 8000",
        "but different names",
    )
    same = alike(customer("王五", FIRST, dates=(WANG,)), customer("王武", FIRST, dates=(WANG,)))
    assert same.reasons == ("same mobile 138 0013 8000", "names that sound the same and same birthday")
    assert same.score >= SUGGESTED


def test_those_a_person_told_apart_are_not_alike() -> None:
    one = customer("王五", FIRST, not_same=(2,))
    assert alike(one, customer("王五", FIRST)) == Likeness(0)
    assert alike(customer("王五", FIRST), customer("王五", FIRST, not_same=(1,))) == Likeness(0)
    assert alike(customer("王五", FIRST), customer("王五", FIRST, not_same=(9,))).score == 95


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("王五", "李四", True),
        ("王五", "王六", True),
        ("王五", "王先生", False),
        ("王五", "老王", False),
        ("王五", "李姐", True),
        ("张伟", "章伟", False),
        ("Ann Smith", "Smith", False),
        ("Ann Smith", "Mr. Smith", False),
        ("Ann Smith", "Bob Smith", True),
        ("王五(茶行)", "王五", False),
        ("王五", "", False),
    ],
)
def test_names_that_can_be_one_persons(one: str, other: str, differ: bool) -> None:
    assert names_differ(compared(customer(one)), compared(customer(other))) is differ
    assert names_differ(compared(customer(other)), compared(customer(one))) is differ


def test_a_slip_of_the_finger() -> None:
    assert is_slip("13800138000", "13800138001")
    assert is_slip("13800138000", "13801038000")
    assert not is_slip("13800138000", "13800138000")
    assert not is_slip("13800138000", "13800138011")
    assert not is_slip("13800138000", "1380013800")


def test_merged_and_erased_are_not_compared() -> None:
    assert [status for status in CustomerStatus if is_compared(customer("x", status=status))] == [
        CustomerStatus.ACTIVE,
        CustomerStatus.ARCHIVED,
    ]


def test_what_a_crowd_shares_tells_nobody_apart() -> None:
    crowd = [marked("number +8613800138000,", number) for number in range(1, MOST_IN_BLOCK + 2)]
    assert pairs_of(crowd) == set()
    assert len(pairs_of(crowd[:-1])) == MOST_IN_BLOCK * (MOST_IN_BLOCK - 1) // 2


names = st.sampled_from(["Кира", "王五", "王武", "李四", "单小明", "Ann Smith", "Anne Smith", ""])
points = st.one_of(
    st.sampled_from(["13800138000", "13800138001", "13800183000", "13912348000"]).map(mobile),
    st.tuples(st.sampled_from(["1065528000", "2155551234"]), st.sampled_from(["", "801", "802"])).map(
        lambda pair: landline(*pair)
    ),
    st.sampled_from(["wangwu", "WangWu", "li4"]).map(lambda value: account(ContactType.WECHAT, value)),
    st.sampled_from(["上海市南京东路1号", "杭州市文三路 2 号"]).map(
        lambda value: account(ContactType.ADDRESS, value)
    ),
)
people = st.builds(
    lambda name, aliases, contacts, days, ids, kind: Customer(
        name=name,
        aliases=tuple(aliases),
        contacts=tuple(contacts),
        dates=tuple(days),
        external_ids=tuple(ids),
        kind=kind,
    ),
    names,
    st.lists(st.sampled_from(["王五", "小王", "Ann"]), max_size=1),
    st.lists(points, max_size=3),
    st.lists(st.builds(birthday, st.just(3), st.integers(1, 2), st.sampled_from([None, 1988])), max_size=1),
    st.lists(st.builds(ExternalId, source=st.just("pos"), value=st.sampled_from("12")), max_size=1),
    st.sampled_from(CustomerKind),
)


@given(people, people)
def test_a_score_is_the_same_both_ways_and_has_reasons(one: Customer, other: Customer) -> None:
    there, back = alike(one, other), alike(other, one)
    assert there.score == back.score
    assert 0 <= there.score <= 100
    assert bool(there.reasons) or not there.score


@given(people, people)
def test_without_anything_but_the_name_nobody_is_alike(one: Customer, other: Customer) -> None:
    bare = one.replace(contacts=(), dates=(), external_ids=())
    assert alike(bare, other).score == 0


@given(st.lists(people, min_size=2, max_size=8))
def test_whoever_is_alike_shares_a_key(crowd: list[Customer]) -> None:
    traits = [compared(entry.replace(id=number)) for number, entry in enumerate(crowd, 1)]
    pairs = pairs_of([marked(key, entry.id) for entry in traits for key in block_keys(entry)])
    for one, other in combinations(traits, 2):
        if likeness(one, other).score >= REVIEWED:
            assert (one.id, other.id) in pairs
