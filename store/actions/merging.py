"""What a person does with duplicates: make two customers one, or say that they are two.

Never by itself, never from the name alone: a person names both.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from locales import N_, _
from store.actions.change import Change
from store.actions.customers import keyed, require_own
from store.actions.fields import ExactCustomerId, Mark
from store.actions.view import View
from store.errors import Conflict, Refused
from store.records.customer import MERGED_SOURCE, Customer, ExternalId
from store.records.kinds import CustomerStatus
from store.rules.merging import FIELDS, Side, sides_of, united

HANGING = ("interactions", "follow_ups", "tickets", "purchases")
"""Tables whose records hang on a customer by their field `customer`."""

PREFIXES = {"contacts": "k", "dates": "d", "external_ids": "x", "facts": "f"}
"""What the keys of the items of a list begin with."""

Keep = Annotated[
    tuple[str, ...],
    Mark("", N_("whose value of a field stays: name:loser, company:winner, note:both; else nothing is lost")),
]
Seen = Annotated[int | None, Mark("", N_("the version you saw; refused when it was changed since"))]


def merge_customers(
    view: View,
    *,
    winner: ExactCustomerId,
    loser: ExactCustomerId,
    keep: Keep = (),
    winner_rev: Seen = None,
    loser_rev: Seen = None,
) -> Change:
    """Make two customers one: what hangs on `loser` goes over to `winner`, and the number of `loser` leads there.

    The file of `loser` stays as it is, marked as merged, so that undo can bring it back.

    Raises:
        NotFound: one of them does not exist.
        Refused: they are one already, one is no customer of its own, or `keep` names no field or side.
        Conflict: one was changed since the version that was seen.
    """
    sides = read_sides(keep)
    if winner == loser:
        raise Refused(
            _("A customer cannot be merged with itself."), fields={"loser": _("is the same customer")}
        )
    kept, gone = view.get(Customer, winner), view.get(Customer, loser)
    for customer, seen in ((kept, winner_rev), (gone, loser_rev)):
        require_own(view, customer)
        _require_seen(customer, seen)
    change = Change(view)
    change.meta.update(winner=winner, loser=loser)
    change.update(kept, _one(kept, gone, sides))
    change.amend(Customer.table, loser, status=CustomerStatus.MERGED.value, merged_into=winner)
    move_hanging(change, loser, winner)
    _move_referrals(change, loser, winner)
    return change


def not_the_same(view: View, *, a: ExactCustomerId, b: ExactCustomerId) -> Change:
    """Remember that two customers who look alike are two: they are not listed as likely duplicates again.

    Raises:
        NotFound: one of them does not exist.
        Refused: they are one customer, or one is no customer of its own.
    """
    if a == b:
        raise Refused(_("A customer is always the same as itself."), fields={"b": _("is the same customer")})
    change = Change(view)
    for mine, other in ((a, b), (b, a)):
        customer = view.get(Customer, mine)
        require_own(view, customer)
        if other not in customer.not_same:
            change.amend(Customer.table, mine, not_same=sorted((*customer.not_same, other)))
    return change


def read_sides(keep: tuple[str, ...]) -> dict[str, Side]:
    """What `keep` says: "field:side" each.

    Raises:
        Refused: it names no field that can be chosen, or no side it can take.
    """
    sides: dict[str, Side] = {}
    for choice in keep:
        field, _colon, said = choice.replace("：", ":").partition(":")
        field, said = field.strip(), said.strip()
        if field not in FIELDS:
            sentence = _("{field} is no field to choose; there are: {fields}.")
            raise _refused_keep(sentence.format(field=field or choice, fields=", ".join(FIELDS)))
        allowed = [side.value for side in sides_of(field)]
        if said not in allowed:
            sentence = _("{field} can be of: {sides}.").format(field=field, sides=", ".join(allowed))
            raise _refused_keep(sentence)
        sides[field] = Side(said)
    return sides


def _refused_keep(sentence: str) -> Refused:
    return Refused(sentence, fields={"keep": sentence})


def _require_seen(customer: Customer, rev: int | None) -> None:
    if rev is not None and customer.rev != rev:
        raise Conflict(
            _("{who} changed {number} meanwhile; look at both again.").format(
                who=customer.updated_by or "?", number=customer.number
            ),
            table=Customer.table,
            id=customer.id,
            rev=customer.rev,
            by=customer.updated_by,
            conflicts=[],
        )


def _one(winner: Customer, loser: Customer, sides: dict[str, Side]) -> Customer:
    """The one customer that the two become."""
    rev = winner.rev + 1
    fields: dict[str, Any] = {field: united(winner, loser, sides, field) for field in FIELDS}
    fields["external_ids"] += (ExternalId(source=MERGED_SOURCE, value=loser.number),)
    for field, prefix in PREFIXES.items():
        fields[field] = keyed(prefix, rev, fields[field])
    if fields["referrer"] in (winner.id, loser.id):
        brought = [referrer for referrer in (winner.referrer, loser.referrer) if referrer is not None]
        fields["referrer"] = next((one for one in brought if one not in (winner.id, loser.id)), None)
    others = {*winner.not_same, *loser.not_same} - {winner.id, loser.id}
    active = CustomerStatus.ACTIVE in (winner.status, loser.status)
    return winner.replace(
        **fields,
        not_same=tuple(sorted(others)),
        status=CustomerStatus.ACTIVE if active else winner.status,
    )


def move_hanging(change: Change, loser: int, winner: int) -> None:
    """Let everything that hangs on `loser` hang on `winner`."""
    for table in HANGING:
        for record_id in list(change.view.database.ids(table, "customer", loser)):
            if change.writes.get((table, record_id), ()) is not None:
                change.amend(table, record_id, customer=winner)


def _move_referrals(change: Change, loser: int, winner: int) -> None:
    """Let those whom `loser` brought be brought by `winner`."""
    view = change.view
    named = re.compile(rb'"referrer":\s*%d\b' % loser)
    found = [customer for customer, raw in view.database.all_raw(Customer.table) if named.search(raw)]
    for customer in found:
        if (
            customer not in (loser, winner)
            and view.document(Customer.table, customer).get("referrer") == loser
        ):
            change.amend(Customer.table, customer, referrer=winner)
