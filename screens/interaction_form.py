"""A contact that was logged: its fields, and the form that corrects it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from locales import N_, _
from screens.customer_form import CustomerForm
from screens.dates import moment_reader, moment_text
from store.records.base import to_document
from store.records.field_words import field_label
from store.records.interaction import Interaction
from store.records.kinds import Direction, InteractionType, Outcome
from store.records.labels import choices
from store.records.offered import all_words, offered_words
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import TextField
from widgets.text_box import TextBox, TextBoxField

if TYPE_CHECKING:
    from store.shop import Shop

MOODS = ((-2, N_("furious")), (-1, N_("annoyed")), (0, N_("even")), (1, N_("pleased")), (2, N_("delighted")))


SPACED = "#field-next_title { margin: 1 0 0 0; } #field-type { margin: 1 0 0 0; }"


class InteractionFields(CustomerForm[int]):
    """The fields that a contact has when it is logged and when it is corrected."""

    def said(self) -> Iterable[Widget]:
        """How it ended and what was said: a digit ends the one and begins the other; so does any other text."""
        yield ChoiceGridField(
            "outcome",
            field_label("interactions", "outcome"),
            words_of(choices(Outcome)),
            optional=True,
            onward=self._to_the_note,
        )
        yield TextBoxField("text", field_label("interactions", "text"), invitation=self.invitation())

    def invitation(self) -> str:
        """What may be written into the note."""
        return ""

    def circumstances(self) -> Iterable[Widget]:
        """In which way, who began, in what mood, when, with whom."""
        region = self.desk.shop.settings.region
        yield ChoiceGridField(
            "type",
            field_label("interactions", "type"),
            offered_words(InteractionType, region),
            InteractionType.CALL,
            rarely=all_words(InteractionType),
        )
        yield ChoiceField(
            "direction", field_label("interactions", "direction"), words_of(choices(Direction)), Direction.IN
        )
        moods = [(str(mood), _(word)) for mood, word in MOODS]
        yield ChoiceField("mood", field_label("interactions", "mood"), moods, "0")
        yield DueField(
            "at",
            field_label("interactions", "at"),
            read=moment_reader(self.desk.shop, _("(empty: now)")),
        )
        yield TextField("spoke_with", field_label("interactions", "spoke_with"))

    async def ready(self) -> None:
        """The clerk starts with how it ended: one key."""
        self.field("outcome").focus()

    def _to_the_note(self, typed: str) -> None:
        """Go on in the note, with what was typed already."""
        box = self.field("text").focus().editor
        if isinstance(box, TextBox) and (typed.strip() or box.text):
            box.put(typed)


class InteractionForm(InteractionFields):
    """Correct a logged contact. Returns its id.

    Args:
        record: the id of the interaction.
    """

    KIND = "interaction"
    TABLE = "interactions"
    CSS = SPACED
    ABOUT = N_("Correct what was logged. Ctrl+S or F8 saves, Esc leaves.")

    async def ready(self) -> None:
        """What is corrected is mostly the note."""
        self.field("text").focus()

    def what(self) -> str:
        """What the form does."""
        return _("Correct a contact")

    def fields(self) -> Iterable[Widget]:
        """What was said and the circumstances."""
        yield from self.said()
        yield from self.circumstances()

    async def load(self) -> Mapping[str, str]:
        """Read the interaction and its customer."""
        number = self.record or 0

        def read(shop: Shop) -> Interaction:
            return shop.records.get(Interaction, number)

        entry = await self.desk.call(read)
        await self.load_customer(entry.customer)
        self._seen = to_document(entry)
        return {
            "outcome": entry.outcome or "",
            "text": entry.text,
            "type": entry.type,
            "direction": entry.direction,
            "mood": str(entry.mood),
            "at": moment_text(entry.at, self.desk.shop),
            "spoke_with": entry.spoke_with,
        }

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Correct it."""
        changed: dict[str, Any] = {key: value for key, value in values.items() if value != base.get(key)}
        if "outcome" in changed:
            changed["outcome"] = changed["outcome"] or None
        await self.desk.do("interaction.edit", interaction=self.record, base=self._seen, **changed)
        return self.record or 0


def words_of(options: Iterable[tuple[Any, str]]) -> list[tuple[str, str]]:
    """The members of an enumeration with their words, as a field takes them."""
    return [(str(member.value), word) for member, word in options]
