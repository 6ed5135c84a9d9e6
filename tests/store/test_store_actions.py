"""Actions through the shop: what they store, refuse and say."""

from __future__ import annotations

from datetime import UTC, date, datetime

import msgspec
import pytest

from store.errors import NotFound, Refused, Usage
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import (
    ContactType,
    CustomerStatus,
    FollowUpState,
    Outcome,
    Severity,
    Step,
    TicketState,
)
from store.records.purchase import Purchase
from store.records.ticket import Ticket
from store.shop import Shop
from tests.helpers import FrozenClock


def customer(shop: Shop, **fields: object) -> int:
    made = shop.do("customer.create", **{"name": "王五", **fields})
    return made.one("customers")


def test_a_new_customer_is_kept_with_who_and_when(shop: Shop, clock: FrozenClock) -> None:
    made = shop.do("customer.create", name="王五", phone="138 0013 8000", wechat="WangWu88", tags="辣，熟客")
    found = shop.customers.get(made.one("customers"))
    assert (found.name, found.tags, found.rev) == ("王五", ("辣", "熟客"), 1)
    assert (found.created_by, found.created_at) == ("mei", clock.moment)
    mobile, wechat = found.contacts
    assert (mobile.type, mobile.normalized, mobile.value) == (
        ContactType.MOBILE,
        "+8613800138000",
        "138 0013 8000",
    )
    assert (wechat.type, wechat.value, wechat.normalized) == (ContactType.WECHAT, "WangWu88", "wangwu88")
    assert len({point.key for point in found.contacts}) == 2
    assert found.number == f"C{found.id:06d}"


def test_a_customer_needs_something_to_be_known_by(shop: Shop) -> None:
    with pytest.raises(Refused) as refused:
        shop.do("customer.create", note="nobody")
    assert "name" in refused.value.details["fields"]
    assert shop.history() == []


def test_a_masked_number_is_refused_and_nothing_is_stored(shop: Shop) -> None:
    with pytest.raises(Refused):
        shop.do("customer.create", name="王五", phone="138****8000")
    assert list(shop.database.all_raw("customers")) == []


def test_a_number_made_unreadable_keeps_no_comparable_form(shop: Shop) -> None:
    who = customer(shop, phone="13800138000")
    point = msgspec.structs.replace(shop.customers.get(who).contacts[0], value="ask his wife")
    shop.do("customer.edit", customer=who, contacts=[point])
    assert shop.customers.get(who).contacts[0].normalized == ""
    assert shop.lookup.search("13800138000").matches == ()


def test_words_may_begin_with_a_bracket(shop: Shop) -> None:
    who = customer(shop, tags="[/] 退货，[VIP]")
    assert shop.customers.get(who).tags == ("[/] 退货", "[VIP]")


def test_birthday_with_and_without_year(shop: Shop) -> None:
    with_year = shop.customers.get(customer(shop, birthday="1988-03-05")).dates[0]
    without = shop.customers.get(customer(shop, birthday="03-05")).dates[0]
    assert (with_year.year, with_year.month, with_year.day) == (1988, 3, 5)
    assert (without.year, without.month, without.day) == (None, 3, 5)


def test_editing_changes_what_was_named_and_counts(shop: Shop, clock: FrozenClock) -> None:
    who = customer(shop, phone="13800138000")
    clock.move(minutes=5)
    shop.do("customer.edit", customer=who, red_note="never call before ten")
    found = shop.customers.get(who)
    assert (found.name, found.red_note, found.rev) == ("王五", "never call before ten", 2)
    assert found.updated_at == clock.moment
    assert found.created_at != found.updated_at


def test_an_edit_that_changes_nothing_is_no_action(shop: Shop) -> None:
    who = customer(shop)
    done = shop.do("customer.edit", customer=who, name="王五")
    assert done.action is None
    assert len(shop.history()) == 1


def test_archive_and_back(shop: Shop) -> None:
    who = customer(shop)
    shop.do("customer.archive", customer=who)
    assert shop.customers.get(who).status is CustomerStatus.ARCHIVED
    shop.do("customer.unarchive", customer=who)
    assert shop.customers.get(who).status is CustomerStatus.ACTIVE
    with pytest.raises(Refused):
        shop.do("customer.unarchive", customer=who)


def test_a_contact_and_its_promise_are_one_action(shop: Shop, clock: FrozenClock) -> None:
    who = customer(shop)
    done = shop.do(
        "interaction.log",
        customer=who,
        outcome="followup",
        text="asked for a price",
        next_title="call back with price",
        next_due="2026-11-19 15:00",
        promise="yes",
    )
    interaction = shop.records.get(Interaction, done.one("interactions"))
    follow_up = shop.records.get(FollowUp, done.one("follow_ups"))
    assert (interaction.outcome, interaction.at, interaction.staff) == (
        Outcome.FOLLOW_UP,
        clock.moment,
        "mei",
    )
    assert interaction.follow_up == follow_up.id
    assert (follow_up.due, follow_up.is_promise) == ("2026-11-19T07:00:00Z", True)
    assert follow_up.promised_text == "call back with price"
    shop.undo()
    assert shop.customers.file(who).interactions == ()
    assert shop.customers.file(who).follow_ups == ()


