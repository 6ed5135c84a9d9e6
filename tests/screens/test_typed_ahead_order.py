"""A command whose work goes through more queues than the keys behind it still comes before them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual import events

from screens.contact_form import ContactForm
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter
from widgets.row_list import RowList


@pytest.mark.parametrize("hops", [1, 8])
async def test_a_row_that_opens_late_is_still_opened_first(
    folder: Path, clock: FrozenClock, shop: Shop, monkeypatch: pytest.MonkeyPatch, hops: int
) -> None:
    """What the list says of its row passes the queues between them: here `hops` more."""
    shop.do("settings.set", shop_name="老王茶庄")
    customer = shop.do("customer.create", name="王五", phone="13800138000").one("customers")
    choose = RowList.action_choose

    def choose_late(rows: RowList[Any], left: int = hops) -> None:
        if left:
            pump = rows if left % 2 else rows.screen
            pump.call_later(choose_late, rows, left - 1)
        else:
            choose(rows)

    monkeypatch.setattr(RowList, "action_choose", choose_late)
    async with at_counter(folder, clock) as counter:
        await counter.type("8000")
        driver = counter.app._driver
        assert driver is not None
        for key, sign in (("enter", "\r"), ("f8", None), *((sign, sign) for sign in "thanked")):
            driver.send_message(events.Key(key, sign))
        await counter.until(lambda: isinstance(counter.app.screen, ContactForm))
        await counter.settle()
        form = counter.app.screen
        assert isinstance(form, ContactForm)
        assert form.current_customer() == customer
        assert form.values()["text"] == "thanked"
