"""The call card: what a clerk must know before the first word, in the order in which it is spoken.

Each line carries its reasons and, where it stands for a record, which one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from locales import _, ngettext
from store.records.customer import Customer, ImportantDate
from store.records.field_words import field_label
from store.records.follow_up import FollowUp
from store.records.kinds import Calendar, CustomerStatus, DateKind, TicketState
from store.records.labels import label
from store.records.money import show_amount
from store.records.setting import Settings
from store.records.ticket import Ticket
from store.rules.customer_file import CustomerFile
from store.rules.temperament import signs, strategy
from store.rules.when import days_late, show_due

SHOWN_FOLLOW_UPS = 3
SHOWN_TICKETS = 2
BIRTHDAY_DAYS = 7
"""A birthday counts as near within a week: time enough to prepare something."""


@dataclass(frozen=True)
class LineRef:
    """The record that a line of the card stands for."""

    table: str
    id: int


@dataclass(frozen=True)
class CardLine:
    """One line of the card.

    Attributes:
        kind: name, red_note, promise, follow_up, ticket, last_contact, last_purchase, usual_order, birthday,
            temperament, note or ask.
        text: what the clerk reads; user text in it is as the user wrote it.
        reasons: why the line is there, for who asks.
        urgent: whether it wants a colour (an overdue promise, a red note).
    """

    kind: str
    text: str
    reasons: tuple[str, ...] = ()
    ref: LineRef | None = None
    urgent: bool = False


def card_lines(file: CustomerFile, now: datetime, settings: Settings) -> tuple[CardLine, ...]:
    """The lines of the card of `file.customer` at the moment `now` (UTC)."""
    today = now.astimezone(settings.zone).date()
    return (
        *_who(file.customer),
        *_owed(file, now, settings),
        *_tickets(file, now, settings),
        *_last(file, now, settings),
        *_near_dates(file.customer, today),
        *_how(file.customer),
        *_ask(file),
    )


def _who(customer: Customer) -> Iterator[CardLine]:
    parts = [customer.shown_name]
    if customer.call_as and customer.call_as != customer.name:
        parts.append(_('say "{name}"').format(name=customer.call_as))
    if customer.company and customer.company != customer.shown_name:
        parts.append(customer.company)
    if customer.status is not CustomerStatus.ACTIVE:
        parts.append(label(customer.status))
    yield CardLine("name", "  ".join(parts), ref=LineRef("customers", customer.id))
    if customer.red_note:
        reason = _("Written in the red note of the file.")
        yield CardLine(
            "red_note", customer.red_note, (reason,), LineRef("customers", customer.id), urgent=True
        )


def _owed(file: CustomerFile, now: datetime, settings: Settings) -> Iterator[CardLine]:
    waiting = file.open_follow_ups
    for entry in waiting[:SHOWN_FOLLOW_UPS]:
        yield _follow_up_line(entry, now, settings)
    more = len(waiting) - SHOWN_FOLLOW_UPS
    if more > 0:
        text = ngettext("{count} more follow-up", "{count} more follow-ups", more).format(count=more)
        yield CardLine("follow_up", text, ref=LineRef("customers", file.customer.id))


def _follow_up_line(entry: FollowUp, now: datetime, settings: Settings) -> CardLine:
    today = now.astimezone(settings.zone).date()
    due = show_due(entry.due, settings.zone, today)
    late = entry.due_at(settings.zone) < now
    kind = "promise" if entry.is_promise else "follow_up"
    text = f"{due}  {entry.promised_text or entry.title}"
    return CardLine(
        kind, text, follow_up_reasons(entry, now, settings), LineRef(entry.table, entry.id), urgent=late
    )


def follow_up_reasons(entry: FollowUp, now: datetime, settings: Settings) -> tuple[str, ...]:
    """Why a follow-up stands where it stands: promise, lateness, priority, whose it is."""
    reasons: list[str] = []
    if entry.is_promise:
        reasons.append(_("promised by {who}").format(who=entry.created_by or "?"))
    days = days_late(entry.due, now, settings.zone)
    if days > 0:
        reasons.append(ngettext("{count} day late", "{count} days late", days).format(count=days))
    elif entry.due_at(settings.zone) < now:
        reasons.append(_("its time has passed"))
    if entry.priority.value in ("high", "urgent"):
        reasons.append(label(entry.priority))
    if entry.snoozed:
        reasons.append(
            ngettext("put off {count} time", "put off {count} times", entry.snoozed).format(
                count=entry.snoozed
            )
        )
    if entry.owner:
        reasons.append(_("for {who}").format(who=entry.owner))
    return tuple(reasons)


def _tickets(file: CustomerFile, now: datetime, settings: Settings) -> Iterator[CardLine]:
    for ticket in file.open_tickets[:SHOWN_TICKETS]:
        text = f"{ticket.number}  {label(ticket.type)}  {ticket.subject}  ({label(ticket.state)})"
        reasons = ticket_reasons(ticket, now, settings)
        yield CardLine("ticket", text, reasons, LineRef(ticket.table, ticket.id), urgent=True)
    more = len(file.open_tickets) - SHOWN_TICKETS
    if more > 0:
        text = ngettext("{count} more open ticket", "{count} more open tickets", more).format(count=more)
        yield CardLine("ticket", text, ref=LineRef("customers", file.customer.id), urgent=True)


def ticket_reasons(ticket: Ticket, now: datetime, settings: Settings) -> tuple[str, ...]:
    """Why a ticket stands where it stands: severity, age, whose it is, a deadline set outside."""
    reasons = [_("severity {severity}").format(severity=label(ticket.severity))]
    opened = ticket.opened_at or ticket.created_at
    if opened is not None and ticket.is_open:
        days = (now - opened).days
        reasons.append(ngettext("open for {count} day", "open for {count} days", days).format(count=days))
    if ticket.external_due is not None and ticket.is_open:
        today = now.astimezone(settings.zone).date()
        due = show_due(ticket.external_due.isoformat(), settings.zone, today)
        reasons.append(_("deadline set outside: {due}").format(due=due))
    if ticket.state is TicketState.RESOLVED:
        reasons.append(_("the customer has still to be asked"))
    if ticket.reopened:
        count = ticket.reopened
        reasons.append(ngettext("reopened {count} time", "reopened {count} times", count).format(count=count))
    if ticket.assignee:
        reasons.append(_("with {who}").format(who=ticket.assignee))
    return tuple(reasons)


def _last(file: CustomerFile, now: datetime, settings: Settings) -> Iterator[CardLine]:
    contact, purchase = file.last_contact, file.last_purchase
    if contact is not None:
        parts = [ago(contact.at, now, settings), label(contact.type)]
        if contact.outcome is not None:
            parts.append(label(contact.outcome))
        parts.append(contact.text.replace("\n", " "))
        reason = _("logged by {who}").format(who=contact.staff or contact.created_by or "?")
        text = "  ".join(part for part in parts if part)
        yield CardLine("last_contact", text, (reason,), LineRef(contact.table, contact.id))
    if purchase is not None:
        what = _comma().join(item.name for item in purchase.items) or purchase.note
        money = show_amount(purchase.total, settings.currency)
        text = "  ".join(part for part in (ago(purchase.at, now, settings), money, what) if part)
        total = ngettext(
            "{count} purchase, {money} in all", "{count} purchases, {money} in all", file.purchase_count
        )
        total = total.format(
            count=file.purchase_count, money=show_amount(file.purchase_total, settings.currency)
        )
        yield CardLine("last_purchase", text, (total,), LineRef(purchase.table, purchase.id))
    if file.customer.usual_order:
        yield CardLine("usual_order", file.customer.usual_order, ref=LineRef("customers", file.customer.id))


def ago(moment: datetime, now: datetime, settings: Settings) -> str:
    """How long ago, in the shop's days: "today 09:30", "yesterday", "5 days ago", or the date."""
    local, today = moment.astimezone(settings.zone), now.astimezone(settings.zone).date()
    days = (today - local.date()).days
    if days == 0:
        return _("today {time}").format(time=f"{local:%H:%M}")
    if days == 1:
        return _("yesterday")
    if 1 < days <= 30:
        return ngettext("{count} day ago", "{count} days ago", days).format(count=days)
    return local.date().isoformat()


