"""What the records of the dealings with a customer come to: when last, how often, for how much, what is open."""

from __future__ import annotations

import functools
import json
from datetime import datetime

import msgspec

from store.lookup.facts import MOST_OPEN, Facts, warmth_of, weight

DEALINGS = ("interactions", "purchases", "tickets", "follow_ups")
"""Tables of such records. Looking at somebody writes nothing, and what is only planned is no dealing."""


@functools.cache
def _open_states() -> tuple[frozenset[str], str]:
    """The states in which a ticket, and that in which a follow-up, is open."""
    from store.records.kinds import OPEN_TICKET_STATES, FollowUpState

    return frozenset(state.value for state in OPEN_TICKET_STATES), FollowUpState.OPEN.value


class Dealing(msgspec.Struct, gc=False):
    """The fields of such a record that count, at their defaults where the document leaves them out."""

    customer: int = 0
    at: datetime | None = None
    opened_at: datetime | None = None
    total: int = 0
    returned_amount: int = 0
    state: str = ""
    is_promise: bool = False


_decode = msgspec.json.Decoder(Dealing).decode


def read_dealing(raw: bytes) -> Dealing:
    """One record; of what somebody wrote otherwise than the records do, through the plain TinyDB API, whose it is."""
    try:
        return _decode(raw)
    except msgspec.MsgspecError:
        customer = json.loads(raw).get("customer")
        return Dealing(customer if isinstance(customer, int) else 0)


class Dealings:
    """The dealings with one customer, added up."""

    __slots__ = ("_follow_ups", "_promises", "_recency", "_spend", "_tickets", "_use")

    def __init__(self) -> None:
        self._recency = self._spend = self._tickets = self._promises = self._follow_ups = 0
        self._use = 0.0

    def add(self, table: str, dealing: Dealing) -> None:
        """Count one record of `table`."""
        if table == "follow_ups":
            if dealing.state == _open_states()[1]:
                self._follow_ups += 1
                self._promises += dealing.is_promise
            return
        if table == "tickets":
            self._tickets += dealing.state in _open_states()[0]
        if dealing.total or dealing.returned_amount:
            self._spend += dealing.total - dealing.returned_amount
        at = dealing.at or dealing.opened_at
        if at is not None:
            moment = int(at.timestamp())
            self._recency = max(self._recency, moment)
            self._use += weight(moment)

    @property
    def facts(self) -> Facts:
        """What it comes to."""
        counts = (self._tickets, self._promises, self._follow_ups)
        return Facts(
            self._recency, warmth_of(self._use), self._spend, *[min(count, MOST_OPEN) for count in counts]
        )
