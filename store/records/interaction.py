"""The interaction: one contact with a customer, as it was logged."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from store.records import checks
from store.records.base import Record
from store.records.kinds import Direction, InteractionType, Outcome


class Interaction(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A call, a chat, a visit. `mood` goes from -2 (furious) to 2 (delighted).

    `customer` is 0 where nobody knows who called. `ringing` is 1 while nothing has been logged about a call but that it
    rang; a number and not a yes or no, so that the index of it stands packed beside the data.
    """

    table: ClassVar[str] = "interactions"

    customer: int = 0
    at: datetime
    direction: Direction = Direction.IN
    type: InteractionType = InteractionType.CALL
    staff: str = ""
    spoke_with: str = ""
    phone: str = ""
    outcome: Outcome | None = None
    text: str = ""
    mood: int = 0
    duration_s: int | None = None
    ticket: int | None = None
    follow_up: int | None = None
    ringing: int = 0

    @property
    def is_ringing(self) -> bool:
        """Whether all that is known is that it rang."""
        return bool(self.ringing)

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        return checks.gather(
            text=checks.line(self.text, checks.TEXT_LENGTH),
            spoke_with=checks.line(self.spoke_with, checks.NAME_LENGTH),
            phone=checks.line(self.phone),
            mood=checks.between(self.mood, -2, 2),
            duration_s=None if self.duration_s is None else checks.between(self.duration_s, 0, 86_400),
        )
