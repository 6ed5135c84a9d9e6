"""`do`: any action by its name, from text; and the list of them all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, get_args

from locales import _
from store.commands.call import Answer, Call, backup_when_due
from store.commands.output import GAP, cells, hanging, table
from store.errors import Refused, Usage

if TYPE_CHECKING:
    from store.actions import ActionSpec, FieldSpec
    from store.shop import Done, Shop

WIDTH: Final = 80
"""Columns of the narrowest terminal that is common."""

SAY_IT_ALL: Final = frozenset({"customers", "exact_customers", "tickets", "money", "due", "moment"})
"""Fields whose help says by itself what is to be typed."""


def do(call: Call) -> Answer:
    """Do one action, or list them."""
    from store.actions import catalogue, find_action

    arguments = call.arguments
    name: str | None = arguments.action
    if arguments.help and name is None:
        return Answer(lines=(*arguments.help_text.splitlines(), "", *_title_lines(catalogue.values())))
    if arguments.help or arguments.list:
        return _catalogue_answer(call, [find_action(name)] if name else list(catalogue.values()))
    if name is None:
        hint = _("See: {command}").format(command="crm-tui do --list")
        raise Usage(_("Name an action. {hint}").format(hint=hint))
    values = field_values(arguments.fields)
    spec = find_action(name)
    _check_fields(spec, values)
    with call.open_shop() as shop:
        try:
            done = shop.do(spec.name, **values)
        except Refused as refusal:
            raise _as_typed(refusal, values) from refusal
        remarks = (*likely_remarks(done), *backup_when_due(shop, done.action))
        from store.commands.shapes import done_json

        return call.answer(
            lambda: {**done_json(done), **_erasure_json(done)},
            lambda: [*done_lines(shop, done), *_erasure_lines(done)],
            remarks=remarks,
        )


def _as_typed(refusal: Refused, values: Mapping[str, str]) -> Refused:
    """The refusal, naming the field as it was typed here; screens name it by its label."""
    field = str(refusal.details.get("field", ""))
    wrong: Mapping[str, str] = refusal.details.get("fields", {})
    names = [field] if field in values else list(wrong)
    if not names or any(name not in values or name not in wrong for name in names):
        return refusal
    return Refused("; ".join(f"{name}: {wrong[name]}" for name in names), **refusal.details)


def _erasure_json(done: Done) -> dict[str, Any]:
    """What came of erasing a customer, where that was done."""
    from store.erasing import Erasure

    if not isinstance(done.report, Erasure):
        return {}
    found = done.report
    return {
        "rewritten": list(found.rewritten),
        "removed": list(found.removed),
        "unreached": [{"file": path, "reason": why} for path, why in found.unreached],
        "mentions": [{"table": table, "id": record_id} for table, record_id in found.mentions],
    }


def _erasure_lines(done: Done) -> Iterable[str]:
    from store.erasing import Erasure, sentences

    return sentences(done.report) if isinstance(done.report, Erasure) else ()


def likely_remarks(done: Done) -> tuple[str, ...]:
    """What is to be said besides: who is probably known already, which numbers were read anew."""
    from store.actions.likely import likely_in
    from store.actions.reading_again import NumbersRead

    if isinstance(done.report, NumbersRead):
        return done.report.sentences()
    return tuple(
        _("Probably known already: {list}").format(list=entry.sentence())
        for entry in likely_in(done.report)[:3]
    )


def field_values(words: list[str]) -> dict[str, str]:
    """The values in FIELD=VALUE words. `@FILE` reads a file; a value that begins with an @ is written with two.

    Raises:
        Usage: a word without `=`, a field twice, or a file that cannot be read.
    """
    values: dict[str, str] = {}
    for word in words:
        field, equals, value = word.partition("=")
        field = field.strip()
        if not equals or not field:
            raise Usage(_('"{word}" is not FIELD=VALUE.').format(word=word))
        if field in values:
            raise Usage(_("{field} is given twice.").format(field=field))
        if value.startswith("@@"):
            value = value[1:]
        elif value.startswith("@"):
            value = _file_text(field, value[1:])
        values[field] = value
    return values


def _file_text(field: str, name: str) -> str:
    try:
        return Path(name).expanduser().read_text(encoding="utf-8").removesuffix("\n")
    except (OSError, ValueError) as error:
        sentence = _("{field}: the file {path} cannot be read ({reason}). An @ that is meant is written @@.")
        raise Usage(
            sentence.format(field=field, path=name, reason=getattr(error, "strerror", None) or error)
        ) from error


def _check_fields(spec: ActionSpec, values: dict[str, str]) -> None:
    """See that the action has these fields and gets those it needs, before the shop is opened.

    Raises:
        Usage: with a listing of the action's fields.
    """
    try:
        for field in values:
            spec.field(field)
    except Usage as error:
        raise Usage(error.message, **error.details, action=spec.name, listing=field_lines(spec)) from None
    missing = [field.name for field in spec.fields if field.required and field.name not in values]
    if missing:
        sentence = _("{action} needs {fields}.").format(action=spec.name, fields=", ".join(missing))
        raise Usage(sentence, action=spec.name, missing=missing, listing=field_lines(spec))


def _title_lines(specs: Iterable[ActionSpec]) -> list[str]:
    return [_("actions:"), *table([(spec.name, _(spec.title)) for spec in specs], indent="  ")]


def _catalogue_answer(call: Call, chosen: list[ActionSpec]) -> Answer:
    def lines() -> Iterator[str]:
        for spec in chosen:
            yield f"{spec.name}  {_(spec.title)}"
            yield from field_lines(spec)
            yield ""
        yield _("Fields marked * are required.")

    return call.answer(lambda: {"actions": [_spec_json(spec) for spec in chosen]}, lines)


def field_lines(spec: ActionSpec) -> list[str]:
    """The fields of an action with what each takes, required ones marked; no line is wider than a terminal."""
    widest = max((cells(field.name) for field in spec.fields), default=0)
    margin = len("  * ") + widest + len(GAP)
    return [
        line
        for field in spec.fields
        for line in hanging(
            f"  {'*' if field.required else ' '} {field.name}", _field_words(field), margin, WIDTH
        )
    ]


def _field_words(field: FieldSpec) -> str:
    """What a field takes, and what it is for."""
    if field.help and field.meaning in SAY_IT_ALL:
        return _(field.help)
    words = _type_words(field)
    return f"{words}: {_(field.help)}" if field.help else words


def _type_words(field: FieldSpec) -> str:
    """What a field takes. Keys of enumerations stay as they are typed."""
    from store.actions.fields import LIST_OF_RECORDS

    known = {
        "text": _("text"),
        "number": _("number"),
        "yes|no": _("yes|no"),
        "date": _("day"),
        "datetime": _("time"),
        "dict": _("JSON object"),
    }
    words, dots, _rest = field.type.partition(", ...")
    if field.type == LIST_OF_RECORDS:
        record = get_args(field.hint)[0]
        return _("list as JSON, of {fields}").format(fields=", ".join(record.__struct_fields__))
    words = known.get(words, words)
    return _("{kind}; several with commas between").format(kind=words) if dots else words


def _spec_json(spec: ActionSpec) -> dict[str, Any]:
    return {
        "name": spec.name,
        "title": _(spec.title),
        "fields": [
            {
                "name": field.name,
                "type": field.type,
                "required": field.required,
                "help": _(field.help) if field.help else "",
            }
            for field in spec.fields
        ],
    }


def done_lines(shop: Shop, done: Done) -> Iterator[str]:
    """What an action did, for people."""
    from store.actions import action_title

    if done.action is None:
        yield _("Nothing had to be changed.")
        return
    yield _("Done: {title} (action {action}).").format(title=action_title(done.kind), action=done.action)
    yield from table(_ref_rows(shop, done), indent="  ")


def _ref_rows(shop: Shop, done: Done, most: int = 20) -> Iterator[tuple[str, ...]]:
    """The records an action touched: what, number, in one line."""
    from store.records.field_words import table_label
    from store.records.value_words import record_words

    touched = list(dict.fromkeys((*done.created, *done.changed)))
    for ref in touched[:most]:
        document = shop.database.table(ref.table).get(doc_id=ref.id)
        words = record_words(ref.table, dict(document), shop.settings) if isinstance(document, dict) else ""
        sign = "+" if ref in done.created else " "
        yield sign, table_label(ref.table), number_words(ref.table, ref.id), words
    if len(touched) > most:
        yield "", _("and {count} more").format(count=len(touched) - most)


def number_words(table_name: str, record_id: int) -> str:
    """What a person calls a record: C000012, T000045, or the bare id."""
    from store.records.customer import customer_number
    from store.records.ticket import ticket_number

    if table_name == "customers":
        return customer_number(record_id)
    return ticket_number(record_id) if table_name == "tickets" else str(record_id)
