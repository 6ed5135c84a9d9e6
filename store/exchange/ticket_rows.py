"""One row of a table of tickets, read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from locales import _
from store.errors import Refused
from store.exchange import cells
from store.exchange.headers import Column, Heading
from store.exchange.owners import OwnerColumns, OwnerDraft, cell
from store.exchange.purchase_rows import require_columns
from store.exchange.sample import Sample
from store.exchange.sheets import Row
from store.records.kinds import Channel, Severity, TicketState, TicketType
from store.records.setting import Settings

_STATES = (
    (re.compile(r"作废|无效|void|invalid|spam", re.IGNORECASE), TicketState.VOID),
    (re.compile(r"关闭|办结|结案|完成|完结|closed|done", re.IGNORECASE), TicketState.CLOSED),
    (
        re.compile(r"已解决|已处理|已答复|已回复|resolved|solved|answered", re.IGNORECASE),
        TicketState.RESOLVED,
    ),
    (re.compile(r"处理中|进行中|受理|跟进|working|progress|pending", re.IGNORECASE), TicketState.WORKING),
)
_TYPES = (
    (re.compile(r"投诉|抱怨|complaint", re.IGNORECASE), TicketType.COMPLAINT),
    (re.compile(r"咨询|询问|求助|inquiry|question|enquiry", re.IGNORECASE), TicketType.INQUIRY),
    (re.compile(r"退款|refund", re.IGNORECASE), TicketType.REFUND),
    (re.compile(r"退货|return", re.IGNORECASE), TicketType.RETURN),
    (re.compile(r"换货|exchange", re.IGNORECASE), TicketType.EXCHANGE),
    (re.compile(r"维修|报修|修理|repair", re.IGNORECASE), TicketType.REPAIR),
    (re.compile(r"建议|suggest", re.IGNORECASE), TicketType.SUGGESTION),
    (re.compile(r"表扬|感谢|praise|compliment", re.IGNORECASE), TicketType.PRAISE),
)
_TEXTS = ("subject", "text", "product", "order_no", "assignee", "resolution")


class TicketDraft(msgspec.Struct, gc=False, omit_defaults=True):
    """What a row says about a ticket."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""
    owner: OwnerDraft | None = None
    subject: str = ""
    text: str = ""
    product: str = ""
    order_no: str = ""
    assignee: str = ""
    resolution: str = ""
    at: datetime | None = None
    resolved: datetime | None = None
    closed: datetime | None = None
    type: TicketType | None = None
    state: TicketState | None = None
    severity: Severity | None = None
    channel: Channel | None = None
    satisfaction: int | None = None


class TicketRows:
    """Reads the rows of one table of tickets."""

    def __init__(self, heading: Heading, settings: Settings, today: date, sample: Sample) -> None:
        """Args: sample tells the order of day and month.

        Raises:
            Refused: no column says whose the tickets are, or what they are about.
        """
        self.warnings: dict[str, list[int]] = {}
        self._settings, self._today, self._own = settings, today, heading.own
        self._owners = OwnerColumns(heading, settings.region)
        self._columns = {name: next(iter(heading.of(name)), None) for name in _FIELDS}
        require_columns(
            heading,
            owner=self._owners.any,
            subject=bool(self._columns["subject"] or self._columns["text"]),
        )
        self.dates = sample.date_order(
            column.index
            for name, column in self._columns.items()
            if column is not None and name in ("at", "resolved", "closed")
        )
        unused = [column.header for column in heading.of("fact")]
        if unused:
            self.warnings[_("These columns are not used: {columns}.").format(columns=", ".join(unused))] = []

    def read(self, row: Row) -> TicketDraft:
        """What the row says."""
        draft = TicketDraft(row.line, row.cells, row.broken)
        if draft.problem:
            return draft
        draft.owner = self._owners.read(row.cells)
        for name in _TEXTS:
            setattr(draft, name, self._text(row.cells, name))
        try:
            draft.at, draft.resolved, draft.closed = (
                self._moment(row.cells, name) for name in ("at", "resolved", "closed")
            )
        except Refused as error:
            draft.problem = error.message
        kind, state = self._text(row.cells, "type"), self._text(row.cells, "state")
        draft.type = cells.member(TicketType, kind) or _first(_TYPES, kind)
        draft.state = cells.member(TicketState, state) or _first(_STATES, state)
        draft.severity = cells.member(Severity, self._text(row.cells, "severity"))
        draft.channel = cells.member(Channel, self._text(row.cells, "channel"))
        score = self._text(row.cells, "satisfaction")
        draft.satisfaction = int(score) if score in ("1", "2", "3", "4", "5") else None
        return draft

    def _text(self, row: Sequence[str], name: str) -> str:
        column: Column | None = self._columns[name]
        return "" if column is None else cell(row, column, exact=self._own and name in ("subject", "text"))

    def _moment(self, row: Sequence[str], name: str) -> datetime | None:
        text = self._text(row, name)
        if not text:
            return None
        self.dates.notice(text)
        return cells.moment(
            text, self._settings.zone, day_comes_first=self.dates.day_first, today=self._today
        )


_FIELDS = (*_TEXTS, "at", "resolved", "closed", "type", "state", "severity", "channel", "satisfaction")


def _first(rules: tuple[tuple[re.Pattern[str], TicketState | TicketType], ...], text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """What the first rule that fits stands for."""
    return next((member for pattern, member in rules if text and pattern.search(text)), None)
