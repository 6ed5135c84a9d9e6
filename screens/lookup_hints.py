"""What stands between the look-up box and its answers: how to go on typing, or why the chosen row was found."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from locales import _, ngettext
from store.errors import CrmError
from widgets.hint_line import HintLine, Piece

if TYPE_CHECKING:
    from screens.customers import CustomersScreen
    from store.lookup.completing import Completion
    from store.lookup.index import LookupIndex
    from store.lookup.match import Found, Match
    from store.records.customer import Customer
    from widgets.frame import Frame
    from widgets.row_list import RowList

_BEGINS: Final = re.compile(r"(?:^|[\s(（])(?:[:：]|[a-zA-Z]{2,}|[^\x00-\x7f]{1,3}|\S+[:<>=：＜＞＝]\S*)$")
"""What may be the beginning of a filter. One letter is mostly the beginning of a name."""
_NUMBER: Final = re.compile(r"\s*\+?[\d\s().-]+\s*")

_FILTER: Final = re.compile("[:<>=：＜＞＝]")


class LookupHints:
    """The line between box and answers of `screen`.

    Args:
        screen: where the box is.
        rows: the answers.
    """

    def __init__(self, screen: CustomersScreen, rows: RowList[Match]) -> None:
        self._screen = screen
        self._rows = rows
        self._of_number: tuple[Match | None, str] = (None, "")
        self.line = HintLine(id="hint")
        """What is drawn."""

    def completion(self, text: str, cursor: int) -> tuple[int, int, str] | None:
        """What Tab puts into the box, and where."""
        offered = completions(self._screen.desk.lookup, text, cursor)
        return (offered[0].start, offered[0].end, offered[0].text) if offered else None

    def tell(self, frame: Frame | None = None) -> None:
        """Say how to go on typing, or why the chosen row was found; meant for a frame after that of the key.

        Args:
            frame: takes the line, instead of Textual; where it is the very frame of the key.
        """
        if self._screen.is_searching:
            # More rows follow in that frame, and then this is asked again.
            return
        box, chosen = self._screen.box, self._rows.selected
        more = self._of_number[1] if chosen is self._of_number[0] else ""
        said = hints(self._screen.desk.lookup, box.value, box.cursor_position, chosen, more)
        self.line.show(said, frame)

    async def look_closer(self) -> None:
        """Say what the file knows of the number that matched in the chosen row."""
        match = self._rows.selected
        if match is None or match.field != "phone":
            return
        try:
            customer = await self._screen.desk.call(lambda shop: shop.customers.get(match.id))
        except CrmError:
            # Taken away a moment ago: the row goes with the news of it.
            return
        if match is self._rows.selected and (more := about_number(customer, match)):
            self._of_number = (match, more)
            self.tell()


def completions(lookup: LookupIndex, text: str, cursor: int) -> list[Completion]:
    """How one may go on at `cursor` with what is begun there; none where it is already whole."""
    if not _BEGINS.search(text[:cursor]):
        return []
    offered = lookup.complete(text, cursor)
    typed = text[offered[0].start : cursor].casefold() if offered else ""
    return [one for one in offered if one.text.casefold() != typed]


def shown_completions(offered: Sequence[Completion]) -> list[list[Piece]]:
    """The completions as hints: the first as it will be put in, of the others what differs."""
    hints: list[list[Piece]] = []
    first = offered[0].text
    lead = len(first) - len(first.lstrip()) or max(first.rfind(":"), first.rfind(",")) + 1
    for one in offered:
        value = one.text[lead:] if hints and one.text[:lead] == first[:lead] else one.text
        said = [(value, "bold")] + ([(f" {one.hint}", "dim")] if one.hint else [])
        hints.append(said if hints else [("Tab", "chosen"), (" ", ""), *said])
    return hints


def hints(
    lookup: LookupIndex, text: str, cursor: int, chosen: Match | None, more: str = ""
) -> list[list[Piece]]:
    """What to say for the text in the box and the chosen row; nothing where the rows say it all.

    Args:
        more: what else is known of the number that matched.
    """
    if not text.strip():
        return []
    if offered := completions(lookup, text, cursor):
        return shown_completions(offered)
    if chosen is None:
        return []
    from store.lookup.match_words import why

    said = (more, *why(chosen))
    return [[(part, "dim")] for part in said if part]


def about_number(customer: Customer, match: Match) -> str:
    """What is to be known of the number that matched: whose it is, that it is no longer right; "" for nothing."""
    from store.records.kinds import ContactLabel
    from store.records.labels import label

    numbers = {mark.text for mark in match.marks if mark.field == "phone"}
    for point in customer.contacts:
        if numbers & {point.normalized, point.value}:
            parts = [label(point.label)] if point.label is not ContactLabel.SELF else []
            if point.invalid_since is not None:
                parts.append(_("not valid since {day}").format(day=point.invalid_since.isoformat()))
            return "  ".join(parts)
    return ""


def asked_so_far(lookup: LookupIndex, text: str, cursor: int) -> str:
    """What to list while a filter is only begun: the answer to the rest. `text` itself where nothing is."""
    return lookup.so_far(text, cursor) if _FILTER.search(text) else text


def is_number(text: str) -> bool:
    """Whether `text` is a whole telephone number, which one does not type to find a part of one."""
    return bool(_NUMBER.fullmatch(text)) and 10 <= sum(sign.isdigit() for sign in text) <= 15


def how_many(found: Found) -> str:
    """How many answers there are, in a few cells."""
    if found.more:
        return _("{count}+ - keep typing").format(count=len(found.matches))
    count = len(found.matches)
    return ngettext("{count} found", "{count} found", count).format(count=count)


def preparing() -> str:
    """What stands in place of answers while the look-up index is being made."""
    return _("The look-up is being prepared. What you type is answered as soon as that is done.")


def nothing_found(query: str, found: Found | None, lookup: LookupIndex) -> str:
    """What to do where nobody is listed: what was tried, and the one key that adds whoever was looked for."""
    if not query:
        return _("There are no customers yet. F5 adds the first one, Ctrl+N brings in a sheet.")
    if found is not None and found.problem:
        return found.problem
    from store.lookup.filters import parse_filter

    if parse_filter(query) is not None:
        lines = [_("Nobody passes the filter: {query}").format(query=query), *_unknown(query, lookup)]
    else:
        lines = [_("Nobody is called or can be reached as: {query}").format(query=query)]
    if found is not None and found.tried_words:
        lines.append(found.tried_words)
    if offer := _new_customer(query):
        lines += ["", offer]
    return "\n".join(lines)


def _unknown(query: str, lookup: LookupIndex) -> Iterator[str]:
    """Which tags and owners of the filter nobody has, and which there are."""
    from store.lookup.filters import tokens

    for piece in tokens(query):
        key, colon, value = piece.text.partition(":")
        if piece.kind != "clause" or not value or lookup.complete(piece.text, len(piece.text)):
            continue
        there = [one.text.removeprefix(key + colon) for one in lookup.complete(key + colon, len(key) + 1)]
        if there:
            yield _("{key}: there is {list}.").format(key=key, list=_(", ").join(there))


def _new_customer(query: str) -> str:
    """What F5 would begin with; nothing where only filters were typed."""
    from store.lookup.asked import asked_for

    name, phone = asked_for(query)
    if name and phone:
        return _("F5  new customer {name}, number {phone}").format(name=name, phone=phone)
    if phone:
        return _("F5  new customer with the number {phone}").format(phone=phone)
    return _("F5  new customer {name}").format(name=name) if name else ""
