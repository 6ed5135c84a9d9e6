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

_URGENCY = {Priority.URGENT: 0, Priority.HIGH: 1, Priority.NORMAL: 2, Priority.LOW: 3}


@dataclass(frozen=True)
class FollowUpView:
    """A follow-up with its customer, and why it stands where it stands."""

    follow_up: FollowUp
    customer: Customer
    reasons: tuple[str, ...]
    late: bool


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


def build_agenda(entries: Iterable[tuple[FollowUp, Customer]], now: datetime, settings: Settings) -> Agenda:
    """Sort open follow-ups into the sections of the agenda.

    A follow-up with a time is overdue once that time has passed; one for a whole day once the day is over.
    """
    today = now.astimezone(settings.zone).date()
    agenda = Agenda()
    for follow_up, customer in sorted(entries, key=lambda pair: _order(pair[0], settings)):
        late = follow_up.due_at(settings.zone) < now
        view = FollowUpView(follow_up, customer, follow_up_reasons(follow_up, now, settings), late)
        day = follow_up.due_on(settings.zone)
        if late:
            agenda.overdue.append(view)
        elif day <= today:
            agenda.today.append(view)
        elif day <= today + timedelta(days=7):
            agenda.week.append(view)
        else:
            agenda.later.append(view)
    return agenda


def _order(entry: FollowUp, settings: Settings) -> tuple[str, bool, int, str, int]:
    """By the shop's day, then promises first, then urgency, then time."""
    return (
        entry.due_on(settings.zone).isoformat(),
        not entry.is_promise,
        _URGENCY[entry.priority],
        entry.due,
        entry.id,
    )
