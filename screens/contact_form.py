"""F8: what was said in a contact, and what follows from it, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from locales import N_, _, ngettext
from screens.customer_form import CustomerForm
from screens.dates import due_reader, moment_reader, moment_text, spelled_out
from store.errors import Refused
from store.records.base import to_document
from store.records.field_words import field_label
from store.records.interaction import Interaction
from store.records.kinds import Direction, FollowUpKind, InteractionType, Outcome
from store.records.labels import choices
from store.rules.promises import promises_in
from store.rules.rings import NOT_REACHED
from store.rules.when import find_due
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import Field, TextField
from widgets.text_box import TextBox, TextBoxField

if TYPE_CHECKING:
    from store.actions.change import Ref
    from store.rules.rings import RingView
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
            _words(choices(Outcome)),
            optional=True,
            onward=self._to_the_note,
        )
        yield TextBoxField("text", field_label("interactions", "text"))

    def circumstances(self) -> Iterable[Widget]:
        """In which way, who began, in what mood, when, with whom."""
        yield ChoiceGridField(
            "type",
            field_label("interactions", "type"),
            _words(choices(InteractionType)),
            InteractionType.CALL,
        )
        yield ChoiceField(
            "direction", field_label("interactions", "direction"), _words(choices(Direction)), Direction.IN
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


class ContactForm(InteractionFields):
    """Log a contact with a customer, and plan what follows from it. Returns the interaction.

    Args:
        record: the id of the customer.
        subject: `ticket`: the ticket the contact was about; `follow_up`: the open follow-up it was made for; `ring`:
            the call that rang. Without one it is the newest call of the customer that nobody has logged.
    """

    KIND = "log_contact"
    BAR = ("form.save_f8", "form.leave", "house.ticket", "house.phone", "house.help", "house.more")
    CSS = SPACED
    ABOUT = N_(
        "A digit says how it ended; then type what was said. F8 again or Ctrl+S saves."
        " A line that begins with ! is a promise: !tomorrow 3pm call back with the price. It goes on the agenda, for"
        " the day that is shown beneath the note. What else is to be done goes into the lines beneath."
    )

    def what(self) -> str:
        """What the form does."""
        if self._ring is None:
            return _("Log a contact")
        at = self._ring.at.astimezone(self.desk.shop.settings.zone)
        return _("Log the call of {time}").format(time=f"{at:%H:%M}")

    def fields(self) -> Iterable[Widget]:
        """What was said, what follows, and the circumstances."""
        yield from self.said()
        yield TextField("next_title", _("next"))
        yield DueField("next_due", field_label("follow_ups", "due"), read=self._read_due)
        yield ChoiceField(
            "promise", _("promised"), [("no", _("no")), ("yes", _("yes, they were told so"))], "no"
        )
        if self.subject.get("follow_up"):
            settled = [("yes", _("done with this")), ("no", _("still to be done"))]
            yield ChoiceField("finishes", field_label("interactions", "follow_up"), settled, "yes")
        yield from self.circumstances()
        yield ChoiceGridField("next_kind", _("next is a"), _words(choices(FollowUpKind)), FollowUpKind.CALL)
        yield TextField("next_owner", _("next is for"))

    async def load(self) -> Mapping[str, str]:
        """Read the customer, and the call that this contact is."""
        customer, ring = self.record or 0, self.subject.get("ring")

        def rang(shop: Shop) -> RingView | None:
            return shop.rings.get(ring) if ring else shop.rings.of(customer)

        await self.load_customer(customer)
        view = await self.desk.call(rang)
        self._ring = view.interaction if view is not None and view.interaction.is_ringing else None
        return {}

    def hint(self, field: Field) -> str:
        """What the note promises, and by when."""
        shop = self.desk.shop
        if field.key != "text":
            return ""
        return "\n".join(
            f"= {spelled_out(entry.due, shop)}  {entry.title}"
            for entry in promises_in(field.value, shop.now(), shop.settings.zone)
        )

    def on_field_changed(self, event: Field.Changed) -> None:
        """Read the due again when what is to be done changes; who was not reached is still to be called."""
        due = self.field("next_due")
        if event.field.key == "next_title" and isinstance(due, DueField):
            due.read_again()
        if event.field.key == "outcome" and self.subject.get("follow_up"):
            self.field("finishes").value = "no" if event.field.value in NOT_REACHED else "yes"

    def _read_due(self, text: str) -> str:
        """What the due is read as; with none, the day in what is to be done, else today."""
        if text.strip() or not self.is_mounted:
            return due_reader(self.desk.shop)(text)
        title = self.field("next_title").value
        if not title.strip():
            return ""
        due, _rest = taken_out(title, self.desk.shop)
        return "= " + spelled_out(due, self.desk.shop) if due else _("(empty: today)")

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - it is new
        """Log it."""
        chosen = ("promise", "finishes")
        given = {key: value for key, value in values.items() if value.strip() and key not in chosen}
        if not (given.keys() & {"text", "outcome", "next_title", "next_due"}):
            raise Refused(
                _("Nothing is noted yet: write a word, or choose how it ended."),
                fields={"text": _("what was said?")},
            )
        if "next_title" in given and "next_due" not in given:
            due, title = taken_out(given["next_title"], self.desk.shop)
            if due:
                given |= {"next_due": due, "next_title": title}
        fields: dict[str, Any] = given | {"promise": values["promise"] == "yes"}
        if ticket := self.subject.get("ticket"):
            fields["ticket"] = ticket
        if values.get("finishes") == "yes":
            fields["finishes"] = self.subject["follow_up"]
        # What was logged as a chat, or as of another time, is not the call that rang.
        if self._ring is not None and values["type"] == InteractionType.CALL and "at" not in given:
            fields["ring"] = self._ring.id
        done = await self.desk.do("interaction.log", customer=self.record, **fields)
        self._created, self._complained = done.created, values["outcome"] == Outcome.COMPLAINT
        return int(fields["ring"]) if "ring" in fields else done.one("interactions")

    _ring: Interaction | None = None
    _created: tuple[Ref, ...] = ()
    _complained = False

    def after(self, result: int) -> None:  # noqa: ARG002 - said in general
        """Say what was logged and planned."""
        planned = sum(ref.table == "follow_ups" for ref in self._created)
        said = _("Logged.")
        if planned:
            said = ngettext(
                "Logged, and the follow-up planned.", "Logged, and {count} follow-ups planned.", planned
            ).format(count=planned)
        if self._complained:
            said += " " + _("F7 opens a ticket.")
        self.house.tell(_("{what} Ctrl+Z takes it back.").format(what=said))


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


def taken_out(title: str, shop: Shop) -> tuple[str, str]:
    """The due that is said inside a title ("" for none), and the title without it."""
    found = find_due(title, shop.now(), shop.settings.zone)
    if found is None:
        return "", title
    due, start, end = found
    rest = f"{title[:start]} {title[end:]}".strip(" ,，、:：!！")
    return due, " ".join(rest.split()) or title


def _words(options: Iterable[tuple[Any, str]]) -> list[tuple[str, str]]:
    return [(str(member.value), word) for member, word in options]
