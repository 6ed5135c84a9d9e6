"""`find` and `show`: who it is, and everything about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from locales import _
from store.commands.call import Answer, Call
from store.commands.output import table
from store.errors import Usage
from store.phone_text import extension_words, with_extension_words
from store.records.base import BOOKKEEPING
from store.rules.card_words import card_word

if TYPE_CHECKING:
    from store.engine import Database
    from store.lookup.index import LookupIndex
    from store.lookup.match import Found, Match
    from store.records.customer import Customer
    from store.rules.customer_file import CustomerFile
    from store.shop import Card, Shop

HISTORY: Final = 1000
"""So many of the newest contacts and purchases `show --json` gives."""
LISTED: Final = 10
"""So many of each `show` lists for people."""

ELSEWHERE: Final = frozenset(
    {"id", "name", "call_as", "contacts", "dates", "red_note", "usual_order", "note", *BOOKKEEPING}
)
"""Fields of a customer that `show` tells on the card, or in a line of their own, or not at all."""


def find(call: Call) -> Answer:
    """The look-up box's own matcher, best first. An empty query lists everybody, as the empty box does.

    Raises:
        Usage: a filter in the query cannot be understood.
    """
    from store import first_rows
    from store.clock import system_clock
    from store.finding import Finding

    query = " ".join(call.arguments.query)
    limit: int = call.arguments.limit
    # The whole shop, with its rules and actions, takes longer to load than the answer takes to find.
    with call.open_database() as database:
        finding = Finding(database, call.by or "", call.now or system_clock)
        found = _found(finding.index, query, limit) if query.strip() else None
        merged = merged_number(database, query) if found is not None else None
        if merged is not None:
            # C7 and id:7 name a customer too, of whom the look-up knows only who it became.
            found = finding.index.search(f"id:{merged[1]}", limit)
        matches = tuple(finding.index.everybody(0, limit) if found is None else found.matches)
        finding.save()
        first_rows.save(database, finding.index)
    return call.answer(
        lambda: _find_json(query, matches, found),
        lambda: table(_find_rows(matches)),
        status=0 if matches else 1,
        remarks=(*_find_remarks(query, matches, found), *_merged_remarks(merged)),
    )


def _found(index: LookupIndex, query: str, limit: int) -> Found:
    """All that the box would show in the end: the number of a ticket or an order before what was only guessed at."""
    first = index.search_first(query, limit)
    if first.found.problem:
        raise Usage(first.found.problem)
    owners = () if first.found.matches else index.references(query)
    return replace(first.found, matches=tuple(owners), total=len(owners)) if owners else first.later()


def _find_json(query: str, matches: Iterable[Match], found: Found | None) -> dict[str, object]:
    from store.lookup.match import match_json

    return {
        "query": query,
        "matches": [match_json(match) for match in matches],
        "total": found.total if found else None,
        "more": bool(found and found.more),
    }


def _find_rows(matches: Iterable[Match]) -> Iterator[tuple[str, ...]]:
    from store.lookup.match_words import match_word

    for match in matches:
        name = match.name or match.company
        called = match.call_as if match.call_as != name else ""
        text = with_extension_words(match.text) if match.field == "phone" else match.text
        where = _("{field}: {text}").format(field=match_word(match.field), text=text) if match.field else ""
        yield match.number, name, called, " ".join(map(with_extension_words, match.phones[:2])), where


def _find_remarks(query: str, matches: tuple[Match, ...], found: Found | None) -> Iterator[str]:
    if not matches:
        if found is None:
            yield _("There are no customers yet.")
        else:
            yield _('Nobody is found for "{query}".').format(query=query)
            if found.tried_words:
                yield found.tried_words
    elif found is not None and found.more:
        yield _("There are more; --limit shows them, or a longer query finds fewer.")


def show(call: Call) -> Answer:
    """The call card and the file of one customer."""
    with call.open_shop() as shop:
        wanted = " ".join(call.arguments.customer)
        customer = shop.customers.resolve(wanted)
        file = shop.customers.file(customer.id, HISTORY)
        card = shop.card(customer.id)
        return call.answer(
            lambda: _show_json(shop, file, card),
            lambda: _show_lines(shop, file, card),
            remarks=_merged_remarks(merged_number(shop.database, wanted)),
        )


def merged_number(database: Database, text: str) -> tuple[int, int] | None:
    """The customer that `text` names by number, and the one it was merged into; None when it names no such one."""
    from store.engine import codec
    from store.records.customer import named_customer, standing

    def document(table: str, identity: int) -> dict[str, Any]:
        raw = database.raw(table, identity)
        return {} if raw is None else codec.decode(raw)

    named = named_customer(text)
    if named is None:
        return None
    became = standing(named, document)
    return None if became == named else (named, became)


def _merged_remarks(merged: tuple[int, int] | None) -> Iterator[str]:
    from store.records.customer import customer_number

    if merged is not None:
        number, other = (customer_number(identity) for identity in merged)
        yield _("{number} was merged into {other}.").format(number=number, other=other)


def _show_json(shop: Shop, file: CustomerFile, card: Card) -> dict[str, object]:
    from store.commands import shapes
    from store.rules.card import follow_up_reasons, ticket_reasons

    now, settings, customer = shop.now(), shop.settings, file.customer
    return {
        "customer": shapes.customer_json(customer),
        "card": {"lines": [shapes.card_line_json(line) for line in card.lines]},
        "tickets": [
            shapes.ticket_json(ticket, customer, ticket_reasons(ticket, now, settings), settings.currency)
            for ticket in file.tickets
        ],
        "follow_ups": [
            shapes.follow_up_json(entry, customer, follow_up_reasons(entry, now, settings))
            for entry in file.follow_ups
        ],
        "interactions": shapes.interactions_json(file),
        "purchases": shapes.purchases_json(file, settings.currency),
    }


def _show_lines(shop: Shop, file: CustomerFile, card: Card) -> Iterator[str]:
    yield from _card_lines(card)
    yield from _section(_("File"), table(_file_rows(file.customer), indent="  "))
    yield from _section(_("Tickets"), table(_ticket_rows(file), indent="  "))
    yield from _section(_("Follow-ups"), table(_follow_up_rows(shop, file), indent="  "))
    yield from _section(_("Contacts"), table(_interaction_rows(shop, file), indent="  "))
    yield from _section(_("Purchases"), table(_purchase_rows(shop, file), indent="  "))


def _card_lines(card: Card) -> Iterator[str]:
    rows = []
    for line in card.lines:
        if line.kind == "name":
            yield f"{card.customer.number}  {line.text}"
        else:
            rows.append((card_word(line.kind), line.text + _because(line.reasons)))
    yield from table(rows, indent="  ")


def _because(reasons: tuple[str, ...]) -> str:
    return f"  ({_('; ').join(reasons)})" if reasons else ""


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from lines


def _file_rows(customer: Customer) -> Iterator[tuple[str, str]]:
    """Fields that have something in them, in words. Those the card shows already are left out."""
    from store.records.customer import Customer
    from store.records.field_words import field_label
    from store.records.labels import label
    from store.records.value_words import value_words

    for point in customer.contacts:
        parts = [point.value]
        if point.normalized and point.normalized != point.value:
            parts.append(point.normalized)
        if point.ext:
            parts.append(extension_words(point.ext))
        yield label(point.type), "  ".join(parts)
    for entry in customer.dates:
        yield label(entry.kind), value_words("customers", "dates", [entry])
    nothing = Customer()
    for name in customer.__struct_fields__:
        value = getattr(customer, name)
        if name not in ELSEWHERE and value != getattr(nothing, name):
            yield field_label("customers", name), value_words("customers", name, value)


def _ticket_rows(file: CustomerFile) -> Iterator[tuple[str, ...]]:
    from store.records.labels import label

    for ticket in file.tickets[:LISTED]:
        yield ticket.number, label(ticket.state), label(ticket.type), label(ticket.severity), ticket.subject
    yield from _rest(len(file.tickets))


def _follow_up_rows(shop: Shop, file: CustomerFile) -> Iterator[tuple[str, ...]]:
    from store.records.labels import label
    from store.rules.when import show_due

    for entry in file.follow_ups[:LISTED]:
        due = show_due(entry.due, shop.settings.zone, shop.today())
        yield str(entry.id), due, label(entry.state), entry.owner, entry.promised_text or entry.title
    yield from _rest(len(file.follow_ups))


def _interaction_rows(shop: Shop, file: CustomerFile) -> Iterator[tuple[str, ...]]:
    from store.records.labels import label
    from store.records.value_words import local_time

    for entry in file.interactions[:LISTED]:
        kind = f"{label(entry.direction)} {label(entry.type)}"
        outcome = label(entry.outcome) if entry.outcome else ""
        text = "  ".join(part for part in (outcome, entry.text.replace("\n", " ")) if part)
        yield str(entry.id), local_time(entry.at, shop.settings), kind, entry.staff or entry.created_by, text
    yield from _rest(file.interaction_count)


def _purchase_rows(shop: Shop, file: CustomerFile) -> Iterator[tuple[str, ...]]:
    from store.records.money import show_amount
    from store.records.value_words import local_time

    settings = shop.settings
    for purchase in file.purchases[:LISTED]:
        what = ", ".join(item.name for item in purchase.items) or purchase.note.replace("\n", " ")
        amount = show_amount(purchase.total, settings.currency)
        yield str(purchase.id), local_time(purchase.at, settings), amount, purchase.order_no, what
    yield from _rest(file.purchase_count)
    if file.purchase_count:
        yield "", _("in all"), show_amount(file.purchase_total, settings.currency)


def _rest(count: int) -> Iterator[tuple[str, ...]]:
    more = count - LISTED
    if more > 0:
        yield (_("and {count} more").format(count=more),)
