"""Likely duplicates are said inside the save, of the shop as it stands under the lock; the review list."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.actions.likely import likely_in
from store.errors import Refused
from store.records.customer import ContactPoint
from store.records.kinds import ContactType
from store.shop import Shop, open_shop
from tests.helpers import FrozenClock


@pytest.fixture(params=["read through", "looked up"])
def place(shop: Shop, request: pytest.FixtureRequest) -> Shop:
    """A shop with its look-up index at hand, as the app has it, or without, as one command has it."""
    shop.do("customer.create", name="王五", phone="13800138000", birthday="1988-03-05")
    shop.do("customer.create", name="Ann Smith", phone="13911112222", wechat="AnnS")
    shop.do("customer.create", name="云山茶行", kind="org", phone="010-65528000-801")
    if request.param == "looked up":
        assert shop.lookup.count == 3
    return shop


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"name": "王五", "phone": "138 0013 8000"}, [1]),
        ({"name": "李四", "phone": "+86 13800138000"}, [1]),
        ({"phone": "13800138000"}, [1]),
        ({"name": "王五", "birthday": "1988-03-05"}, [1]),
        ({"name": "王五", "phone": "13700008000"}, [1]),
        ({"name": "ann smith", "phone": "13911112223"}, [2]),
        ({"name": "A. Smith", "wechat": "anns"}, [2]),
        ({"name": "王五", "phone": "13800138000", "wechat": "AnnS"}, [1, 2]),
        ({"name": "王五"}, []),
        ({"name": "王五", "phone": "13712345678"}, []),
        ({"name": "王五", "kind": "org", "phone": "13800138000"}, []),
        ({"name": "张三", "phone": "010-65528000-802"}, []),
    ],
)
def test_who_is_probably_known_is_said_with_the_save(
    place: Shop, fields: dict[str, str], known: list[int]
) -> None:
    done = place.do("customer.create", **fields)
    likely = likely_in(done.report)
    assert [entry.id for entry in likely] == known
    assert all(entry.reasons for entry in likely)
    assert place.customers.get(done.one("customers")).name == fields.get("name", "")


def test_homophones_with_one_birthday_are_found(shop: Shop) -> None:
    shop.do("customer.create", name="王武", birthday="1988-03-05")
    assert shop.lookup.count == 1
    done = shop.do("customer.create", name="王五", birthday="1988-03-05")
    assert [entry.id for entry in likely_in(done.report)] == [1]


def test_the_check_refuses_and_names_them(place: Shop) -> None:
    before = place.database.action
    with pytest.raises(Refused, match="C000001 王五") as refused:
        place.do("customer.create", name="李四", phone="13800138000", check="yes")
    (similar,) = refused.value.details["similar"]
    assert (similar["id"], similar["number"], similar["score"]) == (1, "C000001", 75)
    assert "same mobile 138 0013 8000" in similar["reasons"]
    assert place.database.action == before
    place.do("customer.create", name="李四", phone="13700138000", check="yes")


def test_an_edit_is_checked_where_it_touches_who_somebody_is(place: Shop) -> None:
    number = place.do("customer.create", name="王五", phone="13712345678").one("customers")
    assert likely_in(place.do("customer.edit", customer=number, note="x").report) == ()
    done = place.do("customer.edit", customer=number, phone="13800138000")
    assert [entry.id for entry in likely_in(done.report)] == [1]
    with pytest.raises(Refused):
        place.do("customer.edit", customer=number, wechat="AnnS", check=True)
    place.do("customer.not_same", a=1, b=number)
    done = place.do("customer.edit", customer=number, name="王五五")
    assert likely_in(done.report) == ()


def test_what_another_has_just_saved_is_known_under_the_lock(
    place: Shop, folder: Path, clock: FrozenClock
) -> None:
    with open_shop(folder, by="li", now=clock) as other:
        other.do("customer.create", name="赵六", phone="13600136000")
    with pytest.raises(Refused) as refused:
        place.do("customer.create", name="赵六", phone="13600136000", check=True)
    assert [entry["id"] for entry in refused.value.details["similar"]] == [4]


def test_who_saves_many_gets_an_index(shop: Shop) -> None:
    for number in range(45):
        shop.do("customer.create", name=f"n{number}", phone=f"1380013{number:04d}")
    done = shop.do("customer.create", name="n7", phone="13800130007")
    assert likely_in(done.report)[0].id == 8


def test_the_review_list_is_by_score_and_in_small_steps(place: Shop) -> None:
    place.do("customer.create", name="王五", phone="13800138000")
    place.do("customer.create", name="王武", birthday="1988-03-05")
    archived = place.do("customer.create", name="王五", phone="13800138000").one("customers")
    place.do("customer.archive", customer=archived)
    pairs = place.customers.duplicates()
    assert [(pair.first.id, pair.second.id, pair.score) for pair in pairs] == [
        (1, 4, 95),
        (1, 6, 95),
        (4, 6, 95),
        (1, 5, 80),
    ]
    assert place.customers.duplicates(limit=1) == pairs[:1]
    search = place.customers.duplicate_search()
    steps = 0
    while not search.advance(0):
        steps += 1
    assert 1 < steps < 9
    assert search.looked_at == search.total == 6


def test_a_search_goes_on_while_others_work(place: Shop) -> None:
    place.do("customer.create", name="王五", phone="13800138000")
    search = place.customers.duplicate_search()
    search.advance(0)
    place.do("customer.merge", winner=1, loser=4)
    while not search.advance():
        pass
    assert search.pairs() == []


def test_contact_points_of_no_account_tell_nobody_apart(shop: Shop) -> None:
    for name in ("王五", "李四"):
        point = ContactPoint(type=ContactType.OTHER, value="ask at the desk")
        shop.do("customer.create", name=name, contacts=[point])
    assert shop.customers.duplicates() == []
