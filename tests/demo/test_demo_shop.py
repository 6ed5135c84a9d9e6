"""The made-up shop: the same for the same seed and day, whole, and with something to see on that day."""

from __future__ import annotations

import collections
import datetime as dt
from pathlib import Path
from typing import TypeVar

import msgspec
import phonenumbers
import pytest

from store.actions.customers import normalized
from store.demo.generate import demo_records, demo_settings, write_demo
from store.demo.people import ARCHIVED, BIRTHDAYS, FAMILY, LUNAR_BIRTHDAYS, SHOWCASE, SWITCHBOARD
from store.engine import open_database
from store.errors import Refused
from store.records.base import Record, decode, to_document
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import Calendar, CustomerStatus, FollowUpState, Temperament, TicketState, TicketType
from store.records.purchase import Purchase
from store.records.setting import Settings
from store.records.staff import Staff
from store.records.ticket import Ticket
from store.rules.agenda import build_agenda
from store.rules.ticket_states import MOVES

TODAY = dt.date(2026, 11, 22)
KINDS: tuple[type[Record], ...] = (Settings, Staff, Customer, Purchase, Interaction, FollowUp, Ticket)
R = TypeVar("R", bound=Record)


class Made:
    """A made-up shop in memory."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.settings = demo_settings(language)
        self.all = list(demo_records(1, TODAY, 300, language))
        self.customers = self.of(Customer)
        self.follow_ups = self.of(FollowUp)
        self.tickets = self.of(Ticket)
        self.purchases = self.of(Purchase)
        self.interactions = self.of(Interaction)
        self.noon = dt.datetime.combine(TODAY, dt.time(12), self.settings.zone).astimezone(dt.UTC)

    def of(self, kind: type[R]) -> dict[int, R]:
        return {record.id: record for record in self.all if isinstance(record, kind)}


@pytest.fixture(scope="module", params=["zh", "en"])
def made(request: pytest.FixtureRequest) -> Made:
    return Made(request.param)


def test_the_same_seed_and_day_give_the_same_shop(made: Made) -> None:
    again = list(demo_records(1, TODAY, 300, made.language))
    assert again == made.all
    assert msgspec.json.encode(again) == msgspec.json.encode(made.all)


def test_another_seed_or_day_gives_another_shop(made: Made) -> None:
    for other in (
        demo_records(2, TODAY, 300, made.language),
        demo_records(1, dt.date(2026, 3, 1), 300, made.language),
    ):
        names = [record.name for record in other if isinstance(record, Customer)]
        assert names != [customer.name for customer in made.customers.values()]


def test_ids_run_from_one_in_each_table(made: Made) -> None:
    seen: dict[str, int] = collections.defaultdict(int)
    for record in made.all:
        seen[record.table] += 1
        assert record.id == seen[record.table]
    assert set(seen) == {kind.table for kind in KINDS}
    assert len(made.customers) == 300


def test_all_records_may_be_stored_and_come_back(made: Made) -> None:
    for record in made.all:
        assert record.problems() == {}
        raw = msgspec.json.encode(to_document(record))
        assert decode(type(record), record.id, raw) == record


def test_references_lead_somewhere(made: Made) -> None:
    logins = {staff.login for staff in made.of(Staff).values()}
    rows: list[Purchase | Interaction] = [*made.purchases.values(), *made.interactions.values()]
    for record in rows:
        assert record.customer in made.customers
        assert record.staff in logins
    for contact in made.interactions.values():
        assert contact.follow_up is None or made.follow_ups[contact.follow_up].interaction == contact.id
        assert contact.ticket is None or made.tickets[contact.ticket].interaction == contact.id
    for entry in made.follow_ups.values():
        assert entry.customer in made.customers
        assert entry.owner in logins
        assert entry.interaction is None or made.interactions[entry.interaction].customer == entry.customer
        assert entry.ticket is None or made.tickets[entry.ticket].customer == entry.customer
    for ticket in made.tickets.values():
        assert ticket.customer in made.customers
        assert ticket.purchase is None or made.purchases[ticket.purchase].customer == ticket.customer
    for customer in made.customers.values():
        assert customer.referrer is None or customer.referrer < customer.id


def test_nothing_lies_in_the_future_but_what_is_due(made: Made) -> None:
    midnight = dt.datetime.combine(TODAY, dt.time(), made.settings.zone)
    for record in made.all:
        assert record.created_at is not None
        assert record.created_at < midnight
        assert record.updated_at is None or record.created_at <= record.updated_at < midnight
    for ticket in made.tickets.values():
        times = [ticket.opened_at, ticket.working_at, ticket.resolved_at, ticket.closed_at]
        reached = [moment for moment in times if moment is not None]
        assert reached == sorted(reached)
        assert made.customers[ticket.customer].created_at < reached[0]  # type: ignore[operator]
        assert reached[-1] < midnight


def test_totals_are_the_sum_of_the_items(made: Made) -> None:
    for purchase in made.purchases.values():
        assert purchase.total == sum(item.quantity * item.price for item in purchase.items)
        assert 0 < purchase.total < 1_000_000


def test_few_come_often_and_many_now_and_then(made: Made) -> None:
    visits = collections.Counter(purchase.customer for purchase in made.purchases.values())
    counts = sorted((visits[number] for number in made.customers), reverse=True)
    assert counts[10] >= 20
    assert sum(1 for count in counts if count <= 3) >= 80
    assert sum(counts[:60]) > 0.5 * sum(counts)
    assert len(made.purchases) + len(made.interactions) + len(made.follow_ups) + len(made.tickets) >= 3000


def test_telephone_numbers_are_what_their_spelling_says(made: Made) -> None:
    owners: dict[tuple[str, str], set[int]] = collections.defaultdict(set)
    for customer in made.customers.values():
        assert customer.phones
        assert len({point.key for point in customer.contacts}) == len(customer.contacts)
        for point in customer.contacts:
            assert normalized(point, made.settings.region) == point
            if point.is_phone:
                assert phonenumbers.is_valid_number(phonenumbers.parse(point.normalized))
                owners[point.normalized, point.ext].add(customer.id)
    shared = [numbers for numbers in owners.values() if len(numbers) > 1]
    assert shared == [set(FAMILY)]


def test_numbers_stay_different_in_a_big_shop() -> None:
    for language in ("zh", "en"):
        phones = [
            record.phones[0]
            for record in demo_records(1, TODAY, 30_000, language, rows=1)
            if isinstance(record, Customer)
        ]
        assert len(phones) - len(set(phones)) == len(FAMILY) - 1


def test_the_agenda_of_the_day_has_every_section(made: Made) -> None:
    entries = [
        (entry, made.customers[entry.customer])
        for entry in made.follow_ups.values()
        if entry.state is FollowUpState.OPEN
    ]
    agenda = build_agenda(entries, made.noon, made.settings)
    assert any(view.follow_up.is_promise for view in agenda.today)
    assert any(view.follow_up.is_promise for view in agenda.overdue)
    assert any(view.follow_up.ticket for view in agenda.today)
    assert min(len(agenda.overdue), len(agenda.today), len(agenda.week), len(agenda.later)) >= 3
    assert all(customer.status is CustomerStatus.ACTIVE for entry, customer in entries if entry.is_promise)


def test_tickets_stand_in_every_state_with_what_belongs_to_it(made: Made) -> None:
    by_state = collections.Counter(ticket.state for ticket in made.tickets.values())
    assert set(by_state) == set(MOVES)
    complaints = [ticket for ticket in made.tickets.values() if ticket.type is TicketType.COMPLAINT]
    assert {TicketState.NEW, TicketState.WORKING, TicketState.RESOLVED} <= {
        ticket.state for ticket in complaints
    }
    assert any(ticket.causes and ticket.answers and len(ticket.resolutions) > 1 for ticket in complaints)
    assert any(ticket.external_due for ticket in complaints)
    for ticket in made.tickets.values():
        assert (ticket.closed_at is not None) == (ticket.state is TicketState.CLOSED)
        assert (ticket.satisfaction is not None) == (ticket.state is TicketState.CLOSED)


def test_birthdays_are_near(made: Made) -> None:
    near = {TODAY + dt.timedelta(days=days) for days in range(8)}
    days = {(day.month, day.day) for day in near}
    found = [
        customer.id
        for customer in made.customers.values()
        for entry in customer.dates
        if entry.calendar is Calendar.SOLAR and (entry.month, entry.day) in days
    ]
    assert set(BIRTHDAYS) <= set(found)
    lunar = [
        number for number in LUNAR_BIRTHDAYS if made.customers[number].dates[0].calendar is Calendar.LUNAR
    ]
    assert len(lunar) == (2 if made.language == "zh" else 0)


def test_the_parts_are_played(made: Made) -> None:
    showcase = made.customers[SHOWCASE]
    assert showcase.red_note
    assert showcase.usual_order
    assert showcase.call_as
    assert showcase.temperament is Temperament.HOT
    assert any(entry.customer == SHOWCASE and entry.is_promise for entry in made.follow_ups.values())
    assert any(ticket.customer == SHOWCASE and ticket.is_open for ticket in made.tickets.values())
    company, first, second = (made.customers[number] for number in SWITCHBOARD)
    lines = [next(point for point in one.contacts if point.ext) for one in (first, second)]
    assert {point.normalized for point in lines} == {company.phones[0]}
    assert lines[0].ext != lines[1].ext
    assert first.company == second.company == company.name
    assert all(made.customers[number].status is CustomerStatus.ARCHIVED for number in ARCHIVED)


def test_names_hold_what_is_hard_to_look_up() -> None:
    zh = [customer.name for customer in Made("zh").customers.values()]
    assert all(
        any(name.startswith(surname) for name in zh) for surname in ("单", "曾", "解", "仇", "查", "尉迟")
    )
    en = "".join(customer.name for customer in Made("en").customers.values())
    assert not en.isascii()


@pytest.mark.parametrize("customers", [1, 2, 5, 11, 30])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_small_shops_are_whole_too(customers: int, language: str) -> None:
    records = list(demo_records(7, TODAY, customers, language))
    assert all(record.problems() == {} for record in records)
    known = {record.id for record in records if isinstance(record, Customer)}
    assert known == set(range(1, customers + 1))
    used = {
        record.customer for record in records if isinstance(record, (Purchase, Interaction, FollowUp, Ticket))
    }
    assert used <= known


@pytest.mark.parametrize(
    "today", [dt.date(2028, 2, 28), dt.date(2028, 2, 29), dt.date(2026, 12, 31), dt.date(2027, 3, 14)]
)
def test_every_day_will_do(today: dt.date) -> None:
    for language in ("zh", "en"):
        assert all(record.problems() == {} for record in demo_records(3, today, 60, language))


def test_what_cannot_be_made_is_refused() -> None:
    with pytest.raises(Refused, match="at least one"):
        list(demo_records(1, TODAY, 0))
    with pytest.raises(Refused, match="made-up shop in fr"):
        list(demo_records(1, TODAY, 5, "fr"))


def test_writing_fills_an_empty_shop_as_one_action(tmp_path: Path) -> None:
    now = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
    told: list[tuple[int, int]] = []
    with open_database(tmp_path / "shop") as database:
        count = write_demo(
            database, seed=1, now=now, customers=40, progress=lambda done, total: told.append((done, total))
        )
        expected = list(demo_records(1, TODAY, 40))
        assert count == len(expected)
        for record in expected:
            raw = database.raw(record.table, record.id)
            assert raw is not None
            assert msgspec.json.decode(raw) == to_document(record)
            assert decode(type(record), record.id, raw) == record
        (commit,) = database.commits()
        assert (commit.kind, commit.by, len(commit.changes)) == ("demo.fill", "demo", len(expected))
        assert told == sorted(told)
        assert told[-1] == (40, 40)
        with pytest.raises(Refused, match="records in this shop already"):
            write_demo(database, seed=1, now=now, customers=5)


def test_stopping_leaves_the_shop_empty(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with open_database(tmp_path / "shop") as database:
        with pytest.raises(KeyboardInterrupt):
            write_demo(
                database, seed=1, now=dt.datetime(2026, 11, 22, tzinfo=dt.UTC), customers=40, progress=stop
            )
        assert database.tables() == set()
        assert list(database.commits()) == []
