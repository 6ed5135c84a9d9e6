"""What a person does with the file of a customer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any, TypedDict, Unpack

import msgspec

from locales import N_, _
from store.actions.change import Change
from store.actions.fields import CustomerId, InteractionId, Line, Mark
from store.actions.likely import changed_identity, likely_same, refuse_likely
from store.actions.rings import give
from store.actions.view import View
from store.errors import Refused
from store.lookup.phones import parse_phones
from store.records.base import Item, from_document, to_document
from store.records.customer import (
    ContactPoint,
    Customer,
    ExternalId,
    Fact,
    ImportantDate,
    customer_number,
)
from store.records.interaction import Interaction
from store.records.kinds import (
    PHONE_TYPES,
    ContactType,
    CustomerKind,
    CustomerStatus,
    DateKind,
    Gender,
    Source,
    Temperament,
)
from store.rules.when import parse_birthday


class CustomerFields(TypedDict, total=False):
    """The fields of a customer that a person may write."""

    name: Line
    kind: CustomerKind
    call_as: Line
    phone: Annotated[str, Mark("", N_("one or several telephone numbers, added to the contact points"))]
    wechat: Annotated[str, Mark("", N_("a WeChat name, added to the contact points"))]
    email: Annotated[str, Mark("", N_("an e-mail address, added to the contact points"))]
    birthday: Annotated[str, Mark("", N_("a day, with or without its year: 1988-03-05 or 03-05"))]
    company: Line
    reading: Line
    aliases: tuple[str, ...]
    contacts: tuple[ContactPoint, ...]
    dates: tuple[ImportantDate, ...]
    gender: Gender
    occupation: Line
    source: Source
    referrer: CustomerId | None
    external_ids: tuple[ExternalId, ...]
    owner: Line
    tags: tuple[str, ...]
    usual_order: str
    red_note: str
    temperament: Temperament
    note: str
    facts: tuple[Fact, ...]


Check = Annotated[bool, Mark("", N_("refuse it when the customer is probably known already"))]


def create_customer(
    view: View,
    *,
    check: Check = False,
    ring: Annotated[
        InteractionId | None, Mark("interactions", N_("the call in which they became known"))
    ] = None,
    **fields: Unpack[CustomerFields],
) -> Change:
    """Add a customer. `Change.report` names those who are probably the same (`likely.Likely`).

    A `ring` that is nobody's becomes theirs in the same step.

    Raises:
        Refused: neither name nor company nor contact point, or a value that breaks a rule; with `check`, also when
            the customer is probably known already (`details["similar"]`).
    """
    change = Change(view)
    made = change.create(_filled(view, Customer(), dict(fields)))
    report_likely(change, made, check=check)
    if ring is not None:
        give(change, view.get(Interaction, ring), made.id)
    return change


def report_likely(change: Change, customer: Customer, *, check: bool) -> None:
    """Find out who is probably the same, as the shop stands at this moment, under the lock."""
    change.report = likely_same(change.view, customer)
    if check:
        refuse_likely(change.report)


def edit_customer(
    view: View,
    *,
    customer: CustomerId,
    base: dict[str, Any] | None = None,
    rev: Annotated[int | None, Mark("", N_("the version you saw; changes made since are merged"))] = None,
    check: Check = False,
    **fields: Unpack[CustomerFields],
) -> Change:
    """Change fields of a customer, merged with what others changed since `base` (or version `rev`) was read.

    Where name, contact points, dates or ids changed, `Change.report` names those who are probably the same.

    Raises:
        Conflict: somebody changed the same field or item meanwhile.
        Refused: a value breaks a rule; with `check`, also when somebody else is probably the same.
    """
    change = Change(view)
    current = view.get(Customer, customer)
    require_own(view, current)
    if base is None and rev is not None:
        base = view.document_at(Customer, customer, rev)
    seen = current if base is None else from_document(Customer, customer, base)
    wanted = _filled(view, seen, dict(fields), rev=current.rev + 1)
    edited = change.merge(current, base, wanted)
    if changed_identity(current, edited):
        report_likely(change, edited, check=check)
    return change


def archive_customer(view: View, *, customer: CustomerId) -> Change:
    """Put the file of a customer away: found last, with no suggestions."""
    change = Change(view)
    current = view.get(Customer, customer)
    require_own(view, current)
    change.update(current, current.replace(status=CustomerStatus.ARCHIVED))
    return change


def unarchive_customer(view: View, *, customer: CustomerId) -> Change:
    """Bring an archived customer back."""
    change = Change(view)
    current = view.get(Customer, customer)
    if current.status is not CustomerStatus.ARCHIVED:
        raise Refused(_("{name} is not archived.").format(name=current.shown_name))
    change.update(current, current.replace(status=CustomerStatus.ACTIVE))
    return change


def require_own(view: View, customer: Customer) -> None:
    """Refuse a customer who was merged or erased, naming who it became.

    Raises:
        Refused: with `details["merged_into"]` where it was merged.
    """
    if customer.status is CustomerStatus.MERGED:
        became = view.standing(customer.id)
        raise Refused(
            _("{number} was merged into {other}.").format(
                number=customer.number, other=customer_number(became)
            ),
            customer=customer.id,
            merged_into=became,
        )
    if customer.status is CustomerStatus.ERASED:
        raise Refused(_("{number} is no longer a customer of its own.").format(number=customer.number))


def _filled(view: View, customer: Customer, fields: dict[str, Any], rev: int = 1) -> Customer:
    """`customer` with `fields`, new items keyed and telephone numbers normalised."""
    region = view.settings.region
    phone, birthday = fields.pop("phone", ""), fields.pop("birthday", "")
    contacts = list(fields.pop("contacts", customer.contacts))
    contacts += [point for point in phones_from_text(phone, region) if not _known(point, contacts)]
    for kind in (ContactType.WECHAT, ContactType.EMAIL):
        if account := fields.pop(kind.value, "").strip():
            contacts.append(ContactPoint(type=kind, value=account))
    dates = list(fields.pop("dates", customer.dates))
    if birthday.strip():
        dates = [entry for entry in dates if entry.kind is not DateKind.BIRTHDAY]
        dates.append(parse_birthday(birthday, day_first=view.settings.day_first))
    filled = customer.replace(contacts=tuple(normalized(point, region) for point in contacts), **fields)
    return filled.replace(
        contacts=keyed("k", rev, filled.contacts),
        dates=keyed("d", rev, tuple(dates)),
        external_ids=keyed("x", rev, filled.external_ids),
        facts=keyed("f", rev, filled.facts),
        tags=tuple(dict.fromkeys(tag.strip() for tag in filled.tags if tag.strip())),
        aliases=tuple(dict.fromkeys(alias.strip() for alias in filled.aliases if alias.strip())),
    )


def keyed(prefix: str, rev: int, items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Items with a key each. New ones are named after the record's rev, which never comes back: keys are not reused."""
    taken = {item.key for item in items if isinstance(item, Item)}
    made: list[Any] = []
    number = 0
    for item in items:
        if item.key:
            made.append(item)
            continue
        number += 1
        while f"{prefix}{rev}-{number}" in taken:
            number += 1
        made.append(msgspec.structs.replace(item, key=f"{prefix}{rev}-{number}"))
    return tuple(made)


