"""The door through which a shop's records go out: CSV and XLSX for people and spreadsheets, JSON for programs."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from locales import _
from store.errors import NotFound, ShopUnusable, Usage
from store.exchange import export_tables as tables
from store.exchange.atomic import write_atomically
from store.exchange.export_customers import Shape, customers_table
from store.exchange.report import ExportReport
from store.exchange.writers import write_csv, write_xlsx
from store.records import money
from store.records.base import Record, decode, to_json
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import CustomerStatus, FollowUpState
from store.records.purchase import Purchase
from store.records.staff import Staff
from store.records.ticket import Ticket
from store.shop import Shop

WHATS = ("customers", "purchases", "tickets", "agenda", "all")
FORMATS = ("csv", "xlsx", "json")
EVERYTHING = ("customers", "purchases", "tickets", "agenda", "interactions")
MOST_FOUND = 1_000_000

R = TypeVar("R", bound=Record)


def export(shop: Shop, what: str, to: Path, where: str | None = None) -> ExportReport:
    """Write records of the shop to a file, in the format of its suffix; only its owner may read it.

    Of everything (`all`), CSV is one file a table (`shop.csv` becomes `shop-customers.csv` and so on), XLSX one sheet a
    table, JSON one file with every field. `agenda` alone is what is still open.

    Args:
        where: only what belongs to the customers that a look-up finds; filters may stand in it.

    Raises:
        Usage: `what` or the suffix is none of ours, or a filter in `where` cannot be understood.
        NotFound: nobody is found by `where`.
        ShopUnusable: the file cannot be written; one of that name is as it was.
    """
    file_format = to.suffix.lower().lstrip(".")
    if what not in WHATS:
        raise Usage(
            _("{name} cannot be exported. There are: {names}.").format(name=what, names=", ".join(WHATS))
        )
    if file_format not in FORMATS:
        raise Usage(
            _("{file}: files are written as {formats}, told by the ending of the name.").format(
                file=to.name, formats=", ".join(FORMATS)
            )
        )
    choice = _Choice(shop, where)
    names = EVERYTHING if what == "all" else (what,)
    try:
        if file_format == "json":
            return ExportReport((to,), file_format, _write_json(choice, what, to))
        if file_format == "xlsx":
            sheets = [(_title(name), choice.table(name, everything=what == "all")) for name in names]
            return ExportReport((to,), file_format, write_xlsx(sheets, to))
        files = {name: to if what != "all" else to.with_stem(f"{to.stem}-{name}") for name in names}
        counts = {
            name: write_csv(choice.table(name, everything=what == "all"), file)
            for name, file in files.items()
        }
        return ExportReport(tuple(files.values()), file_format, counts)
    except OSError as error:
        raise ShopUnusable(
            _("{path} cannot be written: {reason}.").format(path=to, reason=error.strerror or error),
            file=str(to),
        ) from error


def _title(name: str) -> str:
    """What a sheet is called."""
    titles = {
        "customers": _("customers"),
        "purchases": _("purchases"),
        "tickets": _("tickets"),
        "agenda": _("agenda"),
        "interactions": _("contacts"),
    }
    return titles[name]


class _Choice:
    """The records that are to go out."""

    def __init__(self, shop: Shop, where: str | None) -> None:
        self.shop = shop
        self.ids: frozenset[int] | None = None
        if where is not None and where.strip():
            found = shop.lookup.search(where, MOST_FOUND)
            if found.problem:
                raise Usage(found.problem)
            self.ids = frozenset(match.id for match in found.matches)
            if not self.ids:
                raise NotFound(_('Nobody is found for "{query}".').format(query=where), query=where)

    def customers(self) -> Iterator[Customer]:
        """Customers who are still customers of their own, by number."""
        for customer in self._every(Customer, lambda customer: customer.id):
            if customer.status not in (CustomerStatus.MERGED, CustomerStatus.ERASED):
                yield customer

    def of(self, kind: type[R]) -> Iterator[R]:
        """Records that hang on the customers of the choice, by id."""
        return self._every(kind, lambda record: int(getattr(record, "customer", 0)))

    def agenda(self, *, everything: bool) -> list[FollowUp]:
        """Follow-ups by when they are due; without `everything` those still open."""
        found = [entry for entry in self.of(FollowUp) if everything or entry.state is FollowUpState.OPEN]
        return sorted(found, key=lambda entry: (entry.due, entry.id))

    def table(self, name: str, *, everything: bool) -> tables.Table:
        """One table as headers and rows."""
        settings = self.shop.settings
        if name == "customers":
            return customers_table(self.customers(), Shape(self.customers()))
        sources = sorted(Shape(self.customers()).sources)
        owner = tables.Owner(functools.lru_cache(4096)(self.shop.customers.get), sources)
        if name == "purchases":
            return tables.purchases_table(self.of(Purchase), owner, settings)
        if name == "tickets":
            return tables.tickets_table(self.of(Ticket), owner, settings)
        if name == "interactions":
            return tables.interactions_table(self.of(Interaction), owner, settings)
        return tables.agenda_table(self.agenda(everything=everything), owner, settings)

    def _every(self, kind: type[R], owner: Callable[[R], int]) -> Iterator[R]:
        for record_id, raw in self.shop.database.all_raw(kind.table):
            record = decode(kind, record_id, raw)
            if self.ids is None or owner(record) in self.ids:
                yield record


def _write_json(choice: _Choice, what: str, to: Path) -> dict[str, int]:
    """Write every field of the records, one record a line."""
    settings = choice.shop.settings
    sections: list[tuple[str, Iterable[Record]]] = []
    if what in ("customers", "all"):
        sections.append(("customers", choice.customers()))
    if what in ("purchases", "all"):
        sections.append(("purchases", choice.of(Purchase)))
    if what in ("tickets", "all"):
        sections.append(("tickets", choice.of(Ticket)))
    if what in ("agenda", "all"):
        sections.append(("follow_ups", choice.agenda(everything=what == "all")))
    if what == "all":
        sections.append(("interactions", choice.of(Interaction)))
        if choice.ids is None:
            sections.append(("staff", choice.shop.records.every(Staff)))
    counts: dict[str, int] = {}
    with write_atomically(to) as file:
        file.write(b'{"format":"crm-tui","version":1')
        if what == "all":
            file.write(b',"settings":' + _line(to_json(settings)))
        for name, records in sections:
            counts[name] = 0
            file.write(b',\n"' + name.encode() + b'":[')
            for record in records:
                file.write(
                    (b",\n" if counts[name] else b"\n") + _line(record_json(record, settings.currency))
                )
                counts[name] += 1
            file.write(b"\n]")
        file.write(b"}\n")
    return counts


def record_json(record: Record, currency: str) -> dict[str, Any]:
    """Every field of a record, with its number, amounts as money."""
    found: dict[str, Any] = {"id": record.id}
    number = getattr(record, "number", None)
    if isinstance(number, str):
        found["number"] = number
    found |= to_json(record)
    if isinstance(record, Purchase):
        for name in ("total", "returned_amount"):
            found[name] = money.to_json(found[name], currency)
        found["items"] = [
            item | {"price": money.to_json(item.get("price", 0), currency)} for item in found["items"]
        ]
    if isinstance(record, Ticket):
        for name in ("cost_goods", "cost_cash"):
            found[name] = money.to_json(found[name], currency)
    return found


def _line(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
