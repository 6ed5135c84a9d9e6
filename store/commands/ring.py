"""`ring`: a call comes in. Says who it is; every open screen of the shop shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from locales import _
from store.commands.call import Answer, Call
from store.commands.output import table

if TYPE_CHECKING:
    from store.lookup.callers import How
    from store.records.customer import Customer
    from store.rules.rings import RingView
    from store.shop import Done, Shop

SCORES = {"phone": 1000, "switchboard": 500}
"""How sure it is that somebody calls, in the measure of a look-up."""


def ring(call: Call) -> Answer:
    """Record the call at once. The telephone does not wait: no backup, no index written for the next start."""
    shop = call.open_shop()
    with shop.database:
        # Before the lock is taken. Where it is not kept, reading through everybody is quicker than making it.
        shop.finding.take_kept()
        done = shop.do("interaction.ring", number=" ".join(call.arguments.number))
        view = _view(shop, done)
        return call.answer(lambda: _json(done, view), lambda: _lines(done, view))


def _view(shop: Shop, done: Done) -> RingView:
    """The call as the screens show it. Who it may be is known already, without the look-up."""
    from store.records.interaction import Interaction
    from store.rules.rings import RingView

    entry = shop.records.get(Interaction, done.one("interactions"))
    if entry.customer:
        return shop.rings.get(entry.id)
    return RingView(entry, None, tuple(customer for customer, _how in _found(done)))


def _json(done: Done, view: RingView) -> dict[str, object]:
    entry = view.interaction
    return {
        "ring": {
            "interaction": entry.id,
            "number": entry.phone,
            "matches": [_match(customer, how, entry.phone) for customer, how in _found(done)],
            "customer": entry.customer or None,
            "promises": view.promises,
            "tickets": view.tickets,
        },
        "action": done.action,
    }


def _found(done: Done) -> tuple[tuple[Customer, How], ...]:
    found: tuple[tuple[Customer, How], ...] = done.report
    return found


def _match(customer: Customer, how: How, number: str) -> dict[str, object]:
    """The shape of a match of `find`."""
    return {
        "id": customer.id,
        "number": customer.number,
        "name": customer.shown_name,
        "phones": list(customer.phones),
        "matched": {"field": how, "text": number},
        "score": SCORES[how],
    }


def _lines(done: Done, view: RingView) -> Iterator[str]:
    from store.rules.rings import owed, shown_number

    found, number = _found(done), shown_number(view.interaction)
    if not view.interaction.phone:
        yield _("The caller does not show their number.")
    elif not found:
        yield _("{number} is nobody's number yet.").format(number=number)
    elif view.customer is not None:
        words = "  ".join(owed(view))
        yield "  ".join(part for part in (number, *_who(view.customer), words) if part)
        if view.customer.red_note:
            yield "  " + view.customer.red_note.replace("\n", " ")
    else:
        guess = found[0][1] == "switchboard"
        question = _("{number} may be a line of:") if guess else _("{number} belongs to several customers:")
        yield question.format(number=number)
        yield from table([_who(customer) for customer, _how in found], indent="  ")


def _who(customer: Customer) -> tuple[str, ...]:
    called = customer.call_as if customer.call_as != customer.shown_name else ""
    company = customer.company if customer.company != customer.shown_name else ""
    return customer.number, customer.shown_name, called, company
