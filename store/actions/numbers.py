"""A customer has another telephone number: the new one stands where the old one stood, and the old one is kept."""

from __future__ import annotations

from typing import Annotated

import msgspec

from locales import N_, _
from store.actions.change import Change
from store.actions.customers import Check, keyed, phones_from_text, report_likely, require_own
from store.actions.fields import CustomerId, Mark
from store.actions.view import View
from store.errors import Refused
from store.lookup.phones import parse_phones
from store.records.customer import ContactPoint, Customer
from store.records.kinds import ContactType


def change_number(
    view: View,
    *,
    customer: CustomerId,
    phone: Annotated[str, Mark("", N_("the new number"))],
    old: Annotated[
        str, Mark("", N_("the number that is no longer valid; where not given, the first valid one"))
    ] = "",
    check: Check = False,
) -> Change:
    """Put a new number in the place of an old one, which stays in the file as no longer valid from today on.

    The new one takes over type, label and place; the old one keeps its remark and goes to the end. A new number that
    stands in the file as no longer valid becomes valid again. `Change.report` names those who are probably the same.

    Raises:
        Refused: the new number is none, or more than one, or the one that is there; there is no number `old`; with
            `check`, also when somebody else is probably the same.
    """
    change = Change(view)
    current = view.get(Customer, customer)
    require_own(view, current)
    new, gone = _one_number(phone, view), _gone(current, old, view)
    if gone is not None and _same(new, gone):
        raise _refused("phone", _("is the number in the file already"))
    edited = change.update(current, current.replace(contacts=_changed(view, current, gone, new)))
    report_likely(change, edited, check=check)
    return change


def _one_number(text: str, view: View) -> ContactPoint:
    """The number in `text`.

    Raises:
        Refused: there is none, or several.
    """
    found = phones_from_text(text, view.settings.region)
    if len(found) != 1:
        raise _refused("phone", _("one number at a time") if found else _("must not be empty"))
    return found[0]


def _gone(customer: Customer, old: str, view: View) -> ContactPoint | None:
    """The contact point that is meant by `old` (its key or number); the first valid number where that is empty.

    Raises:
        Refused: the customer has no such number.
    """
    if not old.strip():
        return next((point for point in customer.phone_points if point.invalid_since is None), None)
    numbers = {found.normalized for found in parse_phones(old, view.settings.region)}
    for point in customer.phone_points:
        if point.key == old or point.normalized in numbers:
            return point
    raise _refused("old", _("is no number of this customer"))


def _changed(
    view: View, customer: Customer, gone: ContactPoint | None, new: ContactPoint
) -> tuple[ContactPoint, ...]:
    """The contact points with the new number.

    The new one gets the key of the old one, which becomes a new item: two items that differ can be merged and taken
    back beside what others do to the list; a list in another order could not.
    """
    known = next((point for point in customer.contacts if _same(point, new)), None)
    contacts = []
    for point in customer.contacts:
        if known is not None and point.key == known.key:
            contacts.append(msgspec.structs.replace(point, invalid_since=None))
        elif gone is None or point.key != gone.key:
            contacts.append(point)
        elif known is not None:
            contacts.append(_no_longer_valid(view, gone))
        else:
            kind = ContactType.FAX if gone.type is ContactType.FAX else new.type
            contacts.append(msgspec.structs.replace(new, key=gone.key, type=kind, label=gone.label))
    if known is None:
        contacts.append(
            new if gone is None else msgspec.structs.replace(_no_longer_valid(view, gone), key="")
        )
    return keyed("k", customer.rev + 1, tuple(contacts))


def _no_longer_valid(view: View, point: ContactPoint) -> ContactPoint:
    return msgspec.structs.replace(point, invalid_since=point.invalid_since or view.today)


def _same(one: ContactPoint, other: ContactPoint) -> bool:
    return (one.normalized, one.ext) == (other.normalized, other.ext) and bool(one.normalized)


def _refused(field: str, problem: str) -> Refused:
    from store.records.field_words import parameter_label

    sentence = _("{field}: {problem}").format(field=parameter_label(field), problem=problem)
    return Refused(sentence, fields={field: problem}, field=field)
