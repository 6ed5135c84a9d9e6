"""F8: a contact is logged, and the next follow-up planned, in few keys."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from screens.contact_form import ContactForm, taken_out
from screens.interaction_form import InteractionForm
from store.records.kinds import Direction, FollowUpKind, InteractionType, Outcome
from store.shop import Shop
from tests.helpers import FrozenClock
from tests.screens.counter import at_counter
from widgets.due_field import DueField


@pytest.fixture
def wang(shop: Shop) -> int:
    """Customer Wang Wu of a shop that has been set up."""
    shop.do("settings.set", shop_name="老王茶庄")
    return shop.do("customer.create", name="王五", call_as="王姐", phone="13800138000").one("customers")


async def test_a_contact_is_logged_with_two_keys(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8")
        for part in ("王五", "王姐", "138 0013 8000", "C000001"):
            assert part in counter.screen.title_text()
        await counter.type("问了新茶")
        await counter.press("f8")
        assert counter.pressed == 2
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (entry,) = file.interactions
        assert (entry.text, entry.outcome, entry.direction) == ("问了新茶", None, Direction.IN)
        assert (entry.staff, entry.at) == ("mei", clock())
        assert file.follow_ups == ()
        assert "Logged." in counter.said


async def test_an_outcome_costs_one_key_more(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8", "9")
        await counter.type("再想想")
        await counter.press("f8")
        assert counter.pressed == 3
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert file.interactions[0].outcome is Outcome.THINKING


@pytest.mark.parametrize(
    ("digit", "outcome"),
    [("1", Outcome.SOLVED), ("3", Outcome.NO_ANSWER), ("0", Outcome.OTHER), ("３", Outcome.NO_ANSWER)],
)
async def test_a_digit_is_an_outcome_in_full_width_too(
    folder: Path, clock: FrozenClock, wang: int, digit: str, outcome: Outcome
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("log_contact", wang)
        await counter.type(digit)
        await counter.press("f8")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert file.interactions[0].outcome is outcome


async def test_the_next_follow_up_costs_four_keys_and_a_promise_six(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8")
        await counter.type("要新茶样品")
        await counter.press("tab")
        await counter.type("寄样品")
        await counter.press("tab")
        await counter.type("明天下午3点")
        due = counter.screen.field("next_due")
        assert isinstance(due, DueField)
        assert due.reading == "= 2026-11-19 Thu 15:00"
        await counter.press("tab", "2", "f8")
        assert counter.pressed == 6
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (follow_up,) = file.follow_ups
        assert (follow_up.title, follow_up.due) == ("寄样品", "2026-11-19T07:00:00Z")
        assert follow_up.is_promise
        assert follow_up.promised_text == "寄样品"
        assert follow_up.interaction == file.interactions[0].id
        assert "follow-up planned" in counter.said


async def test_a_day_inside_what_is_to_be_done_is_read(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("log_contact", wang)
        await counter.type("好")
        await counter.press("tab")
        await counter.type("后天10点回电话")
        due = counter.screen.field("next_due")
        assert isinstance(due, DueField)
        assert due.reading == "= 2026-11-20 Fri 10:00"
        await counter.press("f8")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (follow_up,) = file.follow_ups
        assert (follow_up.title, follow_up.due) == ("回电话", "2026-11-20T02:00:00Z")


async def test_a_promise_in_the_note_costs_three_keys(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8", "2")
        await counter.type("要报价 !明天15点 回电报价")
        assert counter.screen.field("text").note == "= 2026-11-19 Thu 15:00  回电报价"
        assert "= 2026-11-19 Thu 15:00  回电报价" in counter.text()
        await counter.press("f8")
        assert counter.pressed == 3
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (follow_up,) = file.follow_ups
        assert (follow_up.title, follow_up.due) == ("回电报价", "2026-11-19T07:00:00Z")
        assert follow_up.is_promise
        assert (follow_up.owner, follow_up.interaction) == ("mei", file.interactions[0].id)
        assert file.interactions[0].outcome is Outcome.FOLLOW_UP
        assert "follow-up planned" in counter.said


async def test_two_promises_of_one_call_are_both_kept_and_undone_as_one(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        await counter.press("f8")
        await counter.type("!fri 3pm call back with price")
        await counter.press("enter")
        await counter.type("！后天 寄样品")
        assert counter.screen.field("text").note.count("\n") == 1
        await counter.press("f8")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert [entry.title for entry in file.follow_ups] == ["寄样品", "call back with price"]
        await counter.press("ctrl+z")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert (file.follow_ups, file.interactions) == ((), ())


async def test_what_is_typed_before_an_outcome_goes_to_the_note(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        assert counter.screen.focused is form.field("outcome").editor
        await counter.type("solved by itself, 一共三盒")
        assert form.field("text").value == "solved by itself, 一共三盒"
        assert form.field("outcome").value == ""


def test_what_is_left_of_a_title_without_its_day(shop: Shop) -> None:
    assert taken_out("明天3点，寄样品", shop) == ("2026-11-19T07:00:00Z", "寄样品")
    assert taken_out("send the sample tomorrow 3pm", shop) == ("2026-11-19T07:00:00Z", "send the sample")
    assert taken_out("明天", shop) == ("2026-11-19", "明天")
    assert taken_out("寄样品", shop) == ("", "寄样品")


async def test_nothing_noted_is_not_logged(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.press("f8")
        assert counter.screen is form
        assert form.field("text").note == "what was said?"
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        assert file.interactions == ()


async def test_a_due_that_cannot_be_read_is_said_beside_it_and_all_is_kept(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.type("你好")
        await counter.press("tab", "tab")
        await counter.type("someday")
        assert form.field("next_due").reading == "?"
        await counter.press("f8")
        assert counter.screen is form
        assert "not a day or time" in form.field("next_due").note
        assert form.field("text").value == "你好"
        assert (await counter.ask(lambda shop: shop.customers.file(wang))).interactions == ()


async def test_the_circumstances_are_kept(folder: Path, clock: FrozenClock, wang: int) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.type("来店里看了看")
        form.field("type").focus()
        await counter.press("3")
        form.field("mood").focus()
        await counter.press("4")
        form.field("at").focus()
        await counter.type("yesterday 16:00")
        form.field("spoke_with").focus()
        await counter.type("王先生")
        form.field("next_title").focus()
        await counter.type("备货")
        form.field("next_kind").focus()
        await counter.press("5", "ctrl+s")
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (entry,) = file.interactions
        assert (entry.type, entry.mood, entry.spoke_with) == (InteractionType.VISIT_IN, 1, "王先生")
        assert entry.at == datetime(2026, 11, 17, 8, 0, tzinfo=UTC)
        assert file.follow_ups[0].kind is FollowUpKind.PREPARE
        assert file.follow_ups[0].due == "2026-11-18"


async def test_a_contact_is_corrected_and_a_colleagues_change_kept(
    folder: Path, clock: FrozenClock, shop: Shop, wang: int
) -> None:
    entry = shop.do("interaction.log", customer=wang, text="old", outcome="busy").one("interactions")
    async with at_counter(folder, clock, by="li") as counter:
        form = await counter.open("interaction", entry)
        assert isinstance(form, InteractionForm)
        assert form.field("text").value == "old"
        await counter.type(" new")
        shop.do("interaction.edit", interaction=entry, mood=2)
        await counter.until(lambda: form.field("mood").value == "2")
        assert "mei changed: mood" in counter.said
        assert form.field("text").value == "old new"
        await counter.press("ctrl+s")
        found = (await counter.ask(lambda there: there.customers.file(wang))).interactions[0]
        assert (found.text, found.mood, found.outcome) == ("old new", 2, Outcome.BUSY)


async def test_f7_from_the_form_opens_a_ticket_for_the_same_customer(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.type("投诉")
        await counter.press("f7")
        assert counter.screen.KIND == "new_ticket"
        assert counter.screen.current_customer() == wang
        await counter.press("escape")
        assert counter.screen is form
        assert form.field("text").value == "投诉"


async def test_a_call_that_becomes_a_complaint_is_written_once_and_hangs_on_the_ticket(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("card", wang)
        counter.pressed = 0
        await counter.press("f8")
        await counter.type("茶发霉了")
        await counter.press("f7")
        assert counter.screen.field("text").value == "茶发霉了"
        await counter.press("f8")
        assert isinstance(counter.screen, ContactForm)
        assert "T000001 is open;" in counter.text()
        assert "Ctrl+Z" not in counter.screen.status.text
        await counter.press("f8")
        assert counter.pressed == 4
        file = await counter.ask(lambda shop: shop.customers.file(wang))
        (ticket,), (entry,) = file.tickets, file.interactions
        assert (ticket.text, entry.text) == ("茶发霉了", "茶发霉了")
        assert (entry.ticket, entry.outcome) == (ticket.id, Outcome.COMPLAINT)
        assert "F7" not in counter.said


async def test_who_is_to_be_followed_up_without_a_day_is_asked_once(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.press("2")
        await counter.type("问价")
        await counter.press("f8")
        assert counter.screen is form
        assert "What is to be done, and when?" in counter.text()
        assert form.field("next_title").editor.has_focus
        await counter.press("f8")
        assert counter.screen is not form
        assert (await counter.ask(partial(_contacts, wang))) == 1


async def test_who_is_to_be_followed_up_as_the_note_promises_is_not_asked(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        await counter.press("2")
        await counter.type("！明天15点 回电")
        await counter.press("f8")
        assert counter.screen is not form


async def test_an_empty_note_says_how_to_promise_and_a_day_in_it_that_it_is_no_promise_yet(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        form = await counter.open("log_contact", wang)
        assert "A line that begins with ! is a promise" in counter.text()
        await counter.type("明天下午3点回电")
        assert "A line that begins with !" not in counter.text()
        assert form.field("text").note.startswith("2026-11-19 Thu 15:00: !")
        await counter.press("home")
        await counter.type("！")
        assert form.field("text").note == "= 2026-11-19 Thu 15:00  回电"
        await counter.press("ctrl+u")
        await counter.type("今天几点关门")
        assert form.field("text").note == ""


HOSTILE = ("王[VIP]", "[/] 退货", "李\x1b[31m红", "王" * 80, "a\u202eb")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 36)])
async def test_hostile_names_are_shown_as_they_are(
    folder: Path, clock: FrozenClock, shop: Shop, size: tuple[int, int]
) -> None:
    shop.do("settings.set", shop_name="S")
    made = [shop.do("customer.create", name=name).one("customers") for name in HOSTILE]
    async with at_counter(folder, clock, size) as counter:
        for name, customer in zip(HOSTILE, made, strict=True):
            form = await counter.open("log_contact", customer)
            assert isinstance(form, ContactForm)
            await counter.type(name.replace("\x1b", ""))
            shown = counter.text()
            assert "\x1b" not in shown
            assert "\u202e" not in shown
            assert f"Log a contact: {name[0]}" in shown
            await counter.press("f8")
            assert (await counter.ask(partial(_contacts, customer))) == 1


def _contacts(customer: int, shop: Shop) -> int:
    return len(shop.customers.file(customer).interactions)


async def test_a_day_that_is_not_understood_is_said_at_its_field_and_by_its_label(
    folder: Path, clock: FrozenClock, wang: int
) -> None:
    async with at_counter(folder, clock) as counter:
        await counter.open("log_contact", wang)
        await counter.type("a note")
        counter.screen.field("next_due").focus()
        await counter.type("whenever")
        await counter.press("ctrl+s")
        form = counter.screen
        assert isinstance(form, ContactForm)
        assert '"whenever"' in form.field("next_due").note
        assert not form.field("next_due").note.startswith("due:")
        assert counter.said.startswith('due: "whenever"')
        assert "next_due" not in counter.text()
