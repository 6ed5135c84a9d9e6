"""Calls that ring: how long they show, who may be calling, and what is left to do of those that nobody logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from locales import _, ngettext
from store.records.customer import ContactPoint, Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import FollowUpKind, Outcome
from store.records.setting import Settings

SHOWN_FOR: Final = timedelta(minutes=5)
"""So long a call that rang stands on every screen; from then on, until it is logged, on the agenda."""

ONE_CALL: Final = timedelta(hours=2)
"""A contact logged so long after a ring is still that call; its duration is counted from the ring."""

NOT_REACHED: Final = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.WRONG})
"""Outcomes with which nobody was spoken to: they settle no earlier call."""


@dataclass(frozen=True)
class RingView:
    """A call that rang and of which nothing has been logged.

    Attributes:
        customer: who calls, where one is known to.
        candidates: everybody it may be, the surest first, where `customer` is None; may be empty.
        promises, tickets: how many open ones the caller has.
        times: how often they rang.
    """

    interaction: Interaction
    customer: Customer | None
    candidates: tuple[Customer, ...] = ()
    promises: int = 0
    tickets: int = 0
    times: int = 1

    @property
    def taken_by(self) -> str:
        """Who took the call; "" where nobody is known to have."""
        return self.interaction.staff

    @property
    def known(self) -> tuple[Customer, ...]:
        """Everybody it may be."""
        return (self.customer,) if self.customer is not None else self.candidates

    def shows(self, now: datetime) -> bool:
        """Whether it still stands on the screens."""
        return -SHOWN_FOR < now - self.interaction.at < SHOWN_FOR

    def is_missed(self, now: datetime) -> bool:
        """Whether it is something to do: nobody logged it while it showed, and there is a number to call."""
        over = now - self.interaction.at >= SHOWN_FOR
        return over and bool(self.interaction.phone or self.interaction.customer)


def by_caller(rings: Iterable[Interaction]) -> list[tuple[Interaction, int]]:
    """The newest ring of each caller, newest first, with how often they rang. Who shows no number rang once."""
    newest: dict[object, Interaction] = {}
    times: dict[object, int] = {}
    for ring in sorted(rings, key=lambda entry: (entry.at, entry.id)):
        caller: object = ring.customer or ring.phone or ("withheld", ring.id)
        newest[caller] = ring
        times[caller] = times.get(caller, 0) + 1
    found = [(ring, times[caller]) for caller, ring in newest.items()]
    return sorted(found, key=lambda pair: (pair[0].at, pair[0].id), reverse=True)


def duration_of(ring: Interaction, now: datetime) -> int | None:
    """The seconds from the ring until `now`; None where that is no longer the same call."""
    passed = now - ring.at
    return int(passed.total_seconds()) if timedelta() <= passed <= ONE_CALL else None


def caller_name(view: RingView) -> str:
    """Who calls, in a few words: the name, the first of several, or that nobody is known by the number."""
    if view.customer is not None:
        return spoken_name(view.customer)
    if not view.candidates:
        return "" if not view.interaction.phone else _("new number")
    first = spoken_name(view.candidates[0])
    more = len(view.candidates) - 1
    if not more:
        return _("{name}?").format(name=first)
    return ngettext("{name} or {count} other", "{name} or {count} others", more).format(
        name=first, count=more
    )


def spoken_name(customer: Customer) -> str:
    """How the customer is spoken to and called: the form of address, the name, the company."""
    name = customer.shown_name
    called = customer.call_as if customer.call_as and customer.call_as != name else ""
    return f"{called} ({name})" if called else name


def owed(view: RingView) -> list[str]:
    """What the caller will ask about: promises and tickets, in words."""
    words = []
    if view.promises:
        words.append(
            ngettext("{count} promise", "{count} promises", view.promises).format(count=view.promises)
        )
    if view.tickets:
        words.append(ngettext("{count} ticket", "{count} tickets", view.tickets).format(count=view.tickets))
    return words


def shown_number(ring: Interaction) -> str:
    """The number as a person reads it, or that it is withheld."""
    return ring.phone or _("number withheld")


def missed_follow_up(view: RingView, settings: Settings) -> FollowUp:
    """What is to be done about a call that nobody logged, on the day it rang: call back, or log what was said in it.

    It is not stored.
    """
    ring = view.interaction
    plain, numbered = _("call back"), _("call back {number}")
    if view.taken_by:
        plain, numbered = _("log the call"), _("log the call of {number}")
    title = numbered.format(number=shown_number(ring)) if ring.phone else plain
    return FollowUp(
        customer=ring.customer,
        title=title,
        due=ring.at.astimezone(settings.zone).date().isoformat(),
        kind=FollowUpKind.CALL,
        interaction=ring.id,
    )


def missed_reasons(view: RingView, settings: Settings) -> tuple[str, ...]:
    """Why the call stands on the agenda."""
    at = f"{view.interaction.at.astimezone(settings.zone):%H:%M}"
    reasons = [_("rang at {time}, nothing logged").format(time=at)]
    if view.taken_by:
        reasons.append(_("{who} took it").format(who=view.taken_by))
    if view.times > 1:
        reasons.append(
            ngettext("rang {count} time", "rang {count} times", view.times).format(count=view.times)
        )
    return (*reasons, *owed(view))


def stand_in(view: RingView) -> Customer:
    """Whom a list names for the caller: the customer, or nobody yet with the number as the name."""
    if view.customer is not None:
        return view.customer
    name = caller_name(view) if view.candidates else shown_number(view.interaction)
    phone = view.interaction.phone
    return Customer(name=name, contacts=(ContactPoint(value=phone, normalized=phone),) if phone else ())


def newest_of(rings: Sequence[RingView], customer: int, now: datetime) -> RingView | None:
    """The ring that a contact with `customer` logged now completes: the newest of theirs that is still one call."""
    for view in rings:
        if any(one.id == customer for one in view.known) and now - view.interaction.at <= ONE_CALL:
            return view
    return None
