"""A customer has another number: one action, and the old number is still found."""

from __future__ import annotations

import pytest

from store.errors import Refused
from store.records.customer import ContactPoint
from store.records.kinds import ContactLabel, ContactType
from store.shop import Shop
from tests.helpers import FrozenClock


@pytest.fixture
def wang(shop: Shop) -> int:
    points = [
        {"type": "mobile", "value": "138 0013 8000", "label": "work", "note": "mornings"},
        {"type": "wechat", "value": "ww88"},
        {"type": "landline", "value": "0755-26001200"},
    ]
    return shop.do("customer.create", name="王五", contacts=points).one("customers")


def points(shop: Shop, customer: int) -> list[ContactPoint]:
    return list(shop.customers.get(customer).contacts)


def refused(shop: Shop, **fields: object) -> Refused:
    with pytest.raises(Refused) as caught:
        shop.do("customer.change_number", **fields)
    return caught.value


def test_the_new_number_takes_the_place_and_the_old_one_is_kept(
    shop: Shop, clock: FrozenClock, wang: int
) -> None:
    done = shop.do("customer.change_number", customer=wang, phone="139 0013 9001")
    new, wechat, landline, old = points(shop, wang)
    assert (new.type, new.normalized, new.label, new.invalid_since, new.note) == (
        ContactType.MOBILE,
        "+8613900139001",
        ContactLabel.WORK,
        None,
        "",
    )
    assert (old.value, old.normalized, old.label, old.invalid_since, old.note) == (
        "138 0013 8000",
        "+8613800138000",
        ContactLabel.WORK,
        shop.today(),
        "mornings",
    )
    assert (wechat.value, landline.value) == ("ww88", "0755-26001200")
    assert len({point.key for point in points(shop, wang)}) == 4
    assert shop.customers.get(wang).phones[0] == "+8613900139001"
    for number in ("13800138000", "13900139001"):
        assert [match.id for match in shop.lookup.search(number, 5).matches] == [wang]
    assert shop.history()[0].title == "number changed"
    assert done.report == ()


def test_undo_brings_the_old_number_back_and_leaves_what_came_since(shop: Shop, wang: int) -> None:
    before = points(shop, wang)
    done = shop.do("customer.change_number", customer=wang, phone="13900139001")
    shop.do("customer.edit", customer=wang, phone="020-88886666")
    undone = shop.undo(done.action)
    assert undone.left == ()
    assert points(shop, wang)[:3] == before
    assert [point.value for point in points(shop, wang)[3:]] == ["020-88886666"]


def test_which_number_is_said_by_number_or_key(shop: Shop, wang: int) -> None:
    shop.do("customer.change_number", customer=wang, phone="0755 8888 6666", old="(0755) 2600-1200")
    mobile, _wechat, landline, _old = points(shop, wang)
    assert (landline.type, landline.normalized) == (ContactType.LANDLINE, "+8675588886666")
    shop.do("customer.change_number", customer=wang, phone="13900139001", old=mobile.key)
    assert [p.normalized for p in points(shop, wang) if p.is_phone and p.invalid_since is None] == [
        "+8613900139001",
        "+8675588886666",
    ]
    error = refused(shop, customer=wang, phone="13500135000", old="13700000000")
    assert error.message == "old number: is no number of this customer"


def test_without_a_valid_number_the_new_one_is_added(shop: Shop) -> None:
    customer = shop.do("customer.create", name="李四").one("customers")
    shop.do("customer.change_number", customer=customer, phone="13900139001")
    assert [point.normalized for point in points(shop, customer)] == ["+8613900139001"]


def test_back_to_a_number_that_was_given_up(shop: Shop, clock: FrozenClock, wang: int) -> None:
    shop.do("customer.change_number", customer=wang, phone="13900139001")
    clock.move(days=3)
    shop.do("customer.change_number", customer=wang, phone="13800138000")
    found = {point.normalized: point.invalid_since for point in points(shop, wang) if point.is_phone}
    assert found == {"+8613800138000": None, "+8613900139001": shop.today(), "+8675526001200": None}
    assert len(points(shop, wang)) == 4


def test_what_is_refused(shop: Shop, wang: int) -> None:
    assert refused(shop, customer=wang, phone="138 0013 8000").details["fields"] == {
        "phone": "is the number in the file already"
    }
    assert "one number at a time" in refused(shop, customer=wang, phone="13900139001 13500135000").message
    assert "must not be empty" in refused(shop, customer=wang, phone=" ").message
    assert "phone" in refused(shop, customer=wang, phone="lots").details["fields"]
    assert len(points(shop, wang)) == 3


def test_who_has_the_new_number_already_is_said(shop: Shop, wang: int) -> None:
    other = shop.do("customer.create", name="王武", phone="13900139001").one("customers")
    assert refused(shop, customer=wang, phone="13900139001", check=True).details["similar"][0]["id"] == other
    done = shop.do("customer.change_number", customer=wang, phone="13900139001")
    assert [entry.id for entry in done.report] == [other]
