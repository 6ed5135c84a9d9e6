"""`history` and `undo`: who did what, and taking it back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from locales import _
from store.commands.call import Answer, Call, backup_when_due
from store.commands.doing import number_words
from store.errors import Refused, Usage

if TYPE_CHECKING:
    from store.history import HistoryChange, HistoryEntry
    from store.records.setting import Settings
    from store.shop import Done, Shop

MOST_FOR_PEOPLE: Final = 100
MOST_FOR_PROGRAMS: Final = 1000
"""So many of the newest actions `history` gives where it is not told otherwise."""
SHOWN_CHANGES: Final = 12
"""So many changes of one action are told to people; an import has thousands."""
LONGEST_VALUE: Final = 60


def history(call: Call) -> Answer:
    """Who did what, newest first; of the whole shop or of one customer."""
    arguments = call.arguments
    with call.open_shop() as shop:
        wanted = " ".join(arguments.customer)
        customer = shop.customers.resolve(wanted).id if wanted.strip() else None
        limit = arguments.limit or (MOST_FOR_PROGRAMS if call.json else MOST_FOR_PEOPLE)
        found = shop.history(customer=customer, day=day_of(shop, arguments.day), limit=limit)
        from store.commands.shapes import history_json

        return call.answer(
            lambda: {"actions": [history_json(entry) for entry in found]},
            lambda: [line for entry in found for line in _entry_lines(entry, shop.settings)],
            remarks=() if found else (_("Nothing was done yet."),),
        )


def day_of(shop: Shop, text: str | None) -> date | None:
    """The day that `--day` names, in the shop's zone; None without.

    Raises:
        Usage: it is no day.
    """
    if text is None:
        return None
    from store.rules.when import parse_day

    try:
        return parse_day(text, shop.now(), shop.settings.zone, day_first=shop.settings.day_first)
    except Refused as error:
        raise Usage(f"--day: {error.message}") from error


def _entry_lines(entry: HistoryEntry, settings: Settings) -> Iterator[str]:
    from store.records.value_words import local_time

    notes = []
    if entry.undoes is not None:
        notes.append(_("takes back action {action}").format(action=entry.undoes))
    if entry.undone_by is not None:
        notes.append(_("taken back by action {action}").format(action=entry.undone_by))
    note = f"  ({'; '.join(notes)})" if notes else ""
    yield f"{entry.action}  {local_time(entry.at, settings)}  {entry.by or '?'}  {entry.title}{note}"
    changes = entry.changes
    for change in changes[:SHOWN_CHANGES]:
        yield "     " + change_words(change, settings)
    if len(changes) > SHOWN_CHANGES:
        yield "     " + _("and {count} more changes").format(count=len(changes) - SHOWN_CHANGES)


def change_words(change: HistoryChange, settings: Settings) -> str:
    """One change in words: "customer C000012, phone: … → …"."""
    from store.records.field_words import table_label, unit_label
    from store.records.value_words import record_words, value_words

    which = f"{table_label(change.table)} {number_words(change.table, change.id)}"
    if not change.field:
        words = _cut(record_words(change.table, change.after or change.before or {}, settings))
        sentence = _("{record} new: {text}") if change.before is None else _("{record} deleted: {text}")
        return sentence.format(record=which, text=words)
    return _("{record}, {unit}: {before} → {after}").format(
        record=which,
        unit=unit_label(change.table, change.field, change.after or change.before),
        before=_cut(value_words(change.table, change.field, change.before, settings)),
        after=_cut(value_words(change.table, change.field, change.after, settings)),
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def undo(call: Call) -> Answer:
    """Take back an action, or the caller's own last one. What others changed since stays, and is listed."""
    with call.open_shop() as shop:
        done = shop.undo(call.arguments.action)
        remarks = backup_when_due(shop, done.action)
        undone = _undone(shop, done)
        from store.commands.shapes import done_json

        return call.answer(
            lambda: {**done_json(done), "undoes": undone},
            lambda: _undo_lines(shop, done, undone),
            status=1 if done.left else 0,
            remarks=remarks,
        )


def _undone(shop: Shop, done: Done) -> int | None:
    commit = shop.database.commit(done.action) if done.action is not None else None
    found = commit.meta.get("undoes") if commit is not None else None
    return found if isinstance(found, int) else None


def _undo_lines(shop: Shop, done: Done, undone: int | None) -> Iterator[str]:
    from store.actions import action_title
    from store.records.field_words import table_label, unit_label
    from store.records.value_words import local_time

    commit = shop.database.commit(undone) if undone is not None else None
    if commit is not None:
        moment = local_time(datetime.fromisoformat(commit.at), shop.settings)
        yield _("Taken back: {title} (action {action}, {who}, {when}).").format(
            title=action_title(commit.kind), action=commit.action, who=commit.by or "?", when=moment
        )
    for ref in done.changed[:SHOWN_CHANGES]:
        yield f"  {table_label(ref.table)} {number_words(ref.table, ref.id)}"
    if len(done.changed) > SHOWN_CHANGES:
        yield "  " + _("and {count} more").format(count=len(done.changed) - SHOWN_CHANGES)
    if done.left:
        yield _("Left as it is:")
    for left in done.left:
        unit = f", {unit_label(left.table, left.unit)}" if left.unit else ""
        yield f"  {table_label(left.table)} {number_words(left.table, left.id)}{unit}: {left.reason}"
