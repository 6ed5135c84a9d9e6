"""What a row of customers does to the shop: a new customer, a change to a known one, nothing, or a reason why not.

A row belongs to a known customer by its number in the other system, or by telephone number (without one, by e-mail
or account) and name together. A number elsewhere whose name and telephone number both differ is another person's; a
telephone number that belongs to somebody of another name is a duplicate to be looked at. A name alone says nothing,
except that a row which brings nothing new was imported before. An empty cell never erases.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import msgspec

from locales import _
from store.actions.customers import keyed
from store.actions.view import View
from store.errors import Refused
from store.exchange import cells
from store.exchange.batch import Batch
from store.exchange.customer_rows import CustomerDraft
from store.exchange.known import KnownCustomers, point_key
from store.exchange.owners import agrees, other_person, phone_keys, same_name, same_phone
from store.exchange.report import ImportReport
from store.records.customer import ContactPoint, Customer, ExternalId, Fact, ImportantDate
from store.records.kinds import CustomerKind, CustomerStatus, Gender, Source, Temperament

_ENUMS = {"source": Source, "temperament": Temperament, "kind": CustomerKind}


class CustomerPlan:
    """Takes the rows of a table of customers, one after the other, under the write lock."""

    def __init__(self, view: View, report: ImportReport, policy: str) -> None:
        """Args: policy is new (add only), update (known ones only) or both; report is filled in."""
        self._view = view
        self._report = report
        self._policy = policy
        self._known = KnownCustomers(view.database)
        self._batch = Batch(view, Customer)
        self._claimed: set[int] = set()
        self._slug = re.sub(r"[^\w-]", "_", report.source) or "import"
        self._fact_source = _("import of {file}").format(file=report.file.name)

    def take(self, draft: CustomerDraft) -> None:
        """Do what the row asks for and count it."""
        if draft.problem:
            self._report.refuse(draft.line, draft.problem, draft.cells)
            return
        try:
            found = self._match(draft)
            if found is None:
                self._create(draft)
            elif self._policy == "new" and found.id not in self._batch.made:
                self._report.unchanged += 1
            else:
                self._update(found, draft)
        except _DuplicateNumber as error:
            self._report.duplicate(draft.line, error.message, draft.cells)
        except Refused as error:
            self._report.refuse(draft.line, error.message, draft.cells)

    def finish(self) -> None:
        """After the last row: changes that came to nothing are no changes."""
        reverted = self._batch.settle()
        self._report.updated -= reverted
        self._report.unchanged += reverted

    # -- who is meant --------------------------------------------------------------------------------------------

    def _match(self, draft: CustomerDraft) -> Customer | None:
        """The known customer whom the row is about.

        Raises:
            Refused: the row's number elsewhere belongs to another person.
            _DuplicateNumber: its telephone number does.
        """
        for source, value in draft.ids:
            customer_id = self._known.by_id(source or self._report.source, value)
            if customer_id is not None:
                return self._of_id(self._get(customer_id), draft, value)
        if draft.number:
            found = self._own(draft)
            if found is not None:
                return found
        owners = [self._get(customer_id) for customer_id in self._known.by_phones(draft.contacts)]
        if owners:
            return self._of_phone(owners, draft)
        accounts = [self._get(customer_id) for customer_id in self._known.by_accounts(draft.contacts)]
        for customer in accounts:
            if same_name(customer, draft.name) or not (customer.name and draft.name):
                return customer
        return self._twin(draft)

    def _of_id(self, customer: Customer, draft: CustomerDraft, value: str) -> Customer:
        """The customer of that number elsewhere.

        Raises:
            Refused: neither name nor telephone number agrees.
        """
        if agrees(customer, draft.name, draft.contacts):
            return customer
        raise Refused(other_person(customer, value))

    def _own(self, draft: CustomerDraft) -> Customer | None:
        """The customer of our own number, if the row is really about them: the file may come from another shop."""
        raw = self._view.database.raw(Customer.table, draft.number)
        if raw is None:
            return None
        customer = self._get(draft.number)
        return customer if same_name(customer, draft.name) or same_phone(customer, draft.contacts) else None

    def _of_phone(self, owners: list[Customer], draft: CustomerDraft) -> Customer:
        for customer in owners:
            if same_name(customer, draft.name):
                return customer
        for customer in owners:
            if not draft.name or not customer.name:
                return customer
        owner = owners[0]
        shared = next(point for point in draft.contacts if point_key(point) in phone_keys(owner))
        raise _DuplicateNumber(
            _(
                "{phone} is the number of {name} ({number}). The same person: write that name in the row. Two who"
                " share it: take the number out of the row, then add it in their file (F6)."
            ).format(phone=shared.value, name=owner.shown_name, number=owner.number)
        )

    def _twin(self, draft: CustomerDraft) -> Customer | None:
        """The customer that the same row made when it was imported before: same name, and nothing in the row is new."""
        if draft.ids or any(point.is_phone for point in draft.contacts):
            return None
        for customer_id in self._known.bare(draft.name) if draft.name else ():
            if customer_id in self._claimed or customer_id in self._batch.made:
                continue
            customer = self._get(customer_id)
            if self._with(customer, draft) == customer:
                self._claimed.add(customer_id)
                return customer
        return None

    def _get(self, customer_id: int) -> Customer:
        return self._view.get(Customer, customer_id)

    # -- what becomes of it --------------------------------------------------------------------------------------

    def _create(self, draft: CustomerDraft) -> None:
        if self._policy == "update":
            raise Refused(_("nobody here answers to this row, and only known customers are updated"))
        if not (draft.name or draft.contacts or draft.fields.get("company")):
            raise Refused(_("the row has neither a name nor a way to reach the customer"))
        made = self._batch.create(self._with(Customer(), draft))
        self._known.add(made)
        self._report.new += 1

    def _update(self, customer: Customer, draft: CustomerDraft) -> None:
        changed = self._with(customer, draft)
        if self._batch.update(customer, changed):
            self._known.add(changed.replace(id=customer.id))
            self._report.updated += 1
        else:
            self._report.unchanged += 1

    def _with(self, customer: Customer, draft: CustomerDraft) -> Customer:
        """The customer with what the row says. What the row does not say stays."""
        rev = self._batch.next_rev(customer) if customer.id else 1
        fields: dict[str, Any] = {}
        extra: list[tuple[str, str]] = []
        for name, text in draft.fields.items():
            if name == "gender":
                fields.update({name: Gender(text)} if text != Gender.UNKNOWN else {})
            elif name == "status":
                if cells.member(CustomerStatus, text) is CustomerStatus.ARCHIVED:
                    fields[name] = CustomerStatus.ARCHIVED
            elif name in _ENUMS:
                found = cells.member(_ENUMS[name], text)
                if found is None:
                    extra.append((name, text))
                else:
                    fields[name] = found
            else:
                fields[name] = text
        if draft.name and not (customer.name and same_name(customer, draft.name)):
            fields["name"] = draft.name
        return customer.replace(
            contacts=keyed("k", rev, _contacts(customer, draft.contacts)),
            dates=keyed("d", rev, _dates(customer, draft.dates)),
            external_ids=keyed("x", rev, self._external_ids(customer, draft.ids)),
            facts=self._facts(customer, (*draft.facts, *extra), rev),
            tags=tuple(dict.fromkeys((*customer.tags, *draft.tags))),
            aliases=tuple(dict.fromkeys((*customer.aliases, *draft.aliases))),
            **fields,
        )

    def _external_ids(self, customer: Customer, ids: tuple[tuple[str, str], ...]) -> tuple[ExternalId, ...]:
        have = {(entry.source, entry.value) for entry in customer.external_ids}
        wanted = dict.fromkeys((source or self._report.source, value) for source, value in ids)
        new = (
            ExternalId(source=source, value=value) for source, value in wanted if (source, value) not in have
        )
        return (*customer.external_ids, *new)

    def _facts(self, customer: Customer, facts: tuple[tuple[str, str], ...], rev: int) -> tuple[Fact, ...]:
        """The facts with what this import says; what an import of the same source said before is updated."""
        found = list(customer.facts)
        keys = {fact.key for fact in found}
        taken: set[int] = set()
        number = 0
        for name, value in facts:
            if any(fact.name == name and fact.value == value for fact in found):
                continue
            places = (index for index in range(len(found)) if index not in taken)
            place = next((index for index in places if self._is_ours(found[index], name)), len(found))
            if place < len(found):
                key = found[place].key
            else:
                number += 1
                while (key := f"{self._slug}.{rev}-{number}") in keys:
                    number += 1
            fact = Fact(key=key, name=name, value=value, source=self._fact_source, as_of=self._view.today)
            found[place : place + 1] = [fact]
            keys.add(key)
            taken.add(place)
        return tuple(found)

    def _is_ours(self, fact: Fact, name: str) -> bool:
        """Whether the row's fact stands in place of this one: of the same name and source (our export: any)."""
        return fact.name == name and (self._report.own or fact.key.startswith(f"{self._slug}."))


class _DuplicateNumber(Refused):
    """The row's telephone number belongs to somebody of another name."""


def _contacts(customer: Customer, points: tuple[ContactPoint, ...]) -> tuple[ContactPoint, ...]:
    have = {point_key(point) for point in customer.contacts}
    return (*customer.contacts, *(point for point in points if point_key(point) not in have))


def _dates(customer: Customer, dates: tuple[ImportantDate, ...]) -> tuple[ImportantDate, ...]:
    """The dates with those of the row. A kind that is known already gets the row's day; no row takes a year away."""
    found = list(customer.dates)
    seen: Counter[str] = Counter()
    for entry in dates:
        # The second child's birthday of the row is the second one of the customer.
        places = [index for index, old in enumerate(found) if old.kind is entry.kind]
        place = places[seen[entry.kind]] if seen[entry.kind] < len(places) else None
        seen[entry.kind] += 1
        if place is None:
            found.append(entry)
            continue
        old = found[place]
        same_day = (old.calendar, old.month, old.day) == (entry.calendar, entry.month, entry.day)
        if not (same_day and entry.year is None):
            found[place] = msgspec.structs.replace(entry, key=old.key, label=old.label)
    return tuple(found)
