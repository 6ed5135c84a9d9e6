"""What a made-up shop is made of, in one language. The two shops are in `words_zh` and `words_en`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from store.records.kinds import (
    Cause,
    Channel,
    ContactType,
    Direction,
    FollowUpKind,
    Gender,
    InteractionType,
    Outcome,
    Question,
    ResolutionKind,
    Role,
    Severity,
    TicketType,
)


@dataclass(frozen=True)
class Surname:
    """A family name, how it sounds in a user name, and how often it is met."""

    written: str
    latin: str
    weight: int


@dataclass(frozen=True)
class Occupation:
    """What people do, in which generations, and the form of address that goes with it."""

    name: str
    call_as: str = ""
    generations: tuple[int, ...] = (0, 1, 2)


@dataclass(frozen=True)
class Talk:
    """A contact as a clerk notes it down; {product} is something the customer buys."""

    type: InteractionType
    direction: Direction
    outcome: Outcome
    mood: int
    text: str


@dataclass(frozen=True)
class Errand:
    """Something to do for a customer; `said` are the words of a promise, `call` is the note of the contact before."""

    kind: FollowUpKind
    title: str
    call: str
    said: str = ""


@dataclass(frozen=True)
class Offer:
    """A way to make it good; the amount is in minor units."""

    kind: ResolutionKind
    text: str
    amount: int = 0


@dataclass(frozen=True)
class Case:
    """A ticket: what happened, why, what was asked and what was offered."""

    type: TicketType
    channel: Channel
    severity: Severity
    subject: str
    text: str
    product: str
    causes: tuple[Cause, ...] = ()
    answers: Mapping[Question, str] | None = None
    offers: tuple[Offer, ...] = ()
    root_cause: str = ""
    prevention: str = ""
    void_reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Words:
    """A shop's language and world.

    Attributes:
        full_name: how a name is put together from {surname} and {given}.
        given: given names by gender and generation: 0 born before 1970, 1 before 1990, 2 after.
        call_as: forms of address by the same keys, from {surname} and {given}.
        mobile: beginnings of mobile numbers in E.164, `mobile_digits` is how many digits follow.
        products: with the price of one in minor units; the first `teas` of them are loose teas, somebody's favourite.
        handle: how people write without a telephone, from {name} and {word}; of the type `handle_type`.
        channels: where they buy, the common ones more often.
        habits: usual orders, from {product}.
        cases: tickets in the order of `scenes.PLAN`.
    """

    shop_name: str
    currency: str
    time_zone: str
    region: str
    staff: tuple[tuple[str, str, Role], ...]
    full_name: str
    surnames: tuple[Surname, ...]
    rare_surnames: tuple[Surname, ...]
    given: Mapping[tuple[Gender, int], tuple[str, ...]]
    corrected: tuple[str, str, str]
    call_as: Mapping[tuple[Gender, int], tuple[str, ...]]
    occupations: tuple[Occupation, ...]
    companies: tuple[tuple[str, ...], ...]
    mobile: tuple[str, ...]
    mobile_digits: int
    landline: str
    streets: tuple[str, ...]
    address: str
    handles: tuple[str, ...]
    handle_type: ContactType
    handle: str
    channels: tuple[Channel, ...]
    tags: tuple[str, ...]
    red_notes: tuple[str, ...]
    notes: tuple[str, ...]
    habits: tuple[str, ...]
    products: tuple[tuple[str, int], ...]
    teas: int
    fact_names: tuple[str, str, str]
    levels: tuple[str, ...]
    sheet: str
    purchase_notes: tuple[str, ...]
    talks: tuple[Talk, ...]
    errands: tuple[Errand, ...]
    small_errands: tuple[str, ...]
    small_cases: tuple[Case, ...]
    cases: tuple[Case, ...]
    remarks: tuple[str, ...]
    done_results: tuple[str, ...]
    family_note: str
    switchboard_note: str
