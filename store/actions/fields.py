"""The typed parameters of actions: told from their signatures, read from text, converted from plain values.

The screens pass typed values; `crm-tui do ACTION FIELD=VALUE` passes text. Both go through `converted`.
"""

from __future__ import annotations

import enum
import inspect
import json
import re
import types
import typing
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, Union, get_args, get_origin

import msgspec

from locales import N_, _
from store.actions.spec import ActionSpec, FieldSpec
from store.errors import Refused, Usage
from store.records.base import Item
from store.records.field_words import parameter_label
from store.records.money import parse_amount
from store.records.setting import Settings
from store.text import clean_text


@dataclass(frozen=True)
class Mark:
    """What a parameter means beyond its Python type."""

    meaning: str
    help: str = ""


CustomerId = Annotated[int, Mark("customers", N_("C000012, id:12, or a look-up with one answer"))]
ExactCustomerId = Annotated[
    int,
    Mark(
        "exact_customers", N_("C000012, id:12, or a look-up with one answer; of one that was merged: itself")
    ),
]
TicketId = Annotated[int, Mark("tickets", N_("T000045 or its id"))]
FollowUpId = Annotated[int, Mark("follow_ups", N_("the id of a follow-up"))]
InteractionId = Annotated[int, Mark("interactions", N_("the id of a logged contact"))]
PurchaseId = Annotated[int, Mark("purchases", N_("the id of a purchase"))]
StaffId = Annotated[int, Mark("staff", N_("the id of a member of staff"))]
Money = Annotated[int, Mark("money", N_("an amount, such as 45 or 1,580.50"))]
Due = Annotated[str, Mark("due", N_("a day or a time: 2026-12-01, 2026-12-01 15:00, tomorrow 3pm, +3d"))]
Moment = Annotated[datetime, Mark("moment", N_("a time: 2026-12-01 15:00"))]
Line = Annotated[str, Mark("line")]
"""A single line of text."""


def fields_of(function: Callable[..., Any]) -> list[FieldSpec]:
    """The parameters of an action after its view, in the order of the signature."""
    hints = typing.get_type_hints(function, include_extras=True)
    found: list[FieldSpec] = []
    for parameter in list(inspect.signature(function).parameters.values())[1:]:
        hint = hints[parameter.name]
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            # `**fields: Unpack[SomeFields]`: the keys of the TypedDict are parameters, all optional.
            (shape,) = get_args(hint)
            shape_hints = typing.get_type_hints(shape, include_extras=True)
            required = shape.__required_keys__
            found += [_field(name, kind, required=name in required) for name, kind in shape_hints.items()]
        else:
            found.append(_field(parameter.name, hint, required=parameter.default is inspect.Parameter.empty))
    return found


def _field(name: str, hint: Any, *, required: bool) -> FieldSpec:
    if get_origin(hint) in (typing.Required, typing.NotRequired):
        (hint,) = get_args(hint)
    mark, plain = _unmarked(hint)
    words = _words(plain)
    return FieldSpec(name, words, required, plain, mark.meaning, mark.help)


def _unmarked(hint: Any) -> tuple[Mark, Any]:
    """The mark of a (possibly optional) annotated type, and the type without it."""
    if get_origin(hint) is Annotated:
        plain, *marks = get_args(hint)
        # Of one mark within another, the outer one says more.
        own = [mark for mark in reversed(marks) if isinstance(mark, Mark)]
        meaning = next((mark.meaning for mark in own if mark.meaning), "")
        return Mark(meaning, next((mark.help for mark in own if mark.help), "")), _unmarked(plain)[1]
    if get_origin(hint) in (Union, types.UnionType):
        parts = [_unmarked(part) for part in get_args(hint)]
        mark = next((mark for mark, _plain in parts if mark.meaning), Mark(""))
        return mark, Union[tuple(plain for _mark, plain in parts)]  # noqa: UP007 - built at run time
    return Mark(""), hint


LIST_OF_RECORDS: Final = "list as JSON"


def _words(hint: Any) -> str:
    members = [part for part in (get_args(hint) or (hint,)) if part is not type(None)]
    kind = members[0]
    if get_origin(hint) is tuple:
        is_record = inspect.isclass(kind) and issubclass(kind, msgspec.Struct)
        return LIST_OF_RECORDS if is_record else _words(kind) + ", ..."
    if inspect.isclass(kind) and issubclass(kind, enum.Enum):
        return "|".join(str(member.value) for member in kind)
    return {str: "text", int: "number", bool: "yes|no"}.get(
        kind, getattr(kind, "__name__", str(kind)).lower()
    )


