"""A made-up shop: its records, and how they get into an empty database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import msgspec

from locales import _
from store.demo.past import Past
from store.demo.people import BIRTHDAYS, People
from store.demo.present import Present
from store.demo.words import Words
from store.demo.world import World
from store.engine import Database
from store.errors import Refused
from store.records.base import Record
from store.records.customer import Customer
from store.records.setting import SETTINGS_ID, Settings
from store.records.staff import Staff

CUSTOMERS = 300
ROWS = 10
"""The average number of history rows of a customer: purchases, contacts, follow-ups, tickets."""

LONGEST_SINCE = 745
"""Days ago on which the shop is set up, a little before its first customer."""

FILED_BEFORE = 5
"""Days before the first row of their history on which customers are filed: a ticket takes that long to close."""

Progress = Callable[[int, int], None]


def demo_words(language: str) -> Words:
    """The words of the made-up shop in that language.

    Raises:
        Refused: there is no such shop.
    """
    if language == "zh":
        from store.demo.words_zh import WORDS as CHINESE

        return CHINESE
    if language == "en":
        from store.demo.words_en import WORDS as ENGLISH

        return ENGLISH
    raise Refused(_("There is no made-up shop in {language}, only in zh and en.").format(language=language))


def demo_settings(language: str) -> Settings:
    """The settings of the made-up shop in that language.

    Raises:
        Refused: there is no such shop.
    """
    words = demo_words(language)
    return Settings(
        shop_name=words.shop_name,
        currency=words.currency,
        time_zone=words.time_zone,
        region=words.region,
        language=language,
    )


def demo_records(
    seed: int,
    today: date,
    customers: int = CUSTOMERS,
    language: str = "zh",
    settings: Settings | None = None,
    *,
    rows: int = ROWS,
) -> Iterator[Record]:
    """The records of a made-up shop, with ids from 1 in each table, in ascending order; they refer to each other by id.

    The same arguments always give the same records. Everything that is over happened before `today`.

    Args:
        seed: chooses people and events.
        today: the shop's day on which something is due, overdue, to be congratulated.
        customers: how many, at least 1.
        language: "zh" or "en".
        settings: of the shop, when not those of `demo_settings`.
        rows: how many rows of history a customer has on average.

    Raises:
        Refused: no such language, or no customers.
    """
    if customers < 1:
        raise Refused(_("A made-up shop needs at least one customer."))
    words = demo_words(language)
    world = World(seed, today, words, settings or demo_settings(language))
    yield from _house(world)
    people, past, present = People(world), Past(world), Present(world)
    for number in range(1, customers + 1):
        habit = past.habit(rows, regular=number in BIRTHDAYS)
        customer = people.customer(
            habit.days[0] + FILED_BEFORE, regular=habit.regular, product=words.products[habit.product][0]
        )
        present.meet(customer)
        yield customer
        for record in past.rows(customer, habit):
            present.meet(record)
            yield record
    yield from present.rows(customers)


def _house(world: World) -> Iterator[Record]:
    """The settings and the staff."""
    opened, owner = world.at(LONGEST_SINCE, 8 * 60), world.logins[0]
    yield world.settings.replace(
        id=SETTINGS_ID, created_at=opened, created_by=owner, updated_at=opened, updated_by=owner, rev=1
    )
    for login, name, role in world.words.staff:
        yield Staff(
            id=world.next_id(Staff.table), login=login, name=name, role=role, created_at=opened, created_by=owner,
            updated_at=opened, updated_by=owner, rev=1,
        )  # fmt: skip


def write_demo(
    database: Database,
    *,
    seed: int,
    now: datetime,
    customers: int = CUSTOMERS,
    language: str = "zh",
    settings: Settings | None = None,
    rows: int = ROWS,
    progress: Progress | None = None,
) -> int:
    """Fill an empty shop with a made-up one, as one action "demo.fill". Returns how many records were written.

    Args:
        database: a shop in which nothing was ever written, as ids are not given twice.
        now: the moment (UTC) whose day in the shop's zone the demo is made for.
        progress: is told the customers written so far and in all, some hundred times; all of them only when
            everything is on the disk, which takes a while. What it raises stops the writing, and nothing is kept.

    Raises:
        Refused: the shop is not empty.
    """
    chosen = settings or demo_settings(language)
    today = now.astimezone(chosen.zone).date()
    written = 0
    step = max(1, customers // 200)
    encode = msgspec.json.Encoder().encode
    with database.transaction("demo.fill", by="demo", at=now) as transaction:
        if database.action or database.tables():
            raise Refused(_("There are records in this shop already. A made-up shop goes into an empty one."))
        for record in demo_records(seed, today, customers, language, chosen, rows=rows):
            identifier = record.id
            # The id is the document's key, not one of its fields; a copy without it would cost a third more time.
            msgspec.structs.force_setattr(record, "id", 0)
            transaction.put_raw(transaction.touch(record.table), identifier, encode(record))
            msgspec.structs.force_setattr(record, "id", identifier)
            written += 1
            if (
                progress is not None
                and isinstance(record, Customer)
                and identifier % step == 0
                and identifier < customers
            ):
                progress(identifier, customers)
    if progress is not None:
        progress(customers, customers)
    return written
