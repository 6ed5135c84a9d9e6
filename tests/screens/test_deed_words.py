"""What undo and Ctrl+L say: what happened, about whom, in words of the shop."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.deeds import deed_of, told_of, undo_sentence
from store.errors import Refused
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter

KAREN = "C000001 Karen Price"


@pytest.fixture
def karen(shop: Shop) -> int:
    """A customer of a dealer in the United States."""
    shop.do("settings.set", shop_name="Hardware", region="US", currency="USD")
    return shop.do("customer.create", name="Karen Price").one("customers")


def taken_back(shop: Shop, action: int | None = None) -> str:
    return undo_sentence(shop, shop.undo(action))


def told(shop: Shop) -> str:
    """The newest row of Ctrl+L, its words side by side."""
    deed = deed_of(shop, shop.history(limit=1)[0])
    return "  ".join(filter(None, (deed.title, deed.about, deed.words)))


def test_the_name_stays_where_the_customer_is_gone(shop: Shop, karen: int) -> None:
    assert karen
    created = shop.history(limit=1)[0].action
    assert taken_back(shop) == f"Taken back: new customer, {KAREN}"
    assert told(shop) == f"undone: new customer  {KAREN}"
    assert told_of(shop, created) == f"new customer, {KAREN}"


def test_an_edit_before_it_keeps_the_name_too(shop: Shop, karen: int) -> None:
    shop.do("customer.edit", customer=karen, red_note="pays cash")
    edited = shop.history(limit=1)[0].action
    assert taken_back(shop) == f"Taken back: customer edited: red note, {KAREN}"
    shop.undo()
    assert told_of(shop, edited) == f"customer edited: red note, {KAREN}"


def test_a_step_names_the_ticket_and_the_step(shop: Shop, karen: int) -> None:
    ticket = shop.do("ticket.open", customer=karen, subject="Hinge broke").one("tickets")
    shop.do("ticket.step", ticket=ticket, step="vent")
    assert told(shop) == f"step of a ticket: let them vent  T000001, {KAREN}  Hinge broke"
    assert taken_back(shop) == (f"Taken back: step of a ticket: let them vent, T000001, {KAREN}, Hinge broke")


def test_a_caller_who_was_named_says_whose_number_it_is(shop: Shop, karen: int) -> None:
    ring = shop.do("interaction.ring", number="+18605553607").one("interactions")
    shop.do("interaction.assign", interaction=ring, customer=karen, add_number=True)
    assert taken_back(shop) == ("Taken back: the number +1 860 555 3607 was given to Karen Price, C000001")
    assert undo_sentence(shop, shop.undo(shop.history(limit=1)[0].action)) == (
        "Done again: the number +1 860 555 3607 was given to Karen Price, C000001"
    )


def test_a_caller_without_a_new_number_says_who_called(shop: Shop, karen: int) -> None:
    ring = shop.do("interaction.ring", number="+18605553607").one("interactions")
    shop.do("interaction.assign", interaction=ring, customer=karen)
    assert told(shop) == "the call from +1 860 555 3607 was from Karen Price  C000001"


def test_what_was_planned_is_named_when_it_is_done(shop: Shop, karen: int) -> None:
    planned = shop.do("follow_up.add", customer=karen, title="Send the quote", due="tomorrow").one(
        "follow_ups"
    )
    shop.do("follow_up.done", follow_up=planned)
    assert taken_back(shop) == f"Taken back: follow-up done, {KAREN}, Send the quote"


def test_a_merge_names_both(shop: Shop, karen: int) -> None:
    other = shop.do("customer.create", name="K. Price").one("customers")
    shop.do("customer.merge", winner=karen, loser=other)
    assert told(shop) == f"two customers merged: C000002  {KAREN}"


def test_settings_and_staff_name_what_and_whom(shop: Shop, karen: int) -> None:
    assert karen
    shop.do("settings.set", currency="CAD", region="CA")
    assert told(shop) == "settings changed: currency, country"
    shop.do("staff.add", login="jo", name="Jo Ward")
    assert told(shop) == "staff added: Jo Ward"


def test_what_set_the_shop_up_is_spared_by_the_key_and_not_by_its_number(shop: Shop, karen: int) -> None:
    assert karen
    shop.do("staff.add", login="jo")
    added = shop.history(limit=1)[0].action
    with pytest.raises(Refused) as refusal:
        shop.undo(spare=True)
    assert refusal.value.details["spared"] == added
    shop.undo(added, spare=True)
    assert not shop.database.table("staff").all()


async def test_ctrl_z_leaves_staff_and_names_them(
    folder: Path, clock: FrozenClock, shop: Shop, karen: int
) -> None:
    shop.do("staff.add", login="jo", name="Jo Ward")
    shop.do("interaction.log", customer=karen, text="asks for hinges")
    async with at_counter(folder, clock) as counter:
        await counter.open("card", karen)
        await counter.press("ctrl+z")
        assert counter.said == f"Taken back: contact logged, {KAREN}, asks for hinges"
        await counter.press("ctrl+z")
        assert "staff added: Jo Ward" in counter.said
        assert "Ctrl+L" in counter.said
        staff = await counter.ask(lambda shop: shop.database.table("staff").all())
        assert [member["login"] for member in staff] == ["jo"]
