"""Calls that are nothing to do, and calls that were taken but not logged yet."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.customers import CustomersScreen
from screens.new_customer import NewCustomerForm
from store.errors import Refused
from store.records.interaction import Interaction
from store.records.kinds import Outcome
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter


@pytest.fixture
def wang(shop: Shop) -> int:
    shop.do("settings.set", shop_name="老王茶庄")
    shop.do("staff.add", login="mei")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


def ring(shop: Shop, number: str) -> int:
    return shop.do("interaction.ring", number=number).one("interactions")


def entry(shop: Shop, number: int) -> Interaction:
    return shop.records.get(Interaction, number)


def top(counter: Counter) -> str:
    return counter.text().splitlines()[0]


# The actions


def test_a_call_put_away_is_one_action_with_an_outcome_and_leaves_nothing_to_do(
    shop: Shop, clock: FrozenClock
) -> None:
    first = ring(shop, "13911112222")
    clock.move(minutes=30)
    again, other = ring(shop, "13911112222"), ring(shop, "13933334444")
    clock.move(minutes=30)
    done = shop.do("interaction.dismiss", interaction=again)
    assert {ref.id for ref in done.changed} == {first, again}
    assert (entry(shop, again).outcome, entry(shop, again).staff) == (Outcome.WRONG, "mei")
    assert entry(shop, first).outcome is Outcome.WRONG
    assert [view.ring.interaction.id for view in shop.agenda.list().all if view.ring] == [other]
    with pytest.raises(Refused, match="has logged that call already"):
        shop.do("interaction.dismiss", interaction=again)
    shop.undo()
    assert {view.interaction.id: view.times for view in shop.rings.open()} == {other: 1, again: 2}
    assert entry(shop, again).outcome is None


def test_the_first_who_takes_a_call_stands_and_it_is_not_called_missed(
    shop: Shop, clock: FrozenClock, wang: int
) -> None:
    number, nobody = ring(shop, "13800138000"), ring(shop, "13911112222")
    shop.do("interaction.take", interaction=number)
    with_bo = shop.do("interaction.take", interaction=number)
    assert with_bo.action is None
    assert (entry(shop, number).staff, entry(shop, number).ringing) == ("mei", 1)
    clock.move(minutes=10)
    views = {view.ring.interaction.id: view for view in shop.agenda.list().all if view.ring}
    assert views[number].follow_up.title == "log the call of +8613800138000"
    assert "mei took it" in views[number].reasons
    assert views[nobody].follow_up.title == "call back +8613911112222"
    kinds = [line.kind for line in shop.card(wang).lines]
    assert "taken" in kinds
    assert "ring" not in kinds


def test_undo_without_a_number_passes_over_a_call_that_was_taken(shop: Shop, wang: int) -> None:
    number = ring(shop, "13800138000")
    shop.do("customer.edit", customer=wang, company="Tea Ltd")
    shop.do("interaction.take", interaction=number)
    shop.undo()
    assert shop.customers.get(wang).company == ""
    assert entry(shop, number).staff == "mei"


# The screens


async def test_a_nuisance_is_put_away_with_one_key_from_the_form_it_opened(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        counter.pressed = 0
        await counter.press("ctrl+r")
        assert isinstance(counter.screen, NewCustomerForm)
        assert "Ctrl+O: a nuisance call" in counter.said
        assert "Ctrl+O Nuisance" in counter.text()
        await counter.press("ctrl+o")
        assert counter.pressed == 2
        assert isinstance(counter.screen, CustomersScreen)
        await counter.until(lambda: "Call:" not in top(counter))
        assert counter.said == "Put away: 139 1111 2222. Ctrl+Z takes it back."
        found = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (found.outcome, found.ringing, found.customer) == (Outcome.WRONG, 0, 0)
        clock.move(minutes=30)
        await counter.press("f4")
        assert "missed" not in counter.text()
        await counter.press("f2", "ctrl+z")
        assert "Taken back: call put away" in counter.said


async def test_what_was_typed_by_hand_stays_when_the_call_is_put_away(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        await counter.type("李雷")
        await counter.press("ctrl+o")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        assert form.field("name").value == "李雷"
        assert "Put away: 139 1111 2222." in counter.said


async def test_the_key_is_none_in_a_form_that_no_call_opened(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f5")
        assert "Nuisance" not in counter.text()
        await counter.press("ctrl+o")
        assert isinstance(counter.screen, NewCustomerForm)


@pytest.mark.parametrize("said", ["anonymous", "13911112222"])
async def test_a_nuisance_is_put_away_where_one_is_asked_whose_call_it_is(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, said: str
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, said)
        await counter.until(lambda: "Call:" in top(counter))
        await counter.press("ctrl+r", *([] if said == "anonymous" else ["ctrl+r"]))
        assert "Ctrl+O: a nuisance call" in counter.text()
        await counter.press("ctrl+o")
        assert isinstance(counter.screen, CustomersScreen)
        found = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (found.outcome, found.ringing) == (Outcome.WRONG, 0)


async def test_a_nuisance_is_put_away_where_somebody_is_suggested(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.type("王五")
        await counter.press("ctrl+r")
        assert "A nuisance call" in counter.text()
        await counter.press("ctrl+o")
        found = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (found.outcome, found.ringing) == (Outcome.WRONG, 0)


async def test_a_call_whose_card_was_opened_is_to_be_logged_and_not_missed(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13800138000")
        nobody = ring(shop, "13911112222")
        await counter.until(lambda: "+1:" in top(counter))
        await counter.press("ctrl+r", "2")
        assert counter.screen.current_customer() == wang
        clock.move(minutes=10)
        await counter.press("escape", "f4")
        text = counter.text()
        assert "to log" in text
        assert "log the call of 138 0013 8000" in text
        assert "missed" in text
        assert "call back 139 1111 2222" in text
        counter.screen.rows.choose_key(("ring", number))
        await counter.press("f8", "1")
        await counter.press("f8")
        found = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (found.outcome, found.ringing, found.staff) == (Outcome.SOLVED, 0, "mei")
        found = await counter.ask(lambda shop: shop.records.get(Interaction, nobody))
        assert (found.ringing, found.staff) == (1, "")


async def test_opening_a_call_of_long_ago_takes_none(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    ring(shop, "13800138000")
    mother = shop.do("customer.create", name="王妈妈", phone="13900139001").one("customers")
    shop.do("customer.create", name="王小妹", phone="13900139001")
    number = ring(shop, "13900139001")
    clock.move(minutes=30)
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        counter.screen.rows.choose_key(("ring", number))
        await counter.press("enter", "1", "1")
        assert counter.screen.current_customer() == mother
        found = await counter.ask(lambda shop: shop.records.get(Interaction, number))
        assert (found.customer, found.staff) == (mother, "")