def test_a_contact_with_nobody_is_refused(shop: Shop) -> None:
    with pytest.raises(NotFound):
        shop.do("interaction.log", customer=99, text="hello")


def test_a_contact_can_be_corrected_and_deleted_and_brought_back(shop: Shop) -> None:
    who = customer(shop)
    contact = shop.do("interaction.log", customer=who, text="helo").one("interactions")
    shop.do("interaction.edit", interaction=contact, text="hello", mood=1)
    assert shop.records.get(Interaction, contact).text == "hello"
    shop.do("interaction.delete", interaction=contact)
    with pytest.raises(NotFound):
        shop.records.get(Interaction, contact)
    shop.undo()
    assert shop.records.get(Interaction, contact).mood == 1


def test_purchases_by_hand(shop: Shop) -> None:
    who = customer(shop)
    made = shop.do("purchase.add", customer=who, total="1,580.50", at="2026-11-17 09:30", note="龙井")
    purchase = shop.records.get(Purchase, made.one("purchases"))
    assert (purchase.total, purchase.at) == (158050, datetime(2026, 11, 17, 1, 30, tzinfo=UTC))
    shop.do("purchase.edit", purchase=purchase.id, returned_amount="80.50")
    file = shop.customers.file(who)
    assert (file.purchase_count, file.purchase_total) == (1, 150000)
    with pytest.raises(Refused):
        shop.do("purchase.edit", purchase=purchase.id, returned_amount="9999")


def test_the_life_of_a_ticket(shop: Shop, clock: FrozenClock) -> None:
    who = customer(shop)
    opened = shop.do(
        "ticket.open", customer=who, text="茶叶受潮\n袋子破了", severity="high", causes="goods,delay"
    )
    ticket = opened.one("tickets")
    first = shop.tickets.get(ticket)
    assert (first.state, first.subject, first.severity) == (TicketState.NEW, "茶叶受潮", Severity.HIGH)
    shop.do("ticket.step", ticket=ticket, step="vent")
    assert shop.tickets.get(ticket).state is TicketState.WORKING
    shop.do("ticket.answer", ticket=ticket, question="wish", text="换一包")
    shop.do(
        "ticket.offer", ticket=ticket, kind="exchange", amount="60", text="换新茶", customer_says="accept"
    )
    shop.do("ticket.note", ticket=ticket, text="仓库已发货")
    clock.move(hours=2)
    resolved = shop.do("ticket.resolve", ticket=f"T{ticket:06d}", call_back="2026-11-21", root_cause="包装")
    call_back = shop.records.get(FollowUp, resolved.one("follow_ups"))
    assert (call_back.ticket, call_back.due) == (ticket, "2026-11-21")
    shop.do("ticket.close", ticket=ticket, satisfaction=4)
    closed = shop.tickets.get(ticket)
    assert (closed.state, closed.satisfaction, closed.closed_at) == (TicketState.CLOSED, 4, clock.moment)
    assert [step.key for step in closed.steps] == [Step.VENT]
    assert closed.resolutions[0].amount == 6000
    shop.do("ticket.reopen", ticket=ticket)
    assert (shop.tickets.get(ticket).state, shop.tickets.get(ticket).reopened) == (TicketState.WORKING, 1)


def test_a_ticket_moves_only_along_its_life(shop: Shop) -> None:
    ticket = shop.do("ticket.open", customer=customer(shop), subject="x").one("tickets")
    with pytest.raises(Refused):
        shop.do("ticket.close", ticket=ticket)
    with pytest.raises(Refused):
        shop.do("ticket.void", ticket=ticket, reason=" ")
    shop.do("ticket.void", ticket=ticket, reason="entered twice")
    with pytest.raises(Refused):
        shop.do("ticket.note", ticket=ticket, text="late")
    with pytest.raises(Refused):
        shop.do("ticket.edit", ticket=ticket, satisfaction=9)


def test_follow_ups_done_put_off_and_cancelled(shop: Shop) -> None:
    who = customer(shop)
    first = shop.do("follow_up.add", customer=who, title="ring", due="2026-11-19").one("follow_ups")
    shop.do("follow_up.snooze", follow_up=first, due="2026-11-25")
    assert shop.agenda.get(first).snoozed == 1
    shop.do("follow_up.done", follow_up=first, result="happy")
    done = shop.agenda.get(first)
    assert (done.state, done.result) == (FollowUpState.DONE, "happy")
    with pytest.raises(Refused):
        shop.do("follow_up.cancel", follow_up=first, reason="late")
    shop.do("follow_up.reopen", follow_up=first)
    with pytest.raises(Refused):
        shop.do("follow_up.cancel", follow_up=first, reason="")
    shop.do("follow_up.cancel", follow_up=first, reason="moved away")
    assert shop.agenda.get(first).state is FollowUpState.CANCELLED


