"""Erasing a customer: their file and all that hangs on it is emptied of what tells who it was. Nothing takes it back.

The shop then has the past rewritten as well (`store.erasing`): journals, snapshots, backups, drafts.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from locales import N_, _
from store.actions.change import Change
from store.actions.fields import ExactCustomerId, Line, Mark
from store.actions.view import View
from store.engine import codec
from store.errors import Refused
from store.lookup.phones import search_digits
from store.records.customer import Customer, customer_number, standing
from store.records.kinds import CustomerStatus
from store.rules.erasing import CUSTOMERS, HANGING, erased_document, identifying, longest_first

ERASE: Final = "customer.erase"


def erase_customer(
    view: View,
    *,
    customer: ExactCustomerId,
    number: Annotated[Line, Mark("line", N_("the customer's number typed again, such as C000012"))],
) -> Change:
    """Blank everything that tells who a customer is, in the file and in what hangs on it; those merged into it too.

    Kept are id, number and state, purchases without notes and order numbers, and of contacts, follow-ups and tickets
    what is no text. What was open is cancelled. `Change.meta` names the ids (`erased`). Repeating it finishes what was
    cut short.

    Raises:
        NotFound: there is no such customer.
        Refused: the number typed is another one, or the customer was merged into another.
    """
    current = view.get(Customer, customer)
    if number.strip().upper() != current.number:
        raise Refused(
            _("To erase {number} for good, type its number again.").format(number=current.number),
            fields={"number": _("is not {number}").format(number=current.number)},
        )
    if current.status is CustomerStatus.MERGED:
        became = customer_number(view.standing(customer))
        raise Refused(_("{number} was merged into {other}.").format(number=current.number, other=became))
    change = Change(view)
    everybody = _same_person(view, customer)
    change.meta["erased"] = everybody
    words = longest_first(word for one in everybody for word in identifying(view.document(CUSTOMERS, one)))
    for one in everybody:
        status = CustomerStatus.ERASED if one == customer else CustomerStatus.MERGED
        _erase(change, CUSTOMERS, one, words, status=status.value)
        for table in HANGING:
            for record_id in view.database.ids(table, "customer", one):
                _erase(change, table, record_id, words)
    calls = _unknown_callers(view, words)
    for record_id in calls:
        _erase(change, "interactions", record_id, words)
    if calls:
        change.meta["calls"] = calls
    return change


def _same_person(view: View, customer: int) -> list[int]:
    """The customer and everybody who was merged into it, ascending."""
    found = {customer}
    for one, raw in view.database.all_raw(CUSTOMERS):
        if b'"merged_into"' in raw and standing(one, view.document) == customer:
            found.add(one)
    return sorted(found)


def _unknown_callers(view: View, words: tuple[str, ...]) -> list[int]:
    """Calls of nobody known that came from one of the customer's numbers."""
    numbers = {search_digits(word) for word in words if word[-4:].isdigit()} - {""}
    signs = [number[-8:].encode() for number in numbers]
    found = []
    for record_id, raw in view.database.all_raw("interactions"):
        if any(sign in raw for sign in signs):
            document = codec.decode(raw)
            if not document.get("customer") and search_digits(str(document.get("phone", ""))) in numbers:
                found.append(record_id)
    return found


def _erase(change: Change, table: str, record_id: int, words: tuple[str, ...], **fields: Any) -> None:
    """Put the emptied document in place of the one that is there, where they differ."""
    document = change.view.document(table, record_id)
    kept = {**erased_document(table, document, words), **fields}
    if kept != document:
        change.writes[table, record_id] = kept
        change.amend(table, record_id)
