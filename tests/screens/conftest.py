"""A small shop for tests of the look-up place, the forms and the app frame."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from screens.terminal import prepare
from store.shop import Shop
from tests.screens.tea_house import HOSTILE, shop_at

prepare(os.environ)


@pytest.fixture
def tea_house(tmp_path: Path) -> Path:
    """A shop of eight customers, the first of them with a promise, a ticket, a contact."""
    place = tmp_path / "shop"
    with shop_at(place, create=True) as shop:
        shop.do("settings.set", shop_name="Tea House")
        shop.do("staff.add", login="mei")
        shop.do("staff.add", login="bo")
        shop.do(
            "customer.create",
            name="王五",
            phone="138 0013 8000",
            call_as="王姐",
            red_note="Prawns!",
            tags=["辣"],
        )
        shop.do("customer.create", name="张伟", phone="139 0013 9001", company="某某茶行")
        shop.do("customer.create", name="Ann Smith", phone="+44 20 7183 8750")
        for name in HOSTILE:
            shop.do("customer.create", name=name)
        shop.do("interaction.log", customer=1, type="call", text="asks for an exchange")
        shop.do("follow_up.add", customer=1, title="send samples", due="tomorrow 15:00", is_promise=True)
        shop.do("ticket.open", customer=1, subject="damp tea", type="complaint")
    return place


@pytest.fixture
def two(shop: Shop) -> tuple[int, int]:
    """Wang Wu (…8000) and Li Si (…9000) in a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    wang = shop.do("customer.create", name="王五", phone="13800138000").one("customers")
    li = shop.do("customer.create", name="李四", phone="13900139000").one("customers")
    return wang, li