def test_the_agenda_sorts_by_day_and_names_its_reasons(shop: Shop, clock: FrozenClock) -> None:
    who = customer(shop)
    for title, due, promise in (
        ("late", "2026-11-17", False),
        ("this morning", "2026-11-18 09:00", False),
        ("whole day", "2026-11-18", False),
        ("promise today", "2026-11-18 18:00", True),
        ("in the week", "2026-11-24", False),
        ("later", "2027-01-05", False),
    ):
        shop.do("follow_up.add", customer=who, title=title, due=due, is_promise=promise)
    agenda = shop.agenda.list()
    assert [view.follow_up.title for view in agenda.overdue] == ["late", "this morning"]
    assert [view.follow_up.title for view in agenda.today] == ["promise today", "whole day"]
    assert [view.follow_up.title for view in agenda.week] == ["in the week"]
    assert [view.follow_up.title for view in agenda.later] == ["later"]
    assert "1 day late" in agenda.overdue[0].reasons
    assert shop.agenda.list(owner="li").all == []


def test_unknown_actions_and_fields_are_wrong_usage(shop: Shop) -> None:
    with pytest.raises(Usage, match=r"customer\.create"):
        shop.do("customer.creat", name="x")
    with pytest.raises(Usage, match="nmae"):
        shop.do("customer.create", nmae="x")
    with pytest.raises(Usage, match="customer"):
        shop.do("interaction.log", text="x")


def test_settings_are_checked_and_change_the_day(shop: Shop, clock: FrozenClock) -> None:
    shop.do("settings.set", shop_name="云山茶铺", currency="CNY", time_zone="Asia/Shanghai")
    assert shop.today() == date(2026, 11, 18)
    clock.moment = datetime(2026, 11, 18, 17, 0, tzinfo=UTC)
    assert shop.today() == date(2026, 11, 19)
    with pytest.raises(Refused):
        shop.do("settings.set", time_zone="Mars/Olympus")
    shop.do("settings.set", time_zone="America/New_York")
    assert shop.today() == date(2026, 11, 18)


def test_a_number_a_name_or_an_id_names_the_customer(shop: Shop) -> None:
    who = customer(shop, phone="13800138000")
    for text in (f"C{who:06d}", f"id:{who}", str(who), "8000", "王五", "ww"):
        shop.do("customer.edit", customer=text, note=text)
        assert shop.customers.get(who).note == text


def test_all_fields_of_a_customer_survive(shop: Shop) -> None:
    made = shop.do(
        "customer.create",
        name="单晓燕",
        kind="person",
        call_as="单姐",
        company="云山商行",
        reading="shan xiao yan",
        aliases="燕子,小燕",
        gender="f",
        occupation="老师",
        source="wom",
        owner="mei",
        usual_order="大红袍一斤",
        red_note="花生过敏",
        temperament="cautious",
        note="喜欢安静",
        facts='[{"name": "积分", "value": "28", "source": "said", "as_of": "2026-11-18"}]',
        dates='[{"kind": "birthday", "calendar": "lunar", "month": 8, "day": 15}]',
        external_ids='[{"source": "xlsx", "value": "8"}]',
        contacts='[{"type": "address", "value": "北京市朝阳区建国路 1 号"}]',
    )
    found = shop.records.get(Customer, made.one("customers"))
    assert (found.call_as, found.company, found.aliases) == ("单姐", "云山商行", ("燕子", "小燕"))
    assert (found.facts[0].name, found.facts[0].as_of) == ("积分", date(2026, 11, 18))
    assert (found.dates[0].calendar.value, found.dates[0].month) == ("lunar", 8)
    assert found.external_ids[0].value == "8"
    assert found.contacts[0].value == "北京市朝阳区建国路 1 号"


def test_tickets_are_listed_worst_first(shop: Shop) -> None:
    who = customer(shop)
    for subject, severity in (("small", "low"), ("bad", "safety"), ("usual", "normal")):
        shop.do("ticket.open", customer=who, subject=subject, severity=severity)
    listed = shop.tickets.list([TicketState.NEW])
    assert [view.ticket.subject for view in listed] == ["bad", "usual", "small"]
    assert listed[0].customer.name == "王五"
    assert shop.tickets.list([TicketState.CLOSED]) == []
    assert [type(view.ticket) for view in shop.tickets.list(customer=who)] == [Ticket] * 3
