"""One row of a table of purchases, read."""

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
from store.exchange.sample import Sample
from store.exchange.sheets import Row
from store.records.kinds import Channel
from store.records.money import digits, parse_amount
from store.records.setting import Settings

_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?")
_VOID = re.compile(
    r"关闭|取消|作废|未付|待付|等待买家付款|全额退款|退款成功|cancel|void|unpaid|refunded|pending",
    re.IGNORECASE,
)
_PAID = re.compile(r"实付|实收|实际|支付|付款|paid|revenue", re.IGNORECASE)


class PurchaseDraft(msgspec.Struct, gc=False, omit_defaults=True):
    """What a row says about a purchase. Amounts are in minor units; None is an empty cell."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""
    owner: OwnerDraft | None = None
    at: datetime | None = None
    total: int = 0
    order_no: str = ""
    note: str = ""
    item: str = ""
    quantity: int = 1
    price: int | None = None
    returned: int | None = None
    channel: str = ""
    staff: str = ""
    feedback: int | None = None


class PurchaseRows:
    """Reads the rows of one table of purchases."""

    def __init__(self, heading: Heading, settings: Settings, today: date, sample: Sample) -> None:
        """Args: sample tells the order of day and month.

        Raises:
            Refused: no column says whose the purchases are, when, or for how much.
        """
        self.warnings: dict[str, list[int]] = {}
        self._settings, self._today, self._own = settings, today, heading.own
        self._owners = OwnerColumns(heading, settings.region)
        self._at = heading.of("at")
        # What was paid says more than what was asked.
        self._totals = sorted(heading.of("total"), key=lambda column: not _PAID.search(column.header))
        self._first = {name: next(iter(heading.of(name)), None) for name in _SINGLE}
        self._states = heading.of("state")
        self._items = heading.of("item")
        self._decimal_commas = {
            column.index
            for name in ("total", "price", "returned")
            for column in heading.of(name)
            if sample.decimal_comma(column.index)
        }
        require_columns(heading, owner=self._owners.any, total=bool(self._totals), at=bool(self._at))
        self.dates = sample.date_order(column.index for column in self._at)
        unused = [column.header for column in heading.of("fact")]
        if unused and heading.row >= 0:
            self.warnings[_("These columns are not used: {columns}.").format(columns=", ".join(unused))] = []

    def read(self, row: Row) -> PurchaseDraft:
        """What the row says."""
        draft = PurchaseDraft(row.line, row.cells, row.broken)
        if draft.problem:
            return draft
        draft.owner = self._owners.read(row.cells)
        state = next((text for column in self._states if (text := cell(row.cells, column))), "")
        if _VOID.search(state):
            draft.problem = _("the order was not completed: {state}").format(state=state)
            return draft
        try:
            draft.at = self._moment(row.cells)
            draft.total = self._money(row.cells, row.line)
            self._rest(draft, row.cells)
        except Refused as error:
            draft.problem = error.message
        return draft

    def _moment(self, row: Sequence[str]) -> datetime:
        texts = [text for column in self._at if (text := cell(row, column))]
        clock = next((text for text in texts if _CLOCK.fullmatch(text)), "")
        for text in texts:
            if _CLOCK.fullmatch(text):
                continue
            self.dates.notice(text)
            whole = f"{text} {clock}" if clock and ":" not in text else text
            return cells.moment(
                whole, self._settings.zone, day_comes_first=self.dates.day_first, today=self._today
            )
        raise Refused(_("the row has no date"))

    def _money(self, row: Sequence[str], line: int) -> int:
        for column in self._totals:
            text = cell(row, column)
            if text:
                return self._amount(text, column, line)
        raise Refused(_("the row has no amount"))

    def _amount(self, text: str, column: Column, line: int) -> int:
        """Minor units of a cell; what a program computed to four places and more is rounded."""
        if column.index in self._decimal_commas or cells.is_decimal_comma(text):
            text = text.replace(".", "").replace(",", ".")
        if cells.is_computed(text):
            self.warnings.setdefault(_("an amount was rounded to the smallest unit"), []).append(line)
            text = cells.rounded(text, digits(self._settings.currency))
        return parse_amount(text, self._settings.currency)

    def _optional(self, name: str, text: str, line: int) -> int | None:
        column = self._first[name]
        return abs(self._amount(text, column, line)) if text and column is not None else None

    def _rest(self, draft: PurchaseDraft, row: Sequence[str]) -> None:
        text = {
            name: "" if column is None else cell(row, column, exact=self._own and name == "note")
            for name, column in self._first.items()
        }
        draft.order_no, draft.note, draft.staff = text["order_no"].lstrip("'"), text["note"], text["staff"]
        draft.item = " ".join(found for column in self._items if (found := cell(row, column)))
        draft.quantity = (
            max(1, int(float(text["quantity"]))) if re.fullmatch(r"\d{1,9}(\.\d+)?", text["quantity"]) else 1
        )
        draft.price = self._optional("price", text["price"], draft.line)
        draft.returned = self._optional("returned", text["returned"], draft.line)
        channel = cells.member(Channel, text["channel"]) if text["channel"] else None
        draft.channel = channel.value if channel else ""
        if text["channel"] and not channel:
            self.warnings.setdefault(_("a sales channel is not known and was left out"), []).append(
                draft.line
            )
        draft.feedback = int(text["feedback"]) if text["feedback"] in ("1", "2", "3", "4", "5") else None


_SINGLE = ("order_no", "note", "quantity", "price", "returned", "channel", "staff", "feedback")


def require_columns(heading: Heading, **there: bool) -> None:
    """Refuse a table that lacks a column that it cannot do without.

    Raises:
        Refused: names what is missing and how it is said.
    """
    words = {
        "owner": ("id", _("whose they are (a number or a telephone number)")),
        "total": ("total", _("the amount")),
        "at": ("at", _("when")),
        "subject": ("subject", _("what it is about")),
    }
    missing = [words[name] for name, found in there.items() if not found]
    if missing:
        raise Refused(
            _(
                "No column says {what}. Name one, such as --map {field}={column}. The columns are: {columns}."
            ).format(
                what=", ".join(what for _field, what in missing),
                field=missing[0][0],
                column=heading.names[0] if heading.names else "1",
                columns=", ".join(heading.names),
            ),
            columns=list(heading.names),
        )
