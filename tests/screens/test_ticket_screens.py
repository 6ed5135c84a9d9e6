"""F7 and F3: a complaint from its first word to the call back."""

from __future__ import annotations

from pathlib import Path

import pytest

from screens.record_forms import ResolveForm
from screens.ticket import TicketScreen
from screens.tickets import TicketsScreen
from store.records.kinds import (
    Cause,
    CustomerSays,
    Question,
    ResolutionKind,
    Severity,
    Step,
    TicketState,
    TicketType,
)
from store.records.labels import label
from store.records.ticket import Ticket
from store.rules.ticket_script import SCRIPTS, hint, script
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import Counter, at_counter
from widgets.row_list import RowList
from widgets.script_view import ScriptView


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


@pytest.fixture
def complaint(shop: Shop, wang: int) -> int:
    """A complaint of Wang Wu."""
    return shop.do("ticket.open", customer=wang, text="茶叶受潮", severity="high").one("tickets")


async def ticket_of(counter: Counter, ticket: int) -> Ticket:
    return await counter.ask(lambda shop: shop.tickets.get(ticket))


async def test_a_complaint_is_opened_with_two_keys(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f7")
        assert "王五" in counter.screen.title_text()
        await counter.type("茶叶受潮，要退货")
        await counter.press("ctrl+s")
        assert counter.pressed == 2
        (view,) = await counter.ask(lambda shop: shop.tickets.list())
        ticket = view.ticket
        assert (ticket.type, ticket.severity, ticket.state) == (
            TicketType.COMPLAINT,
            Severity.NORMAL,
            TicketState.NEW,
        )
        assert (ticket.subject, ticket.text, ticket.assignee) == (
            "茶叶受潮，要退货",
            "茶叶受潮，要退货",
            "mei",
        )
        assert "T000001" in counter.said


async def test_f3_leads_to_the_ticket_that_was_just_opened(
    folder: Path, clock: FrozenClock, wang: int, complaint: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f3", "enter")
        assert isinstance(counter.screen, TicketScreen)
        await counter.press("f2", "f8", "f7")
        await counter.type("pipes leak")
        await counter.press("f8")
        assert "F3 leads to its six steps" in counter.said
        await counter.press("f3")
        assert isinstance(counter.screen, TicketScreen)
        assert "pipes leak" in counter.text()
        await counter.press("escape")
        assert isinstance(counter.screen, TicketsScreen)
        await counter.press("f2", "f3")
        assert isinstance(counter.screen, TicketsScreen)


async def test_everything_a_ticket_knows_can_be_said_at_once(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_ticket", wang)
        await counter.type("坏了")
        form.field("type").focus()
        await counter.press("4")
        form.field("severity").focus()
        await counter.press("1")
        form.field("causes").focus()
        await counter.press("1", "5", "1", "4")
        form.field("product").focus()
        await counter.type("龙井")
        form.field("order_no").focus()
        await counter.type("A001")
        form.field("subject").focus()
        await counter.type("换货")
        await counter.press("f8")
        ticket = await ticket_of(counter, 1)
        assert ticket.type is TicketType.EXCHANGE
        assert ticket.severity is Severity.SAFETY
        assert set(ticket.causes) == {Cause.BROKEN_PROMISE, Cause.DELAY}
        assert (ticket.product, ticket.order_no, ticket.subject) == ("龙井", "A001", "换货")


async def test_an_empty_ticket_is_not_opened(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_ticket", wang)
        await counter.press("ctrl+s")
        assert counter.screen is form
        assert form.field("text").note
        assert await counter.ask(lambda shop: shop.tickets.list()) == []


async def test_enter_never_submits_the_form(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("new_ticket", wang)
        await counter.type("x")
        form.field("subject").focus()
        await counter.type("y")
        await counter.press("enter", "enter", "enter")
        assert counter.screen is form
        assert await counter.ask(lambda shop: shop.tickets.list()) == []


async def test_the_script_says_what_to_do_and_a_tick_goes_on(
    folder: Path, clock: FrozenClock, complaint: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f3", "enter")
        assert isinstance(counter.screen, TicketScreen)
        view = counter.screen.query_one(ScriptView)
        assert view.parts[0][2] == script(Step.VENT).do
        assert script(Step.VENT).avoid[0] in counter.text()
        await counter.press("enter")
        ticket = await ticket_of(counter, complaint)
        assert [entry.key for entry in ticket.steps] == [Step.VENT]
        assert ticket.state is TicketState.WORKING
        assert view.parts[0][2] == script(Step.APOLOGISE).do
        await counter.press("up", "space")
        assert (await ticket_of(counter, complaint)).steps == ()


async def test_the_nine_questions_are_answered_and_the_last_is_known(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, complaint: int
) -> None:
    shop.do("purchase.add", customer=wang, total="10")
    async with at_counter(folder, clock) as counter:
        await counter.open("ticket", complaint)
        await counter.press("right", "enter")
        await counter.type("送来就湿的")
        await counter.press("enter")
        await counter.press("end", "enter")
        assert counter.screen._field.value == "old: 1 purchase since 2026"
        await counter.press("ctrl+s")
        answers = {entry.key: entry.text for entry in (await ticket_of(counter, complaint)).answers}
        assert answers == {Question.EVENT: "送来就湿的", Question.OLD_NEW: "old: 1 purchase since 2026"}


async def test_an_offer_is_made_and_accepted(folder: Path, clock: FrozenClock, complaint: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("ticket", complaint)
        await counter.press("3")
        assert "Ctrl+O" in counter.text()
        await counter.press("ctrl+o", "a")
        await counter.press("5")
        counter.screen.field("amount").focus()
        await counter.type("256")
        await counter.press("ctrl+s")
        (offer,) = (await ticket_of(counter, complaint)).resolutions
        assert (offer.kind, offer.amount, offer.customer_says) == (
            ResolutionKind.REFUND,
            25600,
            CustomerSays.PENDING,
        )
        await counter.press("enter", "4")
        ticket = await ticket_of(counter, complaint)
        assert ticket.resolutions[0].customer_says is CustomerSays.ACCEPT
        assert ticket.resolutions[0].executed_at == clock()
        assert ticket.customer_accepts is True


async def test_a_bad_amount_is_said_beside_it(folder: Path, clock: FrozenClock, complaint: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("ticket_offer", complaint)
        form.field("amount").focus()
        await counter.type("lots")
        await counter.press("f8")
        assert counter.screen is form
        assert "not an amount" in form.field("amount").note
        assert (await ticket_of(counter, complaint)).resolutions == ()


async def test_resolve_plans_the_call_back_and_close_asks_how_satisfied(
    folder: Path, clock: FrozenClock, wang: int, complaint: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("ticket", complaint)
        await counter.press("ctrl+o", "r")
        assert isinstance(counter.screen, ResolveForm)
        assert counter.screen.field("call_back").value == "2026-11-21"
        await counter.type("换了两罐")
        await counter.press("f8")
        ticket = await ticket_of(counter, complaint)
        assert ticket.state is TicketState.RESOLVED
        assert ticket.notes[0].text == "换了两罐"
        (follow_up,) = (await counter.ask(lambda shop: shop.customers.file(wang))).follow_ups
        assert (follow_up.due, follow_up.ticket) == ("2026-11-21", complaint)
        await counter.press("ctrl+o", "c", "5", "ctrl+s")
        ticket = await ticket_of(counter, complaint)
        assert (ticket.state, ticket.satisfaction) == (TicketState.CLOSED, 5)
        await counter.press("ctrl+o", "g")
        await counter.type("again wet")
        await counter.press("enter")
        ticket = await ticket_of(counter, complaint)
        assert (ticket.state, ticket.reopened) == (TicketState.WORKING, 1)


async def test_void_needs_a_reason(folder: Path, clock: FrozenClock, complaint: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.press("f3", "ctrl+o", "up")
        await counter.press("end", "enter")
        dialog = counter.screen
        await counter.press("enter")
        assert counter.screen is dialog
        assert dialog._field.note == "say why it is void"
        await counter.type("重复")
        await counter.press("enter")
        ticket = await ticket_of(counter, complaint)
        assert (ticket.state, ticket.void_reason) == (TicketState.VOID, "重复")
        assert isinstance(counter.screen, TicketsScreen)
        assert "No ticket here" in counter.text()


async def test_a_contact_is_logged_about_the_ticket(
    folder: Path, clock: FrozenClock, wang: int, complaint: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("ticket", complaint)
        await counter.press("f8")
        await counter.type("说明天来换")
        await counter.press("f8")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert file.interactions[0].ticket == complaint
        await counter.press("4")
        assert "说明天来换" in counter.text()


async def test_a_note_and_fields_are_changed(folder: Path, clock: FrozenClock, complaint: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("ticket", complaint)
        await counter.press("ctrl+o", "n")
        await counter.type("仓库")
        await counter.press("enter")
        await counter.type("受潮")
        await counter.press("ctrl+s")
        assert (await ticket_of(counter, complaint)).notes[0].text == "仓库\n受潮"
        await counter.press("f6")
        form = counter.screen
        form.field("cost_goods").focus()
        await counter.press("ctrl+u")
        await counter.type("12.50")
        form.field("external_due").focus()
        await counter.type("2026-12-01")
        await counter.press("ctrl+s")
        ticket = await ticket_of(counter, complaint)
        assert ticket.cost_goods == 1250
        assert str(ticket.external_due) == "2026-12-01"


async def test_the_list_by_state_mine_and_others(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, complaint: int
) -> None:
    shop.do("ticket.open", customer=wang, text="问价", type="inquiry", assignee="li")
    async with at_counter(folder, clock, (120, 36)) as counter:
        await counter.press("f3")
        rows = counter.screen.query_one("#tickets", RowList)
        assert [view.ticket.id for view in rows.items] == [complaint, 2]
        assert "severity high" in counter.text()
        await counter.press("space")
        assert [view.ticket.id for view in rows.items] == [complaint]
        await counter.press("space", "right")
        assert [view.ticket.state for view in rows.items] == [TicketState.NEW] * 2
        await counter.press("5")
        assert list(rows.items) == []
        assert "No ticket here" in counter.text()
        assert counter.screen.current_customer() is None


async def test_rows_stay_while_others_work_and_come_with_the_next_key(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int, complaint: int
) -> None:
    second = shop.do("ticket.open", customer=wang, text="second").one("tickets")
    async with at_counter(folder, clock, by="li") as counter:
        await counter.press("f3", "down")
        rows = counter.screen.query_one("#tickets", RowList)
        assert rows.selected.ticket.id == second
        shop.do("ticket.open", customer=wang, text="worse", severity="safety")
        shop.do("ticket.start", ticket=second)
        await counter.until(lambda: rows.selected.ticket.state is TicketState.WORKING)
        assert [view.ticket.id for view in rows.items] == [complaint, second]
        await counter.press("home")
        assert [view.ticket.id for view in rows.items] == [3, complaint, second]


async def test_enter_does_not_meet_another_ticket(
    folder: Path, clock: FrozenClock, shop: Shop, complaint: int
) -> None:
    async with at_counter(folder, clock, by="li") as counter:
        await counter.press("f3", "2")
        rows = counter.screen.query_one("#tickets", RowList)
        shop.do("ticket.start", ticket=complaint)
        await counter.until(lambda: counter.screen._waiting is not None)
        assert len(rows.items) == 1
        await counter.press("enter")
        assert isinstance(counter.screen, TicketsScreen)
        assert "just dealt with" in counter.said


def test_every_step_and_question_has_words() -> None:
    assert list(SCRIPTS) == list(Step)
    for step in Step:
        found = script(step)
        assert found.do
        assert found.say
        assert found.avoid
    assert all(hint(question) for question in Question)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_the_whole_script_of_every_step_is_in_sight(
    folder: Path, clock: FrozenClock, complaint: int, size: tuple[int, int]
) -> None:
    async with at_counter(folder, clock, size) as counter:
        await counter.open("ticket", complaint)
        for step in Step:
            shown = " ".join(counter.text().split())
            assert f"{list(Step).index(step) + 1} {label(step)}" in shown
            assert script(step).avoid[-1].split()[-1] in shown
            await counter.press("down")