class Reader:
    """Reads the text of `FIELD=VALUE` and plain values into what an action's parameter takes."""

    def __init__(self, settings: Settings, now: datetime, find: Callable[[str, str], int]) -> None:
        """Args: find turns (table, text) into an id and raises NotFound or Ambiguous."""
        self._settings = settings
        self._now = now
        self._find = find

    def converted(self, action: ActionSpec, values: dict[str, Any]) -> dict[str, Any]:
        """`values` as the action takes them.

        Raises:
            Usage: a field that the action does not have, or a required one is missing.
            Refused: a value that cannot be read; names the field.
        """
        missing = [spec.name for spec in action.fields if spec.required and spec.name not in values]
        known = {name: self._value(action.field(name), _clean(value)) for name, value in values.items()}
        if missing:
            raise Usage(
                _("{action} needs {fields}.").format(action=action.name, fields=", ".join(missing)),
                missing=missing,
            )
        return known

    def _value(self, spec: FieldSpec, value: Any) -> Any:
        try:
            plain = self._marked(spec, value)
            if isinstance(plain, str) and spec.hint is not str:
                plain = _from_text(spec.hint, plain)
            return msgspec.convert(plain, spec.hint, strict=False, from_attributes=True)
        except msgspec.MsgspecError as error:
            reason = _misfit(spec.hint, error)
            sentence = _("{value} does not fit ({reason})").format(value=str(value)[:80], reason=reason)
            raise _refused(spec, sentence) from error
        except Refused as error:
            if "fields" in error.details:
                raise
            raise _refused(spec, error.message) from error

    def _marked(self, spec: FieldSpec, value: Any) -> Any:
        if not isinstance(value, str) or (value == "" and type(None) in get_args(spec.hint)):
            return value if value != "" else None
        if spec.meaning in (
            "customers",
            "exact_customers",
            "tickets",
            "follow_ups",
            "interactions",
            "purchases",
            "staff",
        ):
            return self._find(spec.meaning, value)
        if spec.meaning == "money":
            return parse_amount(value, self._settings.currency)
        if spec.meaning == "due":
            from store.rules.when import parse_due

            return parse_due(value, self._now, self._settings.zone, day_first=self._settings.day_first)
        if spec.meaning == "moment":
            from store.rules.when import parse_moment

            return parse_moment(value, self._now, self._settings.zone, day_first=self._settings.day_first)
        if spec.meaning == "line":
            return re.sub(r"\s*[\r\n]+\s*", " ", value)
        return value


def _refused(spec: FieldSpec, problem: str) -> Refused:
    """The refusal of one value. A person reads the field's label; `details["field"]` is the name that commands take."""
    sentence = _("{field}: {problem}").format(field=parameter_label(spec.name), problem=problem)
    return Refused(sentence, fields={spec.name: problem}, field=spec.name)


def _misfit(hint: Any, error: msgspec.MsgspecError) -> str:
    """Why a value does not fit, in a person's words where it is one of those that people type."""
    members = get_args(hint) or (hint,)
    if int in members:
        return _("a whole number is needed")
    if datetime in members or date in members:
        return _("a day is needed, such as 2026-12-01")
    return str(error)


def _clean(value: Any) -> Any:
    """`value` with every text in it fit to be stored."""
    if isinstance(value, str):
        return clean_text(value) if type(value) is str else value
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_clean(part) for part in value)
    if isinstance(value, Item):
        return msgspec.structs.replace(
            value, **{name: _clean(getattr(value, name)) for name in value.__struct_fields__}
        )
    return value


YES = frozenset({"yes", "y", "true", "1", "on", "是", "对"})
NO = frozenset({"no", "n", "false", "0", "off", "否", "不"})


def _from_text(hint: Any, text: str) -> Any:
    """What a person typed, as plain JSON-like data for `msgspec.convert`."""
    parts = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) in (Union, types.UnionType):
        return None if text == "" else _from_text(parts[0], text)
    if get_origin(hint) is tuple or hint is dict or get_origin(hint) is dict:
        return _list_from_text(hint, text)
    if hint is bool:
        folded = text.strip().casefold()
        if folded in YES | NO:
            return folded in YES
        raise Refused(_("{value} is neither yes nor no.").format(value=text))
    return text


def _list_from_text(hint: Any, text: str) -> Any:
    if text.lstrip().startswith(("[", "{")):
        try:
            return json.loads(text)
        except ValueError as error:
            if get_args(hint)[0] is str:
                # Words may begin with a bracket, as in [VIP].
                return _words_of(text)
            raise Refused(
                _("{value} is not JSON: {reason}.").format(value=text[:80], reason=error)
            ) from error
    if get_args(hint)[0] is str or (
        inspect.isclass(get_args(hint)[0]) and issubclass(get_args(hint)[0], enum.Enum)
    ):
        return _words_of(text)
    raise Refused(_("{value}: a list of records is given as JSON.").format(value=text[:80]))


def _words_of(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"[,，、;；]", text) if word.strip()]
