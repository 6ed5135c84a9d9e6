"""What the records of the dealings with a customer come to: when last, how often, for how much, what is open."""

from __future__ import annotations

import functools
import json
import math
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from store.lookup.facts import BEGIN, HALF_LIFE, LATEST, MOST_OPEN, Facts, warmth_of, weight

if TYPE_CHECKING:
    from store.engine import Database

DEALINGS = ("interactions", "purchases", "tickets", "follow_ups")
"""Tables of such records. Looking at somebody writes nothing, and what is only planned is no dealing."""

_PLAIN = frozenset({"interactions", "purchases"})
"""Tables whose records have nothing that is open."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


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


def _moment(at: datetime) -> int:
    """Epoch seconds. A time without a zone, which only somebody else writes, is the machine's."""
    since = at.astimezone(UTC) - _EPOCH
    return since.days * 86_400 + since.seconds


class Dealings:
    """The dealings with one customer, added up.

    Attributes:
        recency: the moment of the last one, epoch seconds; 0: there is none.
        use: the weights of all of them.
        spend: paid and not given back.
        tickets, promises, follow_ups: how many are open.
    """

    __slots__ = ("follow_ups", "promises", "recency", "spend", "tickets", "use")

    def __init__(self) -> None:
        self.recency = self.spend = self.tickets = self.promises = self.follow_ups = 0
        self.use = 0.0

    def add(self, table: str, dealing: Dealing) -> None:
        """Count one record of `table`."""
        if table == "follow_ups":
            if dealing.state == _open_states()[1]:
                self.follow_ups += 1
                self.promises += dealing.is_promise
            return
        if table == "tickets":
            self.tickets += dealing.state in _open_states()[0]
        if dealing.total or dealing.returned_amount:
            self.spend += dealing.total - dealing.returned_amount
        at = dealing.at or dealing.opened_at
        if at is not None:
            moment = _moment(at)
            self.recency = max(self.recency, moment)
            self.use += weight(moment)

    @property
    def facts(self) -> Facts:
        """What it comes to."""
        tickets, promises, follow_ups = self.tickets, self.promises, self.follow_ups
        if tickets > MOST_OPEN or follow_ups > MOST_OPEN:
            tickets, promises, follow_ups = [
                min(count, MOST_OPEN) for count in (tickets, promises, follow_ups)
            ]
        return Facts(self.recency, warmth_of(self.use), self.spend, tickets, promises, follow_ups)


def all_facts(database: Database) -> dict[int, Facts]:
    """What is known of the dealings with each customer who has any."""
    known: defaultdict[int, Dealings] = defaultdict(Dealings)
    for table in DEALINGS:
        for records in database.all_decoded(table, Dealing, read_dealing):
            if table in _PLAIN:
                _add_plain(known, records.values())
                continue
            for dealing in records.values():
                known[dealing.customer].add(table, dealing)
    return {customer: dealings.facts for customer, dealings in known.items()}


def _add_plain(known: defaultdict[int, Dealings], dealings: Iterable[Dealing]) -> None:
    """The same as `Dealings.add` of those of `_PLAIN`: there are millions of them, so nothing is called for each."""
    exp2 = math.exp2
    for dealing in dealings:
        sums = known[dealing.customer]
        if dealing.total or dealing.returned_amount:
            sums.spend += dealing.total - dealing.returned_amount
        at = dealing.at or dealing.opened_at
        if at is not None:
            try:
                since = at - _EPOCH
                moment = since.days * 86_400 + since.seconds
            except TypeError:
                moment = _moment(at)
            if moment > sums.recency:  # noqa: PLR1730 - calling `max` takes longer
                sums.recency = moment
            age = moment - BEGIN
            sums.use += exp2(age / HALF_LIFE) if 0 < age < LATEST else weight(moment)
