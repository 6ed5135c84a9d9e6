"""F8: a contact is logged, and the next follow-up planned, in few keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.records.kinds import Direction
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


async def test_a_contact_is_logged_with_two_keys(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8")
        assert "王五" in counter.screen.title_text()
        assert "138 0013 8000" in counter.screen.title_text()
        await counter.type("问了新茶")
        await counter.press("f8")
        assert counter.pressed == 2
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (entry,) = file.interactions
        assert (entry.text, entry.outcome, entry.direction) == ("问了新茶", None, Direction.IN)
        assert file.follow_ups == ()
        assert "Logged" in counter.said
