"""`tickets` and `agenda`: the lists that the screens show."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from locales import _
from store.commands.call import Answer, Call
from store.commands.output import table
from store.commands.past import day_of

if TYPE_CHECKING:
    from store.readers import TicketView
    from store.rules.agenda import Agenda, FollowUpView
    from store.shop import Shop


def tickets(call: Call) -> Answer:
    """Tickets, the worst and oldest first: those that are open, or all, or those that were open on a day."""
    from store.commands.shapes import ticket_json
    from store.records.kinds import OPEN_TICKET_STATES

    arguments = call.arguments
    with call.open_shop() as shop:
        day = day_of(shop, arguments.day)
        everything = arguments.all or day is not None
        found = shop.tickets.list(states=None if everything else OPEN_TICKET_STATES)
        if day is not None:
            found = [view for view in found if _was_open(shop, view, day)]
        currency = shop.settings.currency
        return call.answer(
            lambda: {
                "tickets": [ticket_json(view.ticket, view.customer, view.reasons, currency) for view in found]
            },
            lambda: table(_ticket_rows(found)),
            remarks=() if found else (_("There are no such tickets."),),
        )


def _was_open(shop: Shop, view: TicketView, day: date) -> bool:
    """Whether the ticket had been opened and was not yet closed on that day of the shop."""
    zone = shop.settings.zone
    opened = view.ticket.opened_at or view.ticket.created_at
    closed = view.ticket.closed_at
    begun = opened is not None and opened.astimezone(zone).date() <= day
    return begun and (closed is None or closed.astimezone(zone).date() >= day)


def _ticket_rows(found: list[TicketView]) -> Iterator[tuple[str, ...]]:
    from store.records.labels import label

    for view in found:
        ticket, customer = view.ticket, view.customer
        who = f"{customer.number} {customer.shown_name}"
        reasons = _("; ").join(view.reasons)
        yield ticket.number, label(ticket.state), label(ticket.type), who, ticket.subject, reasons


def agenda(call: Call) -> Answer:
    """Open follow-ups: overdue, today, the next seven days, later; now, or as of a day."""
    from store.commands.shapes import follow_up_json

    arguments = call.arguments
    with call.open_shop() as shop:
        day = day_of(shop, arguments.day)
        found = shop.agenda.list(day=day, owner=arguments.owner)
        return call.answer(
            lambda: {
                "follow_ups": [
                    {
                        **follow_up_json(view.follow_up, view.customer, view.reasons),
                        "section": section,
                        "late": view.late,
                        "ring": view.ring.interaction.id if view.ring is not None else None,
                    }
                    for section, views in _sections(found)
                    for view in views
                ]
            },
            lambda: _agenda_lines(shop, found, day or shop.today()),
            remarks=() if found.all else (_("Nothing is to be done."),),
        )


def _sections(found: Agenda) -> list[tuple[str, list[FollowUpView]]]:
    return [("overdue", found.overdue), ("today", found.today), ("week", found.week), ("later", found.later)]


def _agenda_lines(shop: Shop, found: Agenda, day: date) -> Iterator[str]:
    from store.rules.when import show_due

    titles = {"overdue": _("Overdue"), "today": _("Today"), "week": _("Next seven days"), "later": _("Later")}
    for section, views in _sections(found):
        if not views:
            continue
        yield titles[section]
        rows = [
            (
                str(view.follow_up.id) if view.follow_up.id else "",
                show_due(view.follow_up.due, shop.settings.zone, day),
                f"{view.customer.number} {view.customer.shown_name}".strip(),
                view.follow_up.promised_text or view.follow_up.title,
                _("; ").join(view.reasons),
            )
            for view in views
        ]
        yield from table(rows, indent="  ")
