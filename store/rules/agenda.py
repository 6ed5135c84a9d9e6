"""The agenda: open follow-ups by when they are due, promises first within a day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.kinds import Priority
from store.records.setting import Settings
from store.rules.card import follow_up_reasons
from store.rules.rings import RingView

_URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}


@dataclass(frozen=True)
class FollowUpView:
    """A follow-up with its customer, and why it stands where it stands.

    Attributes:
        ring: the call that rang and that nobody logged; the follow-up (id 0) is then made of it and stored nowhere.
    """

    follow_up: FollowUp
    customer: Customer
    reasons: tuple[str, ...]
    late: bool
    ring: RingView | None = None

    @property
    def key(self) -> tuple[str, int]:
        """Which one it is, in a list."""
        if self.ring is not None:
            return "ring", self.ring.interaction.id
        return "follow_up", self.follow_up.id


@dataclass(frozen=True)
class Agenda:
    """Open follow-ups: late ones, today's, those of the next seven days, and the rest."""

    overdue: list[FollowUpView] = field(default_factory=list)
    today: list[FollowUpView] = field(default_factory=list)
    week: list[FollowUpView] = field(default_factory=list)
    later: list[FollowUpView] = field(default_factory=list)

    @property
    def all(self) -> list[FollowUpView]:
        """All of them in order."""
        return [*self.overdue, *self.today, *self.week, *self.later]


def build_agenda(
    entries: Iterable[tuple[FollowUp, Customer]],
    now: datetime,
    settings: Settings,
    missed: Iterable[FollowUpView] = (),
) -> Agenda:
    """Sort open follow-ups, and calls that were missed, into the sections of the agenda.

    A follow-up with a time is overdue once that time has passed; one for a whole day once the day is over.
    """
    today = now.astimezone(settings.zone).date()
    agenda = Agenda()
    views = [
        FollowUpView(
            entry,
            customer,
            follow_up_reasons(entry, now, settings),
            late=entry.due_at(settings.zone) < now,
        )
        for entry, customer in entries
    ]
    for view in sorted([*views, *missed], key=lambda view: _order(view, settings)):
        day = view.follow_up.due_on(settings.zone)
        if view.late:
            agenda.overdue.append(view)
        elif day <= today:
            agenda.today.append(view)
        elif day <= today + timedelta(days=7):
            agenda.week.append(view)
        else:
            agenda.later.append(view)
    return agenda


def _order(view: FollowUpView, settings: Settings) -> tuple[str, int, int, str, tuple[str, int]]:
    """By the shop's day, then promises, then calls that were missed, then urgency, then time."""
    entry = view.follow_up
    rank = 0 if entry.is_promise else 1 if view.ring is not None else 2
    return (entry.due_on(settings.zone).isoformat(), rank, _URGENCY[entry.priority], entry.due, view.key)
