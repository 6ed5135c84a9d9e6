"""What happens when the telephone rings: the call is there at once, and becomes whole when it is logged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

from locales import N_, _
from store.actions.change import Change
from store.actions.fields import CustomerId, InteractionId, Line, Mark, Moment
from store.actions.view import View
from store.errors import Refused
from store.lookup.callers import Caller, How, known, needles, read_caller
from store.lookup.phones import search_digits
from store.phone_text import with_extension
from store.records.customer import ContactPoint, Customer
from store.records.interaction import Interaction
from store.records.kinds import ContactType, Outcome
from store.rules.rings import duration_of

MOST = 200
"""So many customers whose numbers look like the caller's are looked at."""


def ring(
    view: View,
    *,
    number: Annotated[
        Line, Mark("line", N_("as the telephone system gives it; anonymous where it is withheld"))
    ],
    at: Moment | None = None,
) -> Change:
    """An incoming call, shown in every open screen of the shop until it is logged. Who is known becomes its customer.

    Raises:
        Refused: there is no number in `number`.
    """
    change = Change(view)
    caller = read_caller(number, view.settings.region)
    found = callers(view, caller)
    # A direct line of a company is a guess; a number that only one customer has is none.
    sure = len(found) == 1 and found[0][1] == "phone"
    made = Interaction(
        customer=found[0][0].id if sure else 0, at=at or view.now, phone=stored_number(caller), ringing=1
    )
    change.create(made)
    change.report = tuple(found)
    return change


def take(view: View, *, interaction: InteractionId) -> Change:
    """Say that one has taken the call that rings; it is still to be logged. The first who says so stands."""
    change = Change(view)
    current = view.get(Interaction, interaction)
    if current.is_ringing and not current.staff:
        change.update(current, current.replace(staff=view.by))
    return change


def dismiss(view: View, *, interaction: InteractionId) -> Change:
    """Put a call away that is nothing to do: a nuisance, advertising, a wrong number.

    Its outcome is "wrong number", for nobody wanted anything of the shop; so is that of other calls of the same caller
    of which nothing was logged.

    Raises:
        Refused: it has been logged already.
    """
    change = Change(view)
    current = view.get(Interaction, interaction)
    require_ringing(current)
    rings = open_rings(view, current.customer, current.phone)
    for entry in (current, *(other for other in rings if other.id != current.id)):
        change.update(entry, entry.replace(ringing=0, outcome=Outcome.WRONG, staff=view.by))
    return change


def require_ringing(ring: Interaction) -> None:
    """Refuse a call that is no longer open.

    Raises:
        Refused: with who has logged it.
    """
    if not ring.is_ringing:
        who = ring.updated_by or ring.staff or "?"
        raise Refused(_("{who} has logged that call already.").format(who=who), ring=ring.id)


def assign(
    view: View,
    *,
    interaction: InteractionId,
    customer: CustomerId,
    add_number: Annotated[bool, Mark("", N_("whether the number goes into the customer's file"))] = False,
) -> Change:
    """Say whose call it was.

    Raises:
        NotFound: there is no such customer or contact.
        Refused: it is another customer's already.
    """
    change = Change(view)
    customer = view.standing(customer)
    current = view.get(Interaction, interaction)
    give(change, current, customer)
    if add_number and current.phone:
        whose = view.get(Customer, customer)
        change.update(whose, with_number(view, whose, current.phone))
    return change


def give(change: Change, interaction: Interaction, customer: int) -> Interaction:
    """Make the contact the customer's.

    Raises:
        Refused: it is another customer's already.
    """
    if interaction.customer not in (0, customer):
        raise Refused(
            _("That contact is another customer's already."), interaction=interaction.id, customer=customer
        )
    return change.update(interaction, interaction.replace(customer=customer))


def with_number(view: View, customer: Customer, phone: str) -> Customer:
    """The customer with one more number, where they do not have it yet."""
    caller = read_caller(phone, view.settings.region)
    if any(point.normalized == caller.number for point in customer.contacts):
        return customer
    kind = ContactType.MOBILE if len(search_digits(caller.number)) == 11 else ContactType.LANDLINE
    if search_digits(caller.number).startswith("0"):
        kind = ContactType.LANDLINE
    point = ContactPoint(
        key=_free_key(customer), type=kind, value=phone, normalized=caller.number, ext=caller.ext
    )
    return customer.replace(contacts=(*customer.contacts, point))


def _free_key(customer: Customer) -> str:
    taken = {point.key for point in customer.contacts}
    number = 1
    while f"k{customer.rev + 1}-{number}" in taken:
        number += 1
    return f"k{customer.rev + 1}-{number}"


def stored_number(caller: Caller) -> str:
    """The number as the contact keeps it: E.164, with the extension where there is one."""
    return with_extension(caller.number, caller.ext)


def callers(view: View, caller: Caller) -> list[tuple[Customer, How]]:
    """Everybody who may be calling, the surest first, and how each was found."""
    if caller.withheld:
        return []
    ids = dict.fromkeys(_looked_like(view, caller))
    return known(caller, [view.get(Customer, identity) for identity in ids])


def _looked_like(view: View, caller: Caller) -> Iterator[int]:
    """Ids of customers with a number like the caller's."""
    index = view.index()
    if index is not None:
        for needle in (caller.number, *needles(caller)):
            yield from (match.id for match in index.search(needle, MOST).matches)
        return
    # Without the index reading through is quicker than making one.
    wanted = [needle.encode() for needle in needles(caller)]
    for identity, raw in view.database.all_raw(Customer.table):
        if any(needle in raw for needle in wanted):
            yield identity


def open_rings(view: View, customer: int, phone: str) -> list[Interaction]:
    """Calls of a customer, or of a number that is nobody's, of which nothing has been logged."""
    found = (view.get(Interaction, one) for one in view.ids(Interaction, "ringing", 1))
    return [
        entry
        for entry in found
        if (customer and entry.customer == customer)
        or (phone and not entry.customer and entry.phone == phone)
    ]


def settle(change: Change, rings: Iterable[Interaction], *, besides: int | None = None) -> None:
    """Mark calls as dealt with: somebody has spoken to the caller since. One that rang long before was missed."""
    for entry in rings:
        if entry.id != besides:
            missed = duration_of(entry, change.view.now) is None
            change.update(entry, entry.replace(ringing=0, outcome=Outcome.NO_ANSWER if missed else None))
