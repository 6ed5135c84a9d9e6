"""The call card: seven lines in the order in which a clerk speaks, all within reach, each with its reasons."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.rules.card import groups
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets.card_view import CardView


@pytest.fixture
def wang(shop: Shop, clock: FrozenClock) -> int:
    """A customer of whom everything is known and to whom much is owed."""
    shop.do("settings.set", shop_name="老王茶庄")
    shop.do("staff.add", login="mei")
    wang = shop.do(
        "customer.create",
        name="王五",
        call_as="王姐",
        phone="13800138000",
        red_note="对虾过敏，不要推荐海鲜味的任何东西",
        temperament="hesitant",
        usual_order="大红袍半斤，少糖",
        note="在街角开了一家小店",
    ).one("customers")
    shop.do("follow_up.add", customer=wang, title="later promise", due="fri", is_promise=True)
    shop.do("follow_up.add", customer=wang, title="first promise", due="+1h", is_promise=True)
    shop.do("follow_up.add", customer=wang, title="plain errand", due="tomorrow")
    for number in range(3):
        shop.do("ticket.open", customer=wang, subject=f"damp tea {number}", type="complaint")
    shop.do(
        "interaction.log", customer=wang, text="asked for the price of " + "tea " * 30, outcome="thinking"
    )
    shop.do("purchase.add", customer=wang, total="45", items='[{"name":"龙井二两","price":4500}]')
    clock.move(hours=2)
    return wang


def card(counter: Counter) -> CardView:
    """The card in front."""
    found: CardView = counter.screen.query_one(CardView)
    return found


@pytest.mark.parametrize("height", [12, 24])
async def test_at_most_seven_lines_in_the_order_one_speaks(
    folder: Path, clock: FrozenClock, wang: int, height: int
) -> None:
    async with at_counter(folder, clock, size=(80, height)) as counter:
        await counter.open("card", wang)
        lines = [line.strip() for line in counter.text().splitlines()[2:-2] if line.strip()]
        assert len(lines) == 7
        assert all(len(line) <= 80 for line in lines)
        starts = ["王姐  王五", "Careful", "Promised", "Ticket", "Last", "Manner", "Ask"]
        assert [line[: len(start)] for line, start in zip(lines, starts, strict=True)] == starts
        assert "first promise" in lines[2]
        assert lines[2].endswith("+2")
        assert lines[3].endswith("+2")
        for part in ("today 10:00", "45.00", "龙井", "大红袍"):
            assert part in lines[4]
        assert "one clear suggestion" in lines[5]


async def test_with_room_what_does_not_fit_its_row_goes_on_in_the_next(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock, size=(80, 36)) as counter:
        await counter.open("card", wang)
        assert len(card(counter).entries) == 7
        lines = [line.rstrip() for line in counter.text().splitlines()[2:-2] if line.strip()]
        assert lines[0].strip() == "王姐  王五  138 0013 8000"
        last = next(y for y, line in enumerate(lines) if line.startswith(" Last"))
        indent = len(" Promised ")
        assert [line[indent:] for line in lines[last + 2 : last + 4]] == [
            "Bought  today 10:00  ¥45.00  龙井二两",
            "Usual  大红袍半斤，少糖",
        ]
        assert lines[last].startswith(
            " Last     today 10:00  call  thinking it over  asked for the price of tea"
        )
        assert lines[last + 1].startswith(" " * indent + "tea tea")
        assert lines[last + 1].endswith("..")
        assert all(len(line) <= 80 for line in lines)
        assert lines[last + 4].startswith(" Manner")
        # All of it is one thing for the keys.
        await counter.press("pagedown")
        assert card(counter).index == 6


async def test_what_was_last_stands_side_by_side_where_it_fits(
    folder: Path, clock: FrozenClock, shop: Shop
) -> None:
    customer = shop.do("customer.create", name="李四", usual_order="绿茶").one("customers")
    shop.do("interaction.log", customer=customer, text="ok")
    shop.do("purchase.add", customer=customer, total="45")
    async with at_counter(folder, clock) as counter:
        await counter.open("card", customer)
        assert "Last today 10:00  call  ok / Bought  today 10:00  ¥45.00 / Usual  绿茶" in counter.text()


async def test_rows_of_seven_that_nothing_else_needs_say_what_was_last_in_full(
    folder: Path, clock: FrozenClock, shop: Shop
) -> None:
    customer = shop.do("customer.create", name="李四", usual_order="绿茶").one("customers")
    shop.do("interaction.log", customer=customer, text="asked for the price of " + "tea " * 30)
    shop.do("purchase.add", customer=customer, total="45")
    async with at_counter(folder, clock) as counter:
        await counter.open("card", customer)
        lines = [line.rstrip() for line in counter.text().splitlines()[2:-2] if line.strip()]
        assert len(lines) <= 7
        last = next(y for y, line in enumerate(lines) if line.startswith(" Last"))
        assert [line.split()[0] for line in lines[last + 2 : last + 4]] == ["Bought", "Usual"]


async def test_the_number_in_the_title_is_one_that_is_valid(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    point = {"type": "mobile", "value": "13911112222", "invalid_since": "2026-01-01"}
    shop.do("customer.edit", customer=wang, contacts=[point])
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        title = counter.text().splitlines()[2].strip()
        assert title == "王姐  王五"
        shop.do("customer.edit", customer=wang, phone="0755-26001200")
        await counter.until(lambda: counter.text().splitlines()[2].strip() == "王姐  王五  0755 2600 1200")


async def test_down_reaches_every_line_and_enter_opens_it(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    everything = shop.card(wang).lines
    async with at_counter(folder, clock) as counter:
        screen = await counter.open("card", wang)
        seen = [card(counter).entries[0].text]
        for _step in range(len(everything) + 2):
            await counter.press("down")
            seen.append(card(counter).entries[card(counter).index].text)
        # The first one goes on with the number.
        assert seen[0].startswith(everything[0].text)
        assert {line.text for line in everything[1:]} <= set(seen)
        await counter.press("home", "down", "down", "enter")
        assert counter.screen is not screen
        assert counter.screen.field("title").value == "first promise"


async def test_reasons_are_told_on_the_card_and_in_the_help(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("question_mark")
        assert "promised by mei" in counter.text()
        await counter.press("f1")
        assert "Written in the red note" in counter.text()


def test_every_line_has_its_reasons(shop: Shop, wang: int) -> None:
    lines = shop.card(wang).lines
    assert [line.kind for line in lines if not line.reasons] == []
    assert len(groups(lines)) == 7


def test_overdue_promises_come_first_and_missed_calls_behind_them(
    shop: Shop, clock: FrozenClock, wang: int
) -> None:
    shop.do("interaction.ring", number="13800138000")
    clock.move(minutes=10)
    owed = [line for line in shop.card(wang).lines if line.kind in ("promise", "ring", "follow_up")]
    assert [line.kind for line in owed] == ["promise", "promise", "ring", "follow_up"]
    assert "first promise" in owed[0].text
    assert owed[0].urgent
    assert "nothing logged" in owed[2].text
    last = next(line for line in shop.card(wang).lines if line.kind == "last_contact")
    assert "asked for the price" in last.text


def test_one_question_the_most_useful_one(shop: Shop, clock: FrozenClock, wang: int) -> None:
    def asked(customer: int) -> list[str]:
        return [line.text for line in shop.card(customer).lines if line.kind == "ask"]

    nobody = shop.do("customer.create", company="某某茶行").one("customers")
    assert asked(nobody) == ["On which number can we reach you?"]
    assert asked(wang) == ["When is your birthday?"]
    shop.do("customer.edit", customer=wang, birthday="1988-11-20")
    assert asked(wang) == []
    clock.move(days=400)
    assert asked(wang) == ["Are your number and address still the same?"]
    shop.do("customer.edit", customer=wang, note="moved")
    assert asked(wang) == []


def test_a_lunar_birthday_is_near(shop: Shop, clock: FrozenClock) -> None:
    clock.moment = datetime(2026, 9, 23, 2, 0, tzinfo=UTC)
    date = '[{"kind":"birthday","calendar":"lunar","month":8,"day":15}]'
    customer = shop.do("customer.create", name="李四", dates=date).one("customers")
    assert "birthday in 2 days" in [line.text for line in shop.card(customer).lines]
