"""What is refused is said in a person's words: labels of fields, never their names."""

from __future__ import annotations

from typing import Any

import pytest

import locales
from store.actions import catalogue
from store.errors import Refused
from store.records.customer import Customer
from store.records.field_words import FIELDS, PARAMETERS, parameter_label
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.purchase import Purchase
from store.records.setting import Settings
from store.records.staff import Staff
from store.records.ticket import Ticket
from store.shop import Shop

BOOKKEEPING = {"id", "created_at", "created_by", "updated_at", "updated_by", "rev"}


@pytest.fixture
def wang(shop: Shop) -> int:
    return shop.do("customer.create", name="王五", phone="13800138000").one("customers")


def test_everything_an_action_takes_has_a_label() -> None:
    names = {spec.name for action in catalogue.values() for spec in action.fields}
    assert names <= FIELDS.keys() | PARAMETERS.keys()
    assert not FIELDS.keys() & PARAMETERS.keys()


@pytest.mark.parametrize("kind", [Customer, Interaction, FollowUp, Ticket, Purchase, Staff, Settings])
def test_every_field_of_a_record_has_a_label(kind: Any) -> None:
    assert set(kind.__struct_fields__) - BOOKKEEPING <= FIELDS.keys()


def refusal(shop: Shop, action: str, **values: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        shop.do(action, **values)
    return caught.value


def test_a_value_that_is_not_understood_is_named_by_its_label(shop: Shop, wang: int) -> None:
    error = refusal(shop, "interaction.log", customer=wang, next_due="whenever")
    assert error.message.startswith("due: ")
    assert error.details["field"] == "next_due"
    assert list(error.details["fields"]) == ["next_due"]
    assert not error.details["fields"]["next_due"].startswith("due")


def test_in_chinese_too(shop: Shop, wang: int) -> None:
    locales.use("zh")
    error = refusal(shop, "interaction.log", customer=wang, next_due="随便哪天")
    assert error.message.startswith("到期：")
    assert "next_due" not in error.message
    assert parameter_label("next_owner") == "下一步由"


def test_a_number_that_is_none_is_asked_for_in_words(shop: Shop, wang: int) -> None:
    error = refusal(shop, "interaction.log", customer=wang, text="x", duration_s="long")
    assert error.message == "seconds: long does not fit (a whole number is needed)"


def test_a_day_that_is_none_is_asked_for_in_words(shop: Shop, wang: int) -> None:
    error = refusal(shop, "ticket.open", customer=wang, subject="damp", external_due="soon")
    assert "soon" in error.message
    assert "external_due" not in error.message