def _near_dates(customer: Customer, today: date) -> Iterator[CardLine]:
    for entry in customer.dates:
        days = days_until(entry, today)
        if days is None or days > BIRTHDAY_DAYS:
            continue
        if days == 0:
            text = _("{what} today").format(what=label(entry.kind))
        else:
            text = ngettext("{what} in {count} day", "{what} in {count} days", days).format(
                what=label(entry.kind), count=days
            )
        reason = f"{entry.month:02d}-{entry.day:02d}"
        yield CardLine("birthday", text, (reason,), LineRef("customers", customer.id))


def days_until(entry: ImportantDate, today: date) -> int | None:
    """Days until the date comes round again; None for lunar dates, which a later version computes.

    The 29th of February is kept on the 28th in years that have none.
    """
    if entry.calendar is Calendar.LUNAR:
        return None
    for year in (today.year, today.year + 1):
        try:
            day = date(year, entry.month, entry.day)
        except ValueError:
            day = date(year, entry.month + 1, 1) - timedelta(days=1)
        if day >= today:
            return (day - today).days
    return None


def _how(customer: Customer) -> Iterator[CardLine]:
    advice = strategy(customer.temperament)
    if advice:
        text = f"{label(customer.temperament)}: {advice}"
        reason = _("How to tell: {signs}.").format(signs=signs(customer.temperament))
        yield CardLine("temperament", text, (reason,), LineRef("customers", customer.id))
    if customer.note:
        yield CardLine("note", customer.note.replace("\n", " "), ref=LineRef("customers", customer.id))


def _ask(file: CustomerFile) -> Iterator[CardLine]:
    """What is missing in the file, the most useful first: one thing to ask in this call."""
    customer = file.customer
    missing = []
    if not customer.phones:
        missing.append(_("phone"))
    if not customer.name:
        missing.append(field_label("customers", "name"))
    if not customer.call_as:
        missing.append(field_label("customers", "call_as"))
    if (
        not any(entry.kind is DateKind.BIRTHDAY for entry in customer.dates)
        and customer.kind.value == "person"
    ):
        missing.append(label(DateKind.BIRTHDAY))
    if not customer.usual_order and file.purchase_count:
        missing.append(field_label("customers", "usual_order"))
    if missing:
        reason = _("Missing in the file: {list}.").format(list=_comma().join(missing))
        yield CardLine("ask", missing[0], (reason,), LineRef("customers", customer.id))


def _comma() -> str:
    return _(", ")
