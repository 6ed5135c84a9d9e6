"""F4: what is to be done, done in two keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.agenda import AgendaScreen
from screens.follow_up_form import FollowUpForm
from store.records.follow_up import FollowUp
from store.records.kinds import FollowUpState, Priority
from store.rules.agenda import FollowUpView
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets.section_list import Heading, SectionList


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


@pytest.fixture
def planned(shop: Shop, wang: int) -> dict[str, int]:
    """Follow-ups in every section, one of them li's."""
    dues = {
        "late": "2026-11-16",
        "today": "2026-11-18 15:00",
        "week": "2026-11-20",
        "later": "2026-12-24",
        "li": "2026-11-18",
    }
    made = {}
    for name, due in dues.items():
        options = {"owner": "li"} if name == "li" else {"is_promise": "yes"} if name == "today" else {}
        done = shop.do("follow_up.add", customer=wang, title=f"do {name}", due=due, **options)
        made[name] = done.one("follow_ups")
    return made


def listed(counter: Counter) -> list[str]:
    rows = counter.screen.query_one("#agenda", SectionList)
    return [row.text if isinstance(row, Heading) else row.follow_up.title for row in rows.items]


def chosen(counter: Counter) -> str:
    row = counter.screen.query_one("#agenda", SectionList).selected
    assert isinstance(row, FollowUpView)
    return row.follow_up.title


async def follow_up_of(counter: Counter, number: int) -> FollowUp:
    return await counter.ask(lambda shop: shop.agenda.get(number))


async def test_the_sections_and_whose(folder: Path, clock: FrozenClock, planned: dict[str, int]) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        assert listed(counter) == [
            "Overdue  1",
            "do late",
            "Today  1",
            "do today",
            "The next seven days  1",
            "do week",
            "After that  1",
            "do later",
        ]
        shown = counter.text()
        assert "promise" in shown
        assert "王姐" in shown
        assert "2 days late" in shown
        assert "138 0013 8000" in shown
        assert chosen(counter) == "do late"
        await counter.press("down")
        assert chosen(counter) == "do today"
        await counter.press("up", "up")
        assert chosen(counter) == "do late"
        await counter.press("space")
        assert "do li" in listed(counter)
        assert chosen(counter) == "do late"


