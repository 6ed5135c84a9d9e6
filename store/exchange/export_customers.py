"""The table of customers of an export: a column for each kind of contact point, date, number and fact that there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from locales import language, pgettext
from store.exchange.cells import join_words
from store.exchange.export_tables import Cell, Table, id_header
from store.exchange.headers import is_fact_header
from store.records.customer import ContactPoint, Customer, ImportantDate
from store.records.kinds import (
    Calendar,
    ContactLabel,
    ContactType,
    CustomerKind,
    CustomerStatus,
    DateKind,
    Gender,
    Source,
    Temperament,
)
from store.records.labels import label

Group = tuple[str, ...]
"""What one set of numbered columns holds: ("mobile", "work"), ("birthday",), ("xlsx",), a fact's name."""


class Shape:
    """Which columns a set of customers needs: of each group as many as the customer with most has."""

    def __init__(self, customers: Iterable[Customer]) -> None:
        """Args: customers are read once."""
        self.contacts: Counter[Group] = Counter()
        self.dates: Counter[Group] = Counter()
        self.ids: Counter[Group] = Counter()
        self.facts: Counter[Group] = Counter()
        for customer in customers:
            self.contacts |= Counter((point.type.value, point.label.value) for point in customer.contacts)
            self.dates |= Counter((entry.kind.value,) for entry in customer.dates)
            self.ids |= Counter((entry.source,) for entry in customer.external_ids)
            self.facts |= Counter((fact.name,) for fact in customer.facts)

    @property
    def sources(self) -> list[str]:
        """Other systems whose numbers somebody has."""
        return [source for (source,) in self.ids]


def customers_table(customers: Iterable[Customer], shape: Shape) -> Table:
    """One row a customer."""
    contacts = sorted(shape.contacts, key=lambda group: _contact_order(*group))
    columns: list[tuple[str, Callable[[Customer], list[str]], int]] = [
        (_contact_header(*group), _contact_cells(group), shape.contacts[group]) for group in contacts
    ]
    columns += [
        (_date_header(*group), _date_cells(group), shape.dates[group]) for group in sorted(shape.dates)
    ]
    columns += [(id_header(*group), _id_cells(group), shape.ids[group]) for group in sorted(shape.ids)]
    columns += [(_fact_header(*group), _fact_cells(group), shape.facts[group]) for group in shape.facts]
    headers = [header for header, _cell in _simple_columns()]
    for header, _cells, count in columns:
        # The same fact twice is two columns of one name; everything else is numbered.
        headers += [
            header if number == 1 or _cells.__name__ == "facts" else f"{header} {number}"
            for number in range(1, count + 1)
        ]

    def rows() -> Iterator[tuple[Cell, ...]]:
        for customer in customers:
            cells = [cell(customer) for _header, cell in _simple_columns()]
            for _header, values, count in columns:
                found = values(customer)
                cells += [*found, *[""] * (count - len(found))]
            yield tuple(cells)

    return Table("customers", tuple(headers), rows())


def _simple_columns() -> list[tuple[str, Callable[[Customer], str]]]:
    """Columns that every export has."""
    return [
        (pgettext("column", "customer number"), lambda customer: customer.number),
        (pgettext("column", "name"), lambda customer: customer.name),
        (
            pgettext("column", "kind of customer"),
            lambda customer: _unless(customer.kind, CustomerKind.PERSON),
        ),
        (pgettext("column", "company"), lambda customer: customer.company),
        (pgettext("column", "form of address"), lambda customer: customer.call_as),
        (pgettext("column", "other names"), lambda customer: join_words(customer.aliases)),
        (pgettext("column", "reading"), lambda customer: customer.reading),
        (pgettext("column", "gender"), lambda customer: _unless(customer.gender, Gender.UNKNOWN)),
        (pgettext("column", "occupation"), lambda customer: customer.occupation),
        (pgettext("column", "tags"), lambda customer: join_words(customer.tags)),
        (pgettext("column", "source"), lambda customer: _unless(customer.source, Source.UNKNOWN)),
        (pgettext("column", "looked after by"), lambda customer: customer.owner),
        (pgettext("column", "usual order"), lambda customer: customer.usual_order),
        (pgettext("column", "red note"), lambda customer: customer.red_note),
        (
            pgettext("column", "temperament"),
            lambda customer: _unless(customer.temperament, Temperament.UNKNOWN),
        ),
        (pgettext("column", "note"), lambda customer: customer.note),
        (
            pgettext("column", "customer status"),
            lambda customer: _unless(customer.status, CustomerStatus.ACTIVE),
        ),
    ]


def _unless(member: CustomerKind | Gender | Source | Temperament | CustomerStatus, default: str) -> str:
    return "" if member == default else label(member)


def _contact_order(kind: str, whose: str) -> tuple[int, int]:
    return list(ContactType).index(ContactType(kind)), list(ContactLabel).index(ContactLabel(whose))


def _contact_header(kind: str, whose: str) -> str:
    word = pgettext("column", "other contact") if kind == ContactType.OTHER else label(ContactType(kind))
    return word if whose == ContactLabel.SELF else f"{word} ({label(ContactLabel(whose))})"


def _contact_cells(group: Group) -> Callable[[Customer], list[str]]:
    def contacts(customer: Customer) -> list[str]:
        return [_contact(point) for point in customer.contacts if (point.type, point.label) == group]

    return contacts


def _contact(point: ContactPoint) -> str:
    """The value as it was written; an extension that is not in it is added."""
    return f"{point.value} ext {point.ext}" if point.ext and point.ext not in point.value else point.value


def _date_header(kind: str) -> str:
    if kind == DateKind.BIRTHDAY:
        return pgettext("column", "birthday")
    return pgettext("column", "date ({kind})").format(kind=label(DateKind(kind)))


def _date_cells(group: Group) -> Callable[[Customer], list[str]]:
    def dates(customer: Customer) -> list[str]:
        return [date_text(entry) for entry in customer.dates if (entry.kind,) == group]

    return dates


def date_text(entry: ImportantDate) -> str:
    """1988-03-05, --03-05, 农历1988年闰6月3日."""
    day = f"{entry.month:02d}-{entry.day:02d}"
    if entry.calendar is Calendar.SOLAR:
        return f"{entry.year:04d}-{day}" if entry.year else f"--{day}"
    if language() == "zh" or entry.leap:
        year = f"{entry.year}年" if entry.year else ""
        return f"农历{year}{'闰' if entry.leap else ''}{entry.month}月{entry.day}日"
    return f"lunar {entry.year:04d}-{day}" if entry.year else f"lunar {day}"


def _id_cells(group: Group) -> Callable[[Customer], list[str]]:
    def ids(customer: Customer) -> list[str]:
        return [entry.value for entry in customer.external_ids if (entry.source,) == group]

    return ids


def _fact_header(name: str) -> str:
    """The fact's name, marked where it would be taken for another column."""
    return name if is_fact_header(name) else pgettext("column", "fact: {name}").format(name=name)


def _fact_cells(group: Group) -> Callable[[Customer], list[str]]:
    def facts(customer: Customer) -> list[str]:
        return [fact.value for fact in customer.facts if (fact.name,) == group]

    return facts
