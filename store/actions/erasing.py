"""Erasing a customer: their file and all that hangs on it is emptied of what tells who it was. Nothing takes it back.

The shop then has the past rewritten as well (`store.erasing`): journals, snapshots, backups, drafts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final

from locales import N_, _
from store.actions.change import Change
from store.actions.fields import ExactCustomerId, Line, Mark
from store.actions.view import View
from store.engine import Database, codec
from store.errors import Refused
from store.lookup.phones import search_digits
from store.records.customer import Customer, customer_number, standing
from store.records.kinds import CustomerStatus
from store.rules.erasing import CUSTOMERS, HANGING, erased_document, identifying, longest_first

ERASE: Final = "customer.erase"


@dataclass(frozen=True)
class Looked:
    """What going through all records has found, up to an action.

    Attributes:
        action: the number of the last action that is surely seen.
        merged: customers who were merged into others.
        numbers: the digits of the customer's numbers.
        calls: contacts of nobody known that came from them.
    """

    action: int
    merged: frozenset[int]
    numbers: frozenset[str]
    calls: frozenset[int]


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
    require_typed(view.get(Customer, customer), number)
    return erase(view, customer, look(view.database, customer))


def require_typed(current: Customer, number: str) -> None:
    """See that the number of who is to be erased was typed again.

    Raises:
        Refused: it was not.
    """
    if number.strip().upper() != current.number:
        raise Refused(
            _("To erase {number} for good, type its number again.").format(number=current.number),
            fields={"number": _("is not {number}").format(number=current.number)},
        )


def erase(view: View, customer: int, looked: Looked) -> Change:
    """The same, given what was found before the lock was taken; of what was changed since, all is looked at again.

    Raises:
        NotFound, Refused: as `erase_customer`.
    """
    current = view.get(Customer, customer)
    if current.status is CustomerStatus.MERGED:
        became = customer_number(view.standing(customer))
        raise Refused(_("{number} was merged into {other}.").format(number=current.number, other=became))
    looked = _with_changes(view.database, customer, looked)
    change = Change(view)
    everybody = _same_person(view.database, customer, looked.merged)
    change.meta["erased"] = everybody
    words = _words(view.database, everybody)
    if not _numbers(words) <= looked.numbers:
        looked = look(view.database, customer)
    for one in everybody:
        status = CustomerStatus.ERASED if one == customer else CustomerStatus.MERGED
        _erase(change, CUSTOMERS, one, words, status=status.value)
        for table in HANGING:
            for record_id in view.database.ids(table, "customer", one):
                _erase(change, table, record_id, words)
    numbers = _numbers(words)
    calls = [
        one
        for one in sorted(looked.calls)
        if _is_unknown_call(_document(view.database, "interactions", one), numbers)
    ]
    for record_id in calls:
        _erase(change, "interactions", record_id, words)
    if calls:
        change.meta["calls"] = calls
    return change


def look(database: Database, customer: int) -> Looked:
    """Go through all customers and contacts for what belongs to a customer without saying so."""
    action = database.action
    merged = frozenset(one for one, raw in database.all_raw(CUSTOMERS) if b'"merged_into"' in raw)
    everybody = _same_person(database, customer, merged)
    numbers = _numbers(_words(database, everybody))
    signs = [number[-8:].encode() for number in numbers]
    calls = frozenset(
        one
        for one, raw in database.all_raw("interactions")
        if any(sign in raw for sign in signs) and _is_unknown_call(codec.decode(raw), numbers)
    )
    for table in HANGING:
        database.ids(table, "customer", customer)  # An index that is not in memory yet is read now.
    return Looked(action, merged, numbers, calls)


def _with_changes(database: Database, customer: int, looked: Looked) -> Looked:
    """The same with all customers and contacts that were changed since."""
    if database.action == looked.action:
        return looked
    changed: dict[str, set[int]] = {}
    expected = database.action
    for commit in database.commits():
        if commit.action != expected or commit.action == looked.action:
            break
        expected -= 1
        for table, record_id, _before, _after in commit.raw_changes(lambda _line: True):
            changed.setdefault(table, set()).add(record_id)
    if expected != looked.action:
        # Journals of the moments between are gone, or others stand in their place.
        return look(database, customer)
    return replace(
        looked,
        merged=looked.merged | changed.get(CUSTOMERS, set()),
        calls=looked.calls | changed.get("interactions", set()),
    )


def _same_person(database: Database, customer: int, merged: Iterable[int]) -> list[int]:
    """The customer and everybody of `merged` who was merged into it, ascending."""
    document = partial(_document, database)
    return sorted({customer, *(one for one in merged if standing(one, document) == customer)})


def _words(database: Database, everybody: Iterable[int]) -> tuple[str, ...]:
    """What tells who they are, longest first."""
    return longest_first(
        word for one in everybody for word in identifying(_document(database, CUSTOMERS, one))
    )


def _numbers(words: Iterable[str]) -> frozenset[str]:
    """The digits of those words that are numbers."""
    return frozenset({search_digits(word) for word in words if word[-4:].isdigit()} - {""})


def _is_unknown_call(document: Mapping[str, Any], numbers: Collection[str]) -> bool:
    """Whether a contact is one of nobody known that came from one of the numbers."""
    return not document.get("customer") and search_digits(str(document.get("phone", ""))) in numbers


def _document(database: Database, table: str, record_id: int) -> dict[str, Any]:
    """The stored document; empty when there is none."""
    raw = database.raw(table, record_id)
    return {} if raw is None else codec.decode(raw)


def _erase(change: Change, table: str, record_id: int, words: tuple[str, ...], **fields: Any) -> None:
    """Put the emptied document in place of the one that is there, where they differ."""
    document = change.view.document(table, record_id)
    kept = {**erased_document(table, document, words), **fields}
    if kept != document:
        change.writes[table, record_id] = kept
        change.amend(table, record_id)
