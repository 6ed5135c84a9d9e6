"""The life of a ticket: which steps lead where.

new -> working -> resolved -> closed; any open one -> void; resolved and closed ones -> working again (reopened).
"""

from __future__ import annotations

from store.records.kinds import TicketState

MOVES: dict[TicketState, frozenset[TicketState]] = {
    TicketState.NEW: frozenset({TicketState.WORKING, TicketState.RESOLVED, TicketState.VOID}),
    TicketState.WORKING: frozenset({TicketState.RESOLVED, TicketState.VOID}),
    TicketState.RESOLVED: frozenset({TicketState.CLOSED, TicketState.WORKING, TicketState.VOID}),
    TicketState.CLOSED: frozenset({TicketState.WORKING}),
    TicketState.VOID: frozenset({TicketState.WORKING}),
}


def may_move(old: TicketState, new: TicketState) -> bool:
    """Whether a ticket can go from `old` to `new` in one step."""
    return new in MOVES[old]
