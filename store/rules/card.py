"""The call card: what a clerk must know before the first word, in the order in which it is spoken.

Each line carries its reasons and, where it stands for a record, which one. `groups` makes at most seven of them: who,
red note, what we owe, open tickets, what was last, how to treat them, the one thing to ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from locales import _, ngettext
from store.records.customer import Customer, ImportantDate
from store.records.field_words import field_label
from store.records.follow_up import FollowUp
from store.records.kinds import Calendar, CustomerKind, CustomerStatus, DateKind, TicketState
from store.records.labels import label
from store.records.money import show_amount
from store.records.setting import Settings
from store.records.ticket import Ticket
from store.rules.customer_file import CustomerFile
from store.rules.lunar import nearest_lunar
from store.rules.rings import RingView, missed_reasons
from store.rules.temperament import signs, strategy
from store.rules.when import days_late, show_due

SHOWN_FOLLOW_UPS = 9
SHOWN_TICKETS = 5
BIRTHDAY_DAYS = 7
"""A birthday counts as near within a week: time enough to prepare something."""
STALE_DAYS = 365
"""A file that nobody has changed for so long is asked about."""
EXPIRES_DAYS = 3
"""A number that platforms hand out is asked for anew so long before it ends."""

GROUPS = (
    ("name",),
    ("red_note",),
    ("promise", "ring", "taken", "follow_up", "birthday"),
    ("ticket",),
    ("last_contact", "last_purchase", "usual_order"),
    ("temperament", "note"),
    ("ask",),
)
"""The seven lines of a card on a small screen, by the kinds of what stands in each."""


@dataclass(frozen=True)
class LineRef:
    """The record that a line of the card stands for."""

    table: str
    id: int


@dataclass(frozen=True)
class CardLine:
    """One line of the card.

    Attributes:
        kind: name, red_note, promise, ring (a call nobody took), taken (one not logged), follow_up, birthday, ticket,
            last_contact, last_purchase, usual_order, temperament, note or ask.
        text: what the clerk reads; user text in it is as the user wrote it.
        reasons: why the line is there, for who asks.
        urgent: whether it wants a colour (an overdue promise, a red note).
    """

    kind: str
    text: str
    reasons: tuple[str, ...] = ()
    ref: LineRef | None = None
    urgent: bool = False


def card_lines(
    file: CustomerFile, now: datetime, settings: Settings, missed: Iterable[RingView] = ()
) -> tuple[CardLine, ...]:
    """The lines of the card of `file.customer` at `now` (UTC); `missed` are calls of theirs that nobody logged."""
    today = now.astimezone(settings.zone).date()
    return (
        *_who(file.customer),
        *_owed(file, now, settings, missed),
        *_near_dates(file.customer, today),
        *_tickets(file, now, settings),
        *_last(file, now, settings),
        *_how(file.customer),
        *_ask(file, today, settings),
    )


def groups(lines: Iterable[CardLine]) -> list[tuple[CardLine, ...]]:
    """The lines of a card as at most seven groups, in the order in which a clerk speaks; each becomes one line."""
    found = list(lines)
    return [group for kinds in GROUPS if (group := tuple(line for line in found if line.kind in kinds))]


def _who(customer: Customer) -> Iterator[CardLine]:
    name = customer.shown_name
    parts = [customer.call_as, name] if customer.call_as and customer.call_as != name else [name]
    if customer.company and customer.company != customer.shown_name:
        parts.append(customer.company)
    if customer.status is not CustomerStatus.ACTIVE:
        parts.append(label(customer.status))
    reasons = (_("First how to address them, then the name in the file."),) if len(parts) > 1 else ()
    yield CardLine("name", "  ".join(parts), reasons, LineRef("customers", customer.id))
    if customer.red_note:
        reason = _("Written in the red note of the file.")
        yield CardLine(
            "red_note", customer.red_note, (reason,), LineRef("customers", customer.id), urgent=True
        )


def _owed(
    file: CustomerFile, now: datetime, settings: Settings, missed: Iterable[RingView]
) -> Iterator[CardLine]:
    """Promises, the longest overdue first; calls nobody took; what else is to be done."""
    waiting = sorted(
        file.open_follow_ups, key=lambda entry: (not entry.is_promise, entry.due_at(settings.zone), entry.id)
    )
    shown = waiting[:SHOWN_FOLLOW_UPS]
    yield from (_follow_up_line(entry, now, settings) for entry in shown if entry.is_promise)
    for view in missed:
        text = _("rang {when}, nothing logged").format(when=ago(view.interaction.at, now, settings))
        ref = LineRef("interactions", view.interaction.id)
        kind = "taken" if view.taken_by else "ring"
        yield CardLine(kind, text, missed_reasons(view, settings), ref, urgent=True)
    yield from (_follow_up_line(entry, now, settings) for entry in shown if not entry.is_promise)
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
        since = ngettext("open for {count} day", "open for {count} days", days).format(count=days)
        reasons.append(since if days else _("open for less than a day"))
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
        reason = _("Written in the file as the usual order.")
        ref = LineRef("customers", file.customer.id)
        yield CardLine("usual_order", file.customer.usual_order.replace("\n", " "), (reason,), ref)


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
    """Days until the date comes round again in its own calendar; None outside the years that are known.

    The 29th of February is kept on the 28th in years that have none.
    """
    if entry.calendar is Calendar.LUNAR:
        lunar = nearest_lunar(today, entry.month, entry.day, leap=entry.leap)
        return None if lunar is None else (lunar - today).days
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
        text = _("{label}: {text}").format(label=label(customer.temperament), text=advice)
        reason = _("How to tell: {signs}.").format(signs=signs(customer.temperament))
        yield CardLine("temperament", text, (reason,), LineRef("customers", customer.id))
    if customer.note:
        reason = _("The remark in the file.")
        yield CardLine("note", customer.note.replace("\n", " "), (reason,), LineRef("customers", customer.id))


def _ask(file: CustomerFile, today: date, settings: Settings) -> Iterator[CardLine]:
    """The one question to ask in this call: the most useful thing that is missing in the file, or may be stale."""
    customer = file.customer
    questions = [*_missing(file, today), *_stale(customer, today, settings)]
    if questions:
        _field, question = questions[0]
        reason = _("Missing or old in the file: {list}.").format(
            list=_comma().join(field for field, _question in questions)
        )
        yield CardLine("ask", question, (reason,), LineRef("customers", customer.id))


def _missing(file: CustomerFile, today: date) -> Iterator[tuple[str, str]]:
    """What the file does not say, with the question that finds it out."""
    customer = file.customer
    lasting = [
        point
        for point in customer.contacts
        if point.is_phone
        and point.invalid_since is None
        and (point.expires_on is None or (point.expires_on - today).days > EXPIRES_DAYS)
    ]
    if not lasting:
        yield _("phone"), _("On which number can we reach you?")
    if not customer.name:
        yield field_label("customers", "name"), _("Whom am I speaking with?")
    if not customer.call_as:
        yield field_label("customers", "call_as"), _("How may we call you?")
    is_person = customer.kind is CustomerKind.PERSON
    if is_person and not any(entry.kind is DateKind.BIRTHDAY for entry in customer.dates):
        yield label(DateKind.BIRTHDAY), _("When is your birthday?")
    if not customer.usual_order and file.purchase_count:
        yield field_label("customers", "usual_order"), _("What do you like best of ours?")


def _stale(customer: Customer, today: date, settings: Settings) -> Iterator[tuple[str, str]]:
    """What the file says, but has not been looked at for a year."""
    changed = customer.updated_at or customer.created_at
    if changed is None or not customer.phones:
        return
    days = (today - changed.astimezone(settings.zone).date()).days
    if days > STALE_DAYS:
        old = _("unchanged since {day}").format(day=changed.astimezone(settings.zone).date().isoformat())
        yield old, _("Are your number and address still the same?")


def _comma() -> str:
    return _(", ")
