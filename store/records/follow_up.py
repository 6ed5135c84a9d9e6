"""The follow-up: what the shop is going to do for a customer, and by when. A promise is one the customer was told."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, tzinfo
from typing import ClassVar

import msgspec

from locales import _
from store.records import checks
from store.records.base import Record
from store.records.kinds import FollowUpKind, FollowUpState, Priority

TITLE_LENGTH = 200


class FollowUp(Record, frozen=True, kw_only=True, omit_defaults=True):
    """Something to do for a customer.

    `due` is an ISO date (a whole day of the shop's calendar) or a UTC time ("2026-11-23T07:00:00Z").
    `repeat` (an RRULE) and `after_done_days` are kept for a later version.
    """

    table: ClassVar[str] = "follow_ups"

    customer: int
    title: str
    due: str
    kind: FollowUpKind = FollowUpKind.CALL
    owner: str = ""
    priority: Priority = Priority.NORMAL
    is_promise: bool = False
    promised_text: str = ""
    state: FollowUpState = msgspec.field(default_factory=lambda: FollowUpState.OPEN)
    """Made by a factory so that it is always in the document, where the index of states finds it."""
    result: str = ""
    cancel_reason: str = ""
    done_at: datetime | None = None
    snoozed: int = 0
    attempts: int = 0
    ticket: int | None = None
    interaction: int | None = None
    repeat: str = ""
    after_done_days: int | None = None

    @property
    def all_day(self) -> bool:
        """Whether any time of the day will do."""
        return "T" not in self.due

    def due_on(self, zone: tzinfo) -> date:
        """The day on which it is due, in the shop's zone."""
        if self.all_day:
            return date.fromisoformat(self.due)
        return datetime.fromisoformat(self.due).astimezone(zone).date()

    def due_at(self, zone: tzinfo) -> datetime:
        """The UTC moment from which it is late: its time, or the end of its day in the shop's zone."""
        if self.all_day:
            last = datetime.combine(date.fromisoformat(self.due), time(23, 59, 59), zone)
            return last.astimezone(UTC)
        return datetime.fromisoformat(self.due)

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        found = checks.gather(
            title=checks.required(self.title, TITLE_LENGTH),
            promised_text=checks.line(self.promised_text, checks.TEXT_LENGTH),
            result=checks.line(self.result, checks.TEXT_LENGTH),
            cancel_reason=checks.line(self.cancel_reason, checks.TEXT_LENGTH),
            owner=checks.line(self.owner, checks.NAME_LENGTH),
            due=_due_problem(self.due),
        )
        if self.state is FollowUpState.CANCELLED and not self.cancel_reason.strip():
            found["cancel_reason"] = _("say why it is cancelled")
        return found


def _due_problem(due: str) -> str | None:
    try:
        if "T" in due:
            moment = datetime.fromisoformat(due)
            return None if moment.tzinfo else _("is a time without a zone")
        date.fromisoformat(due)
    except ValueError:
        return _("is not a date")
    return None
