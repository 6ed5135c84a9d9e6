"""What the tabs of a ticket list: its steps, answers, offers, what happened on the way, and its fields."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from locales import _
from screens.rows import Row, shown_time
from store.records.field_words import field_label
from store.records.kinds import Question, Step
from store.records.labels import label
from store.records.money import show_amount
from widgets.safe_text import Cell

if TYPE_CHECKING:
    from store.records.interaction import Interaction
    from store.records.setting import Settings
    from store.records.ticket import Ticket


def step_rows(ticket: Ticket, settings: Settings) -> list[Row]:
    """The six steps, ticked or not, with when and by whom."""
    done = {entry.key: entry for entry in ticket.steps}
    rows: list[Row] = []
    for number, step in enumerate(Step, 1):
        entry = done.get(step)
        tick = "[x]" if entry else "[ ]"
        when = f"{shown_time(entry.at, settings)}  {entry.by}" if entry else ""
        rows.append(Row(step, (tick, f"{number} {label(step)}", Cell(when, "dim")), what=step))
    return rows


def answer_rows(ticket: Ticket) -> list[Row]:
    """The nine questions with what was answered."""
    answers = {entry.key: entry.text for entry in ticket.answers}
    return [
        Row(question, (label(question), answers.get(question, "")), answers.get(question, ""), question)
        for question in Question
    ]


def offer_rows(ticket: Ticket, settings: Settings) -> list[Row]:
    """What was offered, the newest first."""
    rows: list[Row] = []
    for offer in reversed(ticket.resolutions):
        amount = show_amount(offer.amount, settings.currency) if offer.amount else ""
        carried_out = _("carried out") if offer.executed_at else ""
        cells = (
            shown_time(offer.offered_at, settings),
            label(offer.kind),
            Cell(amount, right=True),
            Cell(label(offer.customer_says), "bold"),
            carried_out,
            offer.text,
        )
        said = _("offered by {who}").format(who=offer.offered_by or "?")
        rows.append(Row(offer.key, cells, f"{offer.text}\n{said}".strip(), offer))
    return rows


def history_rows(ticket: Ticket, interactions: Sequence[Interaction], settings: Settings) -> list[Row]:
    """Everything that happened on the way, the newest first."""
    found = sorted(_events(ticket, interactions, settings), key=lambda event: event[0], reverse=True)
    return [
        Row(
            (moment.isoformat(), kind, at),
            (shown_time(moment, settings), Cell(by, "dim"), kind, " ".join(text.split())),
            text,
            what,
        )
        for at, (moment, by, kind, text, what) in enumerate(found)
    ]


def _events(
    ticket: Ticket, interactions: Sequence[Interaction], settings: Settings
) -> Iterator[tuple[datetime, str, str, str, Any]]:
    """(when, by whom, what it was, in which words, the record behind it)."""
    moves = (
        (ticket.opened_at, ticket.created_by, _("opened it"), ticket.text or ticket.subject),
        (ticket.working_at, "", _("took it up"), ""),
        (ticket.resolved_at, "", _("resolved it"), ticket.root_cause),
        (
            ticket.closed_at,
            "",
            _("voided it") if ticket.void_reason else _("closed it"),
            ticket.void_reason,
        ),
    )
    for moment, by, kind, text in moves:
        if moment is not None:
            yield moment, by, kind, text, None
    for note in ticket.notes:
        yield note.at, note.by, _("note"), note.text, None
    for step in ticket.steps:
        yield step.at, step.by, _("step"), label(Step(step.key)), None
    for offer in ticket.resolutions:
        if offer.offered_at is not None:
            amount = show_amount(offer.amount, settings.currency) if offer.amount else ""
            text = "  ".join(part for part in (label(offer.kind), amount, offer.text) if part)
            yield offer.offered_at, offer.offered_by, _("offer"), text, None
        if offer.executed_at is not None:
            yield offer.executed_at, "", _("carried out"), label(offer.kind), None
    for entry in interactions:
        outcome = f"{label(entry.outcome)}  " if entry.outcome else ""
        yield entry.at, entry.staff, label(entry.type), f"{outcome}{entry.text}", entry


def field_rows(ticket: Ticket, settings: Settings) -> list[Row]:
    """What is known about the ticket, field by field."""
    amounts = {key: getattr(ticket, key) for key in ("cost_goods", "cost_cash")}
    accepts = {None: "", True: _("yes"), False: _("no")}[ticket.customer_accepts]
    values = {
        "text": ticket.text,
        "causes": _(", ").join(label(cause) for cause in ticket.causes),
        "channel": label(ticket.channel),
        "product": ticket.product,
        "order_no": ticket.order_no,
        "staff_involved": ticket.staff_involved,
        "assignee": ticket.assignee,
        "external_due": ticket.external_due.isoformat() if ticket.external_due else "",
        "customer_accepts": accepts,
        "satisfaction": str(ticket.satisfaction or ""),
        "root_cause": ticket.root_cause,
        "prevention": ticket.prevention,
        **{key: show_amount(value, settings.currency) if value else "" for key, value in amounts.items()},
        "cost_minutes": str(ticket.cost_minutes or ""),
        "void_reason": ticket.void_reason,
    }
    return [
        Row(
            key,
            (
                Cell(_("what happened") if key == "text" else field_label("tickets", key), "dim"),
                " ".join(text.split()),
            ),
            text,
        )
        for key, text in values.items()
        if text or key in ("text", "causes", "product", "order_no", "root_cause")
    ]