async def test_done_in_two_keys_and_the_next_row_is_chosen(
    folder: Path, clock: FrozenClock, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4", "down")
        counter.pressed = 0
        await counter.press("enter", "enter")
        assert counter.pressed == 2
        entry = await follow_up_of(counter, planned["today"])
        assert (entry.state, entry.done_at) == (FollowUpState.DONE, clock())
        assert isinstance(counter.screen, AgendaScreen)
        assert "do today" not in listed(counter)
        assert chosen(counter) == "do week"
        assert "Done: do today" in counter.said
        await counter.press("ctrl+z")
        assert (await follow_up_of(counter, planned["today"])).state is FollowUpState.OPEN
        assert "do today" in listed(counter)


async def test_done_with_a_result(folder: Path, clock: FrozenClock, planned: dict[str, int]) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4", "enter", "2")
        await counter.type("收到了")
        await counter.press("enter")
        entry = await follow_up_of(counter, planned["late"])
        assert (entry.state, entry.result) == (FollowUpState.DONE, "收到了")


async def test_put_off_keeps_the_time_of_day(
    folder: Path, clock: FrozenClock, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4", "down", "enter", "3", "1")
        entry = await follow_up_of(counter, planned["today"])
        assert (entry.due, entry.snoozed) == ("2026-11-19T07:00:00Z", 1)
        assert chosen(counter) == "do today"


async def test_put_off_to_any_day_says_why_not(
    folder: Path, clock: FrozenClock, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4", "enter", "3", "4")
        dialog = counter.screen
        await counter.press("ctrl+u")
        await counter.type("whenever")
        await counter.press("enter")
        assert counter.screen is dialog
        assert "not a day or time" in dialog._field.note
        await counter.press("ctrl+u")
        await counter.type("下周五")
        assert dialog._field.reading == "= 2026-11-27 Fri"
        await counter.press("f8")
        assert (await follow_up_of(counter, planned["late"])).due == "2026-11-27"


async def test_cancel_needs_a_reason_and_can_be_opened_again(
    folder: Path, clock: FrozenClock, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4", "enter", "7", "enter")
        assert counter.screen._field.note == "say why it is cancelled"
        await counter.type("不要了")
        await counter.press("enter")
        entry = await follow_up_of(counter, planned["late"])
        assert (entry.state, entry.cancel_reason) == (FollowUpState.CANCELLED, "不要了")
        form = await counter.open("follow_up", planned["late"])
        assert "不要了" in counter.said
        await counter.press("ctrl+o", "1")
        assert (await follow_up_of(counter, planned["late"])).state is FollowUpState.OPEN
        assert counter.screen is not form


async def test_f8_logs_and_menu_opens_card_and_form(
    folder: Path, clock: FrozenClock, wang: int, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        counter.pressed = 0
        await counter.press("f8")
        await counter.type("打了")
        await counter.press("f8")
        assert counter.pressed == 2
        assert len((await counter.ask(lambda shop: shop.customers.file(wang))).interactions) == 1
        entry = await follow_up_of(counter, planned["late"])
        assert (entry.state, entry.result) == (FollowUpState.DONE, "打了")
        assert chosen(counter) == "do today"
        await counter.press("f8", "3", "f8")
        assert (await follow_up_of(counter, planned["today"])).state is FollowUpState.OPEN
        await counter.press("enter", "5")
        assert isinstance(counter.screen, FollowUpForm)
        assert counter.screen.field("title").value == "do today"
        await counter.press("escape", "enter", "6")
        assert counter.screen.current_customer() == wang


async def test_an_empty_agenda_names_the_next_key(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f4")
        assert "F8" in counter.text()
        assert counter.screen.current_customer() is None
        await counter.press("enter", "ctrl+o", "f8")
        assert isinstance(counter.screen, AgendaScreen)
        shop.do("follow_up.add", customer=wang, title="do", due="2026-11-18", owner="li")
        await counter.press("f2", "f4")
        assert "Space shows everybody's: 1" in counter.text()
        await counter.press("space")
        assert listed(counter) == ["Today  1", "do"]


async def test_rows_stay_while_others_work(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, planned: dict[str, int]
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        await counter.press("f4", "space", "end")
        assert chosen(counter) == "do later"
        shop.do("follow_up.done", follow_up=planned["late"])
        shop.do("follow_up.edit", follow_up=planned["later"], title="do it later")
        await counter.until(lambda: chosen(counter) == "do it later")
        assert "do late" in listed(counter)
        await counter.press("up")
        assert "do late" not in listed(counter)
        assert chosen(counter) == "do week"


async def test_a_follow_up_is_planned_and_changed(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_follow_up", wang)
        await counter.press("ctrl+s")
        assert counter.screen is form
        assert form.field("title").note
        assert form.field("due").note
        await counter.type("寄发票")
        await counter.press("tab")
        await counter.type("+3d")
        assert form.field("due").reading == "= 2026-11-21 Sat"
        form.field("priority").focus()
        await counter.press("4", "ctrl+s")
        entry = await follow_up_of(counter, 1)
        assert (entry.title, entry.due, entry.priority, entry.owner) == (
            "寄发票",
            "2026-11-21",
            Priority.URGENT,
            "mei",
        )
        form = await counter.open("follow_up", 1)
        form.field("is_promise").focus()
        await counter.press("2", "f8")
        entry = await follow_up_of(counter, 1)
        assert entry.is_promise
        assert entry.promised_text == "寄发票"
        assert entry.due == "2026-11-21"


async def test_a_colleagues_change_of_the_same_field_is_asked(
    folder: Path, clock: FrozenClock, shop: Shop, planned: dict[str, int]
) -> None:
    number = planned["week"]
    async with at_counter(folder, clock, by="li") as counter:
        form = await counter.open("follow_up", number)
        await counter.type("!")
        shop.do("follow_up.edit", follow_up=number, title="theirs", owner="mei2")
        await counter.until(lambda: "theirs" in form.field("title").note)
        assert form.field("owner").value == "mei2"
        await counter.press("ctrl+s")
        assert "mei changed this" in counter.text()
        await counter.press("2")
        entry = await follow_up_of(counter, number)
        assert (entry.title, entry.owner) == ("do week!", "mei2")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_hostile_text_at_every_size(
    folder: Path, clock: FrozenClock, shop: Shop, size: tuple[int, int]
) -> None:
    shop.do("settings.set", shop_name="[/]")
    for name in ("王[VIP]", "[/] 退货", "李\x1b[31m红", "王" * 80, "a\u202eb"):
        customer = shop.do("customer.create", name=name).one("customers")
        shop.do("follow_up.add", customer=customer, title=name, due="+1d")
        shop.do("ticket.open", customer=customer, subject=name, text=name)
    async with at_counter(folder, clock, size) as counter:
        for place in ("f4", "f3"):
            await counter.press(place)
            for _row in range(5):
                shown = counter.text()
                assert "\x1b" not in shown
                assert "\u202e" not in shown
                assert "王[VIP]" in shown or "王[V" in shown
                await counter.press("ctrl+o", "escape", "down")
