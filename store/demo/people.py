"""Made-up customers: who they are and how they are reached. A few have a part to play, whatever the seed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from store.demo.words import Surname
from store.demo.world import World
from store.records.customer import ContactPoint, Customer, ExternalId, Fact, ImportantDate
from store.records.kinds import (
    Calendar,
    ContactLabel,
    ContactType,
    CustomerKind,
    CustomerStatus,
    Gender,
    Source,
    Temperament,
)
from store.records.money import plain_amount

SHOWCASE: Final = 1
"""The customer whose card has a line of every kind."""
FAMILY: Final = (5, 6, 7)
"""Three people who share one number."""
CORRECTED: Final = 8
"""Somebody whose name is read in a way that a person had to write down."""
SWITCHBOARD: Final = (9, 10, 11)
"""A company, and two people behind its number, each with an extension."""
RARE: Final = range(12, 18)
"""Surnames that are easily misread, in the order of the word list."""
BIRTHDAYS: Final = {SHOWCASE: 2, 18: 0, 19: 0, 20: 1, 21: 4, 22: 6}
"""Whose birthday is in how many days."""
LUNAR_BIRTHDAYS: Final = (23, 24)
ARCHIVED: Final = (25, 26)

_SOURCES: Final = (
    *(Source.WALK_IN,) * 6,
    *(Source.REFERRAL,) * 3,
    *(Source.WORD_OF_MOUTH,) * 3,
    *(Source.SOCIAL,) * 2,
    Source.PLATFORM,
    Source.OFFER,
    Source.FAIR,
    Source.UNKNOWN,
)
_TEMPERAMENTS: Final = tuple(kind for kind in Temperament if kind is not Temperament.UNKNOWN)
_STEP: Final = 48_271_937
"""Coprime to all powers of ten: multiplying with it visits each number once."""


class People:
    """Makes customers, one after the other."""

    def __init__(self, world: World) -> None:
        """Args: world gives the words and the dice."""
        self._world = world
        words = world.words
        self._surnames = [name for name in words.surnames for _ in range(name.weight)]
        self._surnames += list(words.rare_surnames) * 3
        self._occupations = [
            [entry for entry in words.occupations if generation in entry.generations]
            for generation in range(3)
        ]
        self._surname = self._surnames[0]
        self._alias = ""
        self._family: tuple[Surname, str] | None = None
        self._companies: list[str] = []

    def customer(self, first_seen: int, *, regular: bool, product: str) -> Customer:
        """The next customer, first seen so many days ago. Regulars are better known."""
        world = self._world
        number = world.next_id(Customer.table)
        since = world.opening_hours(first_seen)
        staff = world.pick(world.logins)
        made = self._organisation() if self._is_company(number) else self._person(number, since)
        if regular or number in BIRTHDAYS:
            made |= self._known(product, first_seen)
        made |= self._part(number, made)
        return Customer(
            id=number, owner=staff if regular else "", created_at=since, created_by=staff, updated_at=since,
            updated_by=staff, rev=1, **made,
        )  # fmt: skip

    def _is_company(self, number: int) -> bool:
        drawn = self._world.chance(0.04)
        return number == SWITCHBOARD[0] or (drawn and number > ARCHIVED[-1])

    def _person(self, number: int, since: datetime) -> dict[str, Any]:
        world, words = self._world, self._world.words
        gender = Gender.FEMALE if world.chance(0.56) else Gender.MALE
        born = world.today.year - 19 - int(world.roll() ** 1.3 * 60)
        generation = 0 if born < 1970 else 1 if born < 1990 else 2
        surname = world.pick(self._surnames)
        if number in RARE:
            surname = words.rare_surnames[number - RARE[0]]
        given = world.pick(words.given[gender, generation])
        made: dict[str, Any] = {
            "name": words.full_name.format(surname=surname.written, given=given),
            "gender": gender,
            "source": world.pick(_SOURCES),
        }
        call_as = world.pick(words.call_as[gender, generation])
        if world.chance(0.4):
            occupation = world.pick(self._occupations[generation])
            made["occupation"] = occupation.name
            call_as = occupation.call_as or call_as
        if world.chance(0.6) or number == SHOWCASE:
            made["call_as"] = call_as.format(surname=surname.written, given=given)
        self._surname = surname
        self._alias = world.pick(words.call_as[gender, generation]).format(
            surname=surname.written, given=given
        )
        made["contacts"] = self._contacts(number, surname)
        if world.chance(0.45) or number in BIRTHDAYS or number in LUNAR_BIRTHDAYS:
            made["dates"] = (self._birthday(number, born),)
        if made["source"] is Source.REFERRAL and number > 1:
            made["referrer"] = world.between(1, number - 1)
        if world.chance(0.12) and self._companies:
            made["company"] = world.pick(self._companies[-50:])
        if world.chance(0.3):
            made |= self._imported(number, since)
        return made

    def _organisation(self) -> dict[str, Any]:
        world, words = self._world, self._world.words
        parts = [world.pick(part) for part in words.companies]
        name, self._alias = "".join(parts), "".join(parts[:2])
        self._companies.append(name)
        count = len(self._companies)
        digits = 4 if words.region == "US" else 6
        number = f"{words.landline}{(count * _STEP + world.seed) % 10**digits:0{digits}d}"
        switchboard = ContactPoint(
            key="k1",
            type=ContactType.LANDLINE,
            value=self._shown(number),
            normalized=number,
            label=ContactLabel.WORK,
        )
        return {
            "kind": CustomerKind.ORG,
            "name": name,
            "source": Source.PARTNER,
            "contacts": (switchboard, self._address("k2")),
        }

    def _contacts(self, number: int, surname: Surname) -> tuple[ContactPoint, ...]:
        world = self._world
        mobile = self._mobile(2 * number)
        shown = self._shown(mobile) if world.chance(0.5) else mobile.removeprefix("+86").removeprefix("+1")
        points = [ContactPoint(key="k1", value=shown, normalized=mobile)]
        if world.chance(0.55):
            word = f"{world.pick(world.words.handles)}{world.between(1, 99)}"
            handle = world.words.handle.format(name=surname.latin, word=word)
            points.append(ContactPoint(key="k2", type=world.words.handle_type, value=handle))
        if world.chance(0.08):
            second = self._mobile(2 * number + 1)
            points.append(
                ContactPoint(
                    key="k3", value=self._shown(second), normalized=second, label=ContactLabel.FAMILY
                )
            )
        if world.chance(0.25):
            points.append(self._address("k4"))
        return tuple(points)

    def _address(self, key: str) -> ContactPoint:
        world = self._world
        value = world.words.address.format(
            street=world.pick(world.words.streets), number=world.between(1, 288), house=world.between(1, 18),
            room=world.between(1, 18) * 100 + world.between(1, 4),
        )  # fmt: skip
        return ContactPoint(key=key, type=ContactType.ADDRESS, value=value, label=ContactLabel.HOME)

    def _mobile(self, count: int) -> str:
        """A mobile number that no other `count` gives."""
        words = self._world.words
        size = 10**words.mobile_digits
        digits = (count * _STEP + self._world.seed) % size
        prefix = words.mobile[(count // size + digits * 7919) % len(words.mobile)]
        return f"{prefix}{digits:0{words.mobile_digits}d}"

    def _shown(self, number: str) -> str:
        """The number as people write it."""
        if number.startswith("+1"):
            return f"({number[2:5]}) {number[5:8]}-{number[8:]}"
        if number.startswith(self._world.words.landline):
            return f"0{number[3:6]}-{number[6:]}"
        return f"{number[3:6]} {number[6:10]} {number[10:]}"

    def _birthday(self, number: int, born: int) -> ImportantDate:
        world = self._world
        year = born if world.chance(0.8) else None
        month, day = world.between(1, 12), world.between(1, 28)
        calendar = Calendar.LUNAR if world.chance(0.12) and world.settings.region == "CN" else Calendar.SOLAR
        if number in BIRTHDAYS:
            near = world.today + timedelta(days=BIRTHDAYS[number])
            # The 29th of February exists only in some years.
            month, day, calendar = (
                near.month,
                min(near.day, 28) if near.month == 2 else near.day,
                Calendar.SOLAR,
            )
        elif number in LUNAR_BIRTHDAYS and world.settings.region == "CN":
            calendar = Calendar.LUNAR
        return ImportantDate(key="d1", calendar=calendar, year=year, month=month, day=day)

    def _imported(self, number: int, since: datetime) -> dict[str, Any]:
        world, words = self._world, self._world.words
        balance = plain_amount(world.between(0, 600) * 100, words.currency)
        values = (str(world.between(0, 3000)), balance, world.pick(words.levels))
        day = since.astimezone(world.settings.zone).date()
        facts = tuple(
            Fact(key=f"f{place}", name=name, value=value, source=words.sheet, as_of=day)
            for place, (name, value) in enumerate(zip(words.fact_names, values, strict=True), 1)
        )
        return {
            "facts": facts,
            "external_ids": (ExternalId(key="x1", source="xlsx", value=str(1000 + number)),),
        }

    def _known(self, product: str, first_seen: int) -> dict[str, Any]:
        """What the shop knows of people who come often."""
        world, words = self._world, self._world.words
        tags = {world.pick(words.tags) for _ in range(world.between(1, 3))}
        made: dict[str, Any] = {
            "tags": tuple(sorted(tags)),
            "usual_order": world.pick(words.habits).format(product=product),
        }
        if world.chance(0.6):
            made["temperament"] = world.pick(_TEMPERAMENTS)
        if world.chance(0.12):
            made["red_note"] = world.pick(words.red_notes)
        if world.chance(0.4):
            made["note"] = world.pick(words.notes)
        if world.chance(0.2) and first_seen > 365:
            made["aliases"] = (self._alias,)
        return made

    def _part(self, number: int, made: dict[str, Any]) -> dict[str, Any]:
        """What is certain about the customers who have a part to play."""
        words = self._world.words
        if number == SHOWCASE:
            part = {"red_note": words.red_notes[0], "temperament": Temperament.HOT}
        elif number in FAMILY:
            part = self._family_member(number, made)
        elif number == CORRECTED:
            name, reading, call_as = words.corrected
            part = {"name": name, "reading": reading, "call_as": call_as}
        elif number in SWITCHBOARD[1:]:
            part = self._behind_switchboard(number, made)
        elif number in ARCHIVED or (
            number > ARCHIVED[-1] and not made.get("tags") and self._world.chance(0.03)
        ):
            part = {"status": CustomerStatus.ARCHIVED}
        else:
            part = {}
        return part

    def _family_member(self, number: int, made: dict[str, Any]) -> dict[str, Any]:
        world, words = self._world, self._world.words
        shared = self._mobile(2 * FAMILY[0])
        label = ContactLabel.SELF if number == FAMILY[0] else ContactLabel.FAMILY
        point = ContactPoint(
            key="k1", value=self._shown(shared), normalized=shared, label=label, note=words.family_note
        )
        if number == FAMILY[0]:
            self._family = self._surname, made["name"]
        part: dict[str, Any] = {"contacts": (point,)}
        if number == FAMILY[2] and self._family is not None:
            surname = self._family[0].written
            given = world.pick(words.given[made["gender"], 2])
            part |= {"name": words.full_name.format(surname=surname, given=given), "call_as": given}
        return part

    def _behind_switchboard(self, number: int, made: dict[str, Any]) -> dict[str, Any]:
        company = self._companies[0]
        words = self._world.words
        digits = 4 if words.region == "US" else 6
        line = f"{words.landline}{(_STEP + self._world.seed) % 10**digits:0{digits}d}"
        extension = str(800 + number - SWITCHBOARD[0])
        point = ContactPoint(
            key="k5", type=ContactType.LANDLINE, value=self._shown(line), normalized=line, ext=extension,
            label=ContactLabel.WORK, note=words.switchboard_note,
        )  # fmt: skip
        return {"company": company, "contacts": (*made["contacts"], point)}
