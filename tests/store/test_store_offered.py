"""Which kinds a shop is offered, by its country."""

from __future__ import annotations

from enum import StrEnum

import pytest

from store.records.customer import ContactPoint
from store.records.kinds import Channel, ContactType, InteractionType, Outcome
from store.records.offered import all_words, offered, offered_words
from store.shop import Shop

KINDS = (ContactType, InteractionType, Channel)
CHINESE = {"wechat", "qq", "taobao", "douyin", "xhs", "weibo", "meituan", "box", "book"}


def test_a_shop_in_china_is_offered_what_it_always_was() -> None:
    assert [*offered(ContactType, "CN")] == [
        "mobile",
        "landline",
        "virtual",
        "fax",
        "email",
        "wechat",
        "qq",
        "taobao",
        "douyin",
        "xhs",
        "weibo",
        "meituan",
        "address",
        "other",
    ]
    assert [*offered(InteractionType, "CN")] == (
        ["call", "wechat", "visit_in", "visit_out", "sms", "email", "platform", "letter", "event", "note"]
    )
    assert [*offered(Channel, "CN")] == [
        "store",
        "phone",
        "wechat",
        "taobao",
        "douyin",
        "meituan",
        "platform",
        "box",
        "book",
        "sms",
        "email",
        "regulator",
        "other",
    ]


@pytest.mark.parametrize("region", ["US", "GB", "DE"])
@pytest.mark.parametrize("kind", KINDS)
def test_elsewhere_every_kind_has_a_digit_and_none_is_chinese(kind: type[StrEnum], region: str) -> None:
    kinds = offered(kind, region)
    assert len(kinds) <= 10
    assert not CHINESE & {*kinds}
    assert {"email", "whatsapp", "website"} <= {*kinds}


def test_in_person_and_the_telephone_come_first_elsewhere() -> None:
    assert [*offered(InteractionType, "US")][:2] == ["call", "visit_in"]
    assert [*offered(Channel, "US")][:2] == ["store", "phone"]


def test_what_differs_by_no_country_is_offered_whole() -> None:
    assert offered_words(Outcome, "US") == all_words(Outcome)
    assert offered_words(Outcome, "US") == offered_words(Outcome, "CN")


def test_a_whatsapp_account_is_a_number_and_found_by_it(shop: Shop) -> None:
    point = ContactPoint(type=ContactType.WHATSAPP, value="+1 (860) 555-3607")
    shop.do("customer.create", name="Karen Price", contacts=[point], email="karen@example.com")
    karen = shop.customers.resolve("8605553607")
    assert [(found.type, found.value, found.normalized) for found in karen.contacts] == [
        (ContactType.WHATSAPP, "+1 (860) 555-3607", "+18605553607"),
        (ContactType.EMAIL, "karen@example.com", ""),
    ]
    assert [row.customer.name for row in shop.customers.similar(phones=["+18605553607"])] == ["Karen Price"]


def test_two_people_of_one_company_are_not_alike_by_its_website(shop: Shop) -> None:
    site = ContactPoint(type=ContactType.WEBSITE, value="www.northeast.example")
    shop.do("customer.create", name="Ann Lee", contacts=[site])
    assert shop.do("customer.create", name="Bob Fox", contacts=[site]).report == ()
