"""How one answer of the look-up looks: who it is, how to reach them, and what matched or where they are from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import ngettext
from store.phone_text import extension_of, extension_words, marked_digits, spoken
from widgets.cells import Cell, CellLike, Column, Span

if TYPE_CHECKING:
    from store.first_rows import FirstRow
    from store.lookup.match import Mark, Match

GUESSES: Final = ("digits", "slip")
"""The reasons of a match that lie in what was typed."""

COLUMNS = (Column(share=1), Column(width=15), Column(share=1))
"""Name and form of address; telephone number; what else matched, company, tags."""


def match_cells(match: Match | FirstRow) -> tuple[CellLike, ...]:
    """The cells of one answer."""
    rest: list[Mark] = list(match.marks)
    name, (phone, ext) = _name(match, rest), _phone(match, rest)
    return (name, phone, _more(match, rest, extension_words(ext)))


def _name(match: Match | FirstRow, rest: list[Mark]) -> CellLike:
    """The name with what matched in it marked, then the form of address. Takes the marks it shows out of `rest`."""
    name = match.name or match.company or match.number
    call_as = match.call_as if match.call_as != name else ""
    text = f"{name} ({call_as})" if call_as else name
    spans: list[Span] = []
    for mark in list(rest):
        offset = {name: 0, call_as: len(name) + 2}.get(mark.text)
        if mark.field not in ("tag", "company") and mark.text and offset is not None:
            spans.append((offset + mark.start, offset + mark.end))
            rest.remove(mark)
    return Cell(text, marks=tuple(sorted(spans)))


def _phone(match: Match | FirstRow, rest: list[Mark]) -> tuple[CellLike, str]:
    """The number that matched, else the first one, in groups; and its extension, for which the column has no room."""
    for mark in list(rest):
        if mark.field == "phone":
            rest.remove(mark)
            number, ext = extension_of(mark.text)
            shown = spoken(number)
            marks = marked_digits(shown, mark.text[mark.start : mark.end].lstrip("+"))
            return Cell(shown, marks=marks), ext
    number, ext = extension_of(match.phones[0]) if match.phones else ("", "")
    return spoken(number), ext


def _more(match: Match | FirstRow, rest: list[Mark], ext: str) -> CellLike:
    """The extension; what matched elsewhere, marked; then company and tags where they are not said already."""
    parts: list[tuple[str, tuple[Span, ...]]] = [(ext, ())] if ext else []
    parts += [(mark.text, ((mark.start, mark.end),)) for mark in rest]
    said = {mark.text for mark in rest}
    parts += [(text, ()) for text in (match.company, *match.tags) if text and text not in said]
    text, spans = "", list[Span]()
    for part, marks in parts:
        text = f"{text}  " if text else ""
        spans += [(len(text) + start, len(text) + end) for start, end in marks]
        text += part
    return Cell(text, marks=tuple(spans))


def everybody(count: int) -> str:
    """How many customers there are."""
    return ngettext("{count} customer", "{count} customers", count).format(count=f"{count:,}")


def with_marks(old: Match, new: Match) -> Match:
    """The row `new`, with what the query had matched in `old` still marked where nothing changed."""
    same = (old.name, old.call_as, old.phones, old.company, old.tags) == (
        new.name,
        new.call_as,
        new.phones,
        new.company,
        new.tags,
    )
    if not same or old.status != new.status:
        return new
    # What is open of the customer may be done meanwhile; how what was typed was read stays as it is.
    reasons = (*(one for one in old.reasons if one in GUESSES), *new.reasons)
    if reasons == old.reasons:
        return old
    # Not at the top: the first rows are drawn before it is there.
    from msgspec.structs import replace

    return replace(old, reasons=reasons)
