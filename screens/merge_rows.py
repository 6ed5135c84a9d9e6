"""The lines of the merge: two files side by side, field by field, and which side of each stays."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from locales import N_, _, ngettext
from store.phone_text import spoken
from store.records.customer import ContactPoint, Customer, ExternalId, Fact, ImportantDate, customer_number
from store.records.field_words import field_label
from store.records.kinds import Calendar
from store.records.labels import label
from store.rules.merging import FIELDS, Side, differs, is_set, sides_of, united, usual_side
from widgets.row_list import Column
from widgets.safe_text import Cell, CellLike

if TYPE_CHECKING:
    from store.rules.customer_file import CustomerFile

STAYS: Final = "number"
"""The key of the line that says which of the two stays."""
HANGING: Final = "hanging"
"""The key of the line that says what goes over."""

COLUMNS: Final = (Column(width=16), Column(share=1), Column(width=3), Column(share=1))

LEFT, BOTH, RIGHT = "left", "both", "right"
SIGNS: Final = {LEFT: "<--", BOTH: "<->", RIGHT: "-->", "": " = "}
WORDS: Final = {LEFT: N_("left"), BOTH: N_("both"), RIGHT: N_("right")}


@dataclass(frozen=True)
class MergeLine:
    """One line: a field of both, and what was chosen.

    Attributes:
        key: the field, or `STAYS`, `HANGING`.
        chosen: LEFT, BOTH or RIGHT; "" where there is nothing to choose.
        choices: what can be chosen, from left to right.
        result: what it will be.
    """

    key: str
    title: str
    left: str
    right: str
    chosen: str
    choices: tuple[str, ...] = ()
    result: str = ""

    def stepped(self, by: int) -> str:
        """The choice one step further to the left or to the right."""
        if not self.choices:
            return self.chosen
        at = self.choices.index(self.chosen) + by
        return self.choices[max(0, min(at, len(self.choices) - 1))]

    def cells(self) -> tuple[CellLike, ...]:
        """How it looks: what stays is bold, what goes dim."""
        both = self.chosen in (BOTH, "")
        return (
            Cell(self.title, "dim"),
            Cell(self.left, "bold" if self.chosen == LEFT else "" if both else "dim"),
            SIGNS[self.chosen],
            Cell(self.right, "bold" if self.chosen == RIGHT else "" if both else "dim"),
        )


@dataclass
class Merge:
    """Two files and what was chosen so far.

    Attributes:
        files: left and right.
        right_stays: which of the two customers the other becomes.
        chosen: what a person chose, by field; the others take what loses nothing.
    """

    files: tuple[CustomerFile, CustomerFile]
    right_stays: bool
    chosen: dict[str, str]

    @classmethod
    def of(cls, left: CustomerFile, right: CustomerFile) -> Merge:
        """With the customer on the right staying only where more hangs on it."""
        return cls((left, right), _weight(right) > _weight(left), {})

    @property
    def winner(self) -> Customer:
        """Who stays."""
        return self.files[self.right_stays].customer

    @property
    def loser(self) -> Customer:
        """Who becomes the other."""
        return self.files[not self.right_stays].customer

    @property
    def sides(self) -> dict[str, Side]:
        """What was chosen, in the words of the action."""
        return {field: self._side(choice) for field, choice in self.chosen.items()}

    @property
    def keep(self) -> tuple[str, ...]:
        """The same as the action takes it; of every field, so that what was seen is what is done."""
        return tuple(f"{field}:{self._side_of(field).value}" for field in FIELDS)

    def choose(self, line: MergeLine, choice: str) -> None:
        """Take `choice` in `line`."""
        if line.key == STAYS:
            self.right_stays = choice == RIGHT
        elif choice in line.choices:
            self.chosen[line.key] = choice

    def lines(self) -> list[MergeLine]:
        """All lines: who stays, the fields of which either has something, what goes over."""
        left, right = (file.customer for file in self.files)
        stays = RIGHT if self.right_stays else LEFT
        found = [
            MergeLine(STAYS, _("stays"), left.number, right.number, stays, (LEFT, RIGHT), self.winner.number)
        ]
        found += [self._line(field) for field in FIELDS if is_set(left, field) or is_set(right, field)]
        texts = [hanging_text(file) for file in self.files]
        found.append(MergeLine(HANGING, _("history"), texts[0], texts[1], BOTH, (), _("all of it stays")))
        return found

    def _line(self, field: str) -> MergeLine:
        left, right = (file.customer for file in self.files)
        result = field_text(field, united(self.winner, self.loser, self.sides, field))
        title = field_label("customers", field)
        texts = (field_text(field, getattr(left, field)), field_text(field, getattr(right, field)))
        if not differs(self.winner, self.loser, field):
            return MergeLine(field, title, *texts, "", (), result)
        choices = tuple(choice for choice in WORDS if self._side(choice) in sides_of(field))
        return MergeLine(field, title, *texts, self._choice(self._side_of(field)), choices, result)

    def _side_of(self, field: str) -> Side:
        return self.sides.get(field) or usual_side(self.winner, self.loser, field)

    def _side(self, choice: str) -> Side:
        if choice == BOTH:
            return Side.BOTH
        return Side.WINNER if (choice == RIGHT) is self.right_stays else Side.LOSER

    def _choice(self, side: Side) -> str:
        if side is Side.BOTH:
            return BOTH
        return RIGHT if (side is Side.WINNER) is self.right_stays else LEFT


def _weight(file: CustomerFile) -> int:
    return file.interaction_count + file.purchase_count + len(file.tickets) + len(file.follow_ups)


def hanging_text(file: CustomerFile) -> str:
    """What hangs on a customer, in numbers."""
    counts = (
        (file.interaction_count, ngettext("{count} contact", "{count} contacts", file.interaction_count)),
        (file.purchase_count, ngettext("{count} purchase", "{count} purchases", file.purchase_count)),
        (len(file.tickets), ngettext("{count} ticket", "{count} tickets", len(file.tickets))),
        (len(file.follow_ups), ngettext("{count} follow-up", "{count} follow-ups", len(file.follow_ups))),
    )
    return _(", ").join(text.format(count=count) for count, text in counts if count) or _("nothing yet")


def field_text(field: str, value: Any) -> str:
    """The value of a field in one line."""
    if field == "referrer":
        return customer_number(value) if value else ""
    if isinstance(value, enum.Enum):
        return label(value) if value.value != "unknown" else ""  # type: ignore[arg-type]
    if isinstance(value, tuple):
        return _(", ").join(_item_text(item) for item in value)
    return " ".join(str(value).split())


def _item_text(item: Any) -> str:
    if isinstance(item, ContactPoint):
        return spoken(item.shown_number) if item.is_phone else item.value
    if isinstance(item, ImportantDate):
        return f"{label(item.kind)} {_day(item)}"
    if isinstance(item, ExternalId):
        return f"{item.source} {item.value}"
    if isinstance(item, Fact):
        return f"{item.name} {item.value}"
    return str(item)


def _day(item: ImportantDate) -> str:
    day = f"{item.month:02d}-{item.day:02d}"
    shown = f"{item.year}-{day}" if item.year else day
    return _("{day} (lunar)").format(day=shown) if item.calendar is Calendar.LUNAR else shown