def phones_from_text(text: str, region: str) -> list[ContactPoint]:
    """The telephone numbers a person typed, as contact points.

    Raises:
        Refused: a number that cannot be one (masked with stars, mangled by a spreadsheet).
    """
    found: list[ContactPoint] = []
    for phone in parse_phones(text, region) if text.strip() else []:
        if not phone.valid:
            problem = phone.problem or _("is not a telephone number")
            raise Refused(problem, fields={"phone": problem})
        kind = ContactType(phone.kind) if phone.kind in ("mobile", "virtual") else ContactType.LANDLINE
        found.append(
            ContactPoint(type=kind, value=phone.raw.strip(), normalized=phone.normalized, ext=phone.ext or "")
        )
    return found


def normalized(point: ContactPoint, region: str) -> ContactPoint:
    """The contact point with its comparable form."""
    if point.type not in PHONE_TYPES:
        plain = "" if point.type is ContactType.ADDRESS else point.value.strip().casefold()
        return msgspec.structs.replace(point, normalized="" if plain == point.value else plain)
    phones = parse_phones(point.value, region)
    if len(phones) != 1 or not phones[0].valid:
        return msgspec.structs.replace(point, normalized="")
    return msgspec.structs.replace(
        point, normalized=phones[0].normalized, ext=point.ext or phones[0].ext or ""
    )


def _known(point: ContactPoint, contacts: Iterable[ContactPoint]) -> bool:
    return any((point.normalized, point.ext) == (other.normalized, other.ext) for other in contacts)


def base_of(customer: Customer) -> dict[str, Any]:
    """What a form hands back as `base`: the customer as it was read."""
    return to_document(customer)
