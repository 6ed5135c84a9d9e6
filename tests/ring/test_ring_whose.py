"""A number that nobody has, and whose it turns out to be: somebody of the file, in one action; two callers at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.card import CardScreen
from screens.customers import CustomersScreen
from screens.new_customer import NewCustomerForm
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


@pytest.fixture
def zhang(shop: Shop, wang: int) -> int:
    return shop.do("customer.create", name="张伟", phone="13900139001").one("customers") + 0 * wang


def ring(shop: Shop, number: str) -> int:
    return shop.do("interaction.ring", number=number).one("interactions")


def top(counter: Counter) -> str:
    return counter.text().splitlines()[0]


async def numbers_of(counter: Counter, customer: int) -> list[str]:
    found = await counter.ask(lambda shop: shop.customers.get(customer))
    return [point.normalized for point in found.contacts]


async def ring_of(counter: Counter, number: int) -> Interaction:
    return await counter.ask(lambda shop: shop.records.get(Interaction, number))


async def test_the_form_for_somebody_new_turns_into_somebody_of_the_file(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, zhang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        counter.pressed = 0
        await counter.press("ctrl+r")
        assert isinstance(counter.screen, NewCustomerForm)
        assert "Ctrl+R" in counter.said
        await counter.type("张伟")
        await counter.press("ctrl+r")
        assert "Whose number is 139 1111 2222?" in counter.text()
        await counter.press("enter")
        assert counter.pressed == 3
        assert isinstance(counter.screen, CardScreen)
        assert counter.screen.current_customer() == zhang
        assert not any(isinstance(screen, NewCustomerForm) for screen in counter.app.screen_stack)
        assert await numbers_of(counter, zhang) == ["+8613900139001", "+8613911112222"]
        assert (await ring_of(counter, number)).customer == zhang
        assert "张伟" in top(counter)
        clock.move(seconds=30)
        await counter.press("f8", "1")
        await counter.press("f8")
        entry = await ring_of(counter, number)
        assert (entry.outcome, entry.duration_s, entry.ringing) == (Outcome.SOLVED, 30, 0)


async def test_it_is_one_action_and_can_be_taken_back(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r", "ctrl+r")
        await counter.type("8000")
        await counter.press("enter")
        assert await numbers_of(counter, wang) == ["+8613800138000", "+8613911112222"]
        await counter.press("ctrl+z")
        await counter.until(lambda: "new number" in top(counter))
        assert await numbers_of(counter, wang) == ["+8613800138000"]
        entry = await ring_of(counter, number)
        assert (entry.customer, entry.ringing) == (0, 1)


async def test_who_was_looked_up_while_it_rang_is_offered(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.type("王五")
        counter.pressed = 0
        await counter.press("ctrl+r")
        assert "Whose number is 139 1111 2222?" in counter.text()
        await counter.press("down", "enter")
        assert counter.pressed == 3
        assert counter.screen.current_customer() == wang
        assert "139 1111 2222 is in the file of 王五 now" in counter.said
        assert (await ring_of(counter, number)).customer == wang
        assert await numbers_of(counter, wang) == ["+8613800138000", "+8613911112222"]


@pytest.mark.parametrize("then", [(), ("enter",), ("enter", "f8", "f8"), ("enter", "f8", "f8", "escape")])
async def test_the_caller_before_is_not_offered_as_who_calls_now(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, then: tuple[str, ...]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.type("王五")
        await counter.press(*then)
        clock.move(seconds=30)
        ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        assert form.field("phone").value == "139 1111 2222"


@pytest.mark.parametrize("text", ["8000", "1380", "4 pairs", "Rick Dalton"])
async def test_text_is_no_answer_to_whose_number_it_is_but_looked_up(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, text: str
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.type("王五")
        await counter.press("ctrl+r")
        assert "Whose number is" in counter.text()
        await counter.type(text)
        assert counter.screen.box.value == text
        assert (await ring_of(counter, number)).customer == 0


async def test_leaving_the_question_changes_nothing(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        await counter.type("half a na")
        await counter.press("ctrl+r", "escape")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        assert form.field("name").value == "half a na"
        assert (await ring_of(counter, number)).customer == 0


async def test_a_second_call_takes_neither_the_card_nor_what_is_typed(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, zhang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13800138000")
        await counter.until(lambda: "Call:" in top(counter))
        await counter.press("ctrl+r")
        clock.move(seconds=5)
        ring(shop, "13900139001")
        await counter.until(lambda: "+1:" in top(counter))
        assert counter.screen.current_customer() == wang
        assert "张伟" in top(counter)
        assert "王姐" in top(counter)
        counter.pressed = 0
        await counter.press("ctrl+r")
        assert counter.screen.current_customer() == zhang
        await counter.press("ctrl+r")
        assert counter.screen.current_customer() == wang
        assert counter.pressed == 2
        await counter.press("f8")
        await counter.type("typing")
        ring(shop, "13955556666")
        await counter.until(lambda: "+2:" in top(counter))
        assert counter.screen.field("text").value == "typing"


async def test_the_only_caller_who_is_in_front_is_not_opened_again(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13800138000")
        await counter.until(lambda: "Call:" in top(counter))
        await counter.press("ctrl+r", "ctrl+r")
        assert counter.said == "This is who is calling. F8 logs the call."
        await counter.press("escape")
        assert isinstance(counter.screen, CustomersScreen)


async def test_a_long_name_leaves_room_for_the_second_call(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    shop.do("customer.create", name="某" * 40, phone="13900139001")
    async with at_counter(folder, clock) as counter:
        ring(shop, "13800138000")
        clock.move(seconds=1)
        ring(shop, "13900139001")
        await counter.until(lambda: "+1:" in top(counter))
        assert "某.." in top(counter)
        assert "138 0013" in top(counter)


async def test_one_of_several_or_somebody_else_of_the_file(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, zhang: int
) -> None:
    shop.do("customer.create", name="王妈妈", phone="13800138000")
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13800138000")
        await counter.until(lambda: "or 1 other" in top(counter))
        await counter.press("ctrl+r", "4")
        await counter.type("zhangwei")
        await counter.press("enter")
        assert counter.screen.current_customer() == zhang
        assert (await ring_of(counter, number)).customer == zhang


async def test_a_missed_call_of_an_unknown_number_is_given_to_somebody_on_the_agenda(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    number = ring(shop, "13911112222")
    clock.move(minutes=30)
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        counter.screen.rows.choose_key(("ring", number))
        await counter.press("enter", "2")
        await counter.type("王姐")
        await counter.press("enter")
        assert counter.screen.current_customer() == wang
        assert await numbers_of(counter, wang) == ["+8613800138000", "+8613911112222"]


async def test_a_line_of_a_switchboard_is_asked_about(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    firm = shop.do("customer.create", name="天和文化", kind="org", phone="0571-86271944").one("customers")
    async with at_counter(folder, clock) as counter:
        ring(shop, "057186271956")
        await counter.until(lambda: "天和文化?" in top(counter))
        await counter.press("ctrl+r")
        assert "Who is calling?" in counter.text()
        await counter.press("1")
        assert counter.screen.current_customer() == firm


async def test_with_a_second_call_the_form_can_still_become_somebody_of_the_file(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, zhang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        clock.move(seconds=1)
        ring(shop, "13900139001")
        await counter.until(lambda: "+1:" in top(counter))
        await counter.type("王五")
        await counter.press("ctrl+r")
        assert "Somebody in the file" in counter.text()
        await counter.press("2", "enter")
        assert counter.screen.current_customer() == wang
        assert (await ring_of(counter, number)).customer == wang


async def test_a_new_caller_whom_the_file_has_is_asked_about_once_and_the_call_is_theirs(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        number = ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r")
        form = counter.screen
        assert isinstance(form, NewCustomerForm)
        await counter.type("王五")
        form.field("phone").value = "13800138000 13911112222"
        await counter.press("f8")
        assert f"1 Open 王五 C{wang:06d}" in counter.text()
        await counter.press("1")
        assert isinstance(counter.screen, CardScreen)
        assert counter.screen.current_customer() == wang
        assert not any(isinstance(screen, NewCustomerForm) for screen in counter.app.screen_stack)
        assert (await ring_of(counter, number)).customer == wang
        assert await numbers_of(counter, wang) == ["+8613800138000", "+8613911112222"]
        await counter.press("ctrl+z")
        await counter.until(lambda: "new number" in top(counter))
        assert await numbers_of(counter, wang) == ["+8613800138000"]


async def test_the_form_that_a_call_opened_is_left_without_a_question(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        ring(shop, "13911112222")
        await counter.until(lambda: "new number" in top(counter))
        await counter.press("ctrl+r", "escape")
        assert isinstance(counter.screen, CustomersScreen)
        await counter.press("ctrl+r")
        await counter.type("x")
        await counter.press("escape")
        assert "Not saved" in counter.text()
