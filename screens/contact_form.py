"""F8: what was said in a contact, and what follows from it, in one form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from textual.widget import Widget

from locales import N_, _, ngettext
from screens import navigation
from screens.dates import PastDue, due_reader, spelled_out
from screens.interaction_form import SPACED, InteractionFields, words_of
from store.errors import Refused
from store.records.field_words import field_label
from store.records.interaction import Interaction
from store.records.kinds import FollowUpKind, InteractionType, Outcome
from store.records.labels import choices
from store.rules.promises import promises_in
from store.rules.rings import NOT_REACHED
from store.rules.when import find_due
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import Field, TextField

if TYPE_CHECKING:
    from store.actions.change import Ref
    from store.rules.rings import RingView
    from store.shop import Shop


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
        yield ChoiceGridField("next_kind", _("next is a"), words_of(choices(FollowUpKind)), FollowUpKind.CALL)
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

    def invitation(self) -> str:
        """How a promise is written, and what a digit does where one has just pressed F8."""
        return _(
            "What was said. A line that begins with ! is a promise: !tomorrow 3pm call back."
            " A note that begins with a digit: Enter first."
        )

    def hint(self, field: Field) -> str:
        """What the note promises, and by when; a day in it that is no promise yet."""
        if field.key != "text":
            return ""
        return promised(field.value, self.desk.shop)

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
        self._ask_for_next(values)
        self._past.ask("next_due", values["next_due"], self.desk.shop)
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

    def _ask_for_next(self, values: Mapping[str, str]) -> None:
        """Who is to be followed up is forgotten where no day is said; asked once, then it is the clerk's decision.

        Raises:
            Refused: nothing says what is to be done next.
        """
        planned = values["next_title"].strip() or values["next_due"].strip()
        if values["outcome"] != Outcome.FOLLOW_UP or planned or self._asked or values.get("finishes") == "no":
            return
        shop = self.desk.shop
        if promises_in(values["text"], shop.now(), shop.settings.zone, day_first=shop.settings.day_first):
            return
        self._asked = True
        sentence = _("What is to be done, and when? F8 again saves it without.")
        raise Refused(sentence, fields={"next_title": sentence})

    def open_about(self, name: str, customer: int) -> None:
        """A ticket begins with what was noted here; the contact is then about it."""
        if name != "new_ticket":
            super().open_about(name, customer)
            return
        note = self.field("text").value
        navigation.open_screen(self.house, name, customer, then=self._is_about, text=note)

    def _is_about(self, ticket: int | None) -> None:
        """The contact is about the ticket that was opened from here."""
        if ticket is None:
            return
        self.subject["ticket"] = ticket
        outcome = self.field("outcome")
        if not outcome.value:
            outcome.value = Outcome.COMPLAINT.value
        self.field("text").focus()

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._past = PastDue()

    _asked = False
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
        if self._complained and "ticket" not in self.subject:
            said += " " + _("F7 opens a ticket.")
        self.house.tell_done(said)


def promised(note: str, shop: Shop) -> str:
    """What `note` promises, a line each; where it promises nothing but names a day to come, how it would."""
    entries = promises_in(note, shop.now(), shop.settings.zone, day_first=shop.settings.day_first)
    if entries:
        return "\n".join(f"= {spelled_out(entry.due, shop)}  {entry.title}" for entry in entries)
    last = note.rstrip().rpartition("\n")[2]
    found = find_due(last, shop.now(), shop.settings.zone, day_first=shop.settings.day_first)
    if found is None or found[0] == shop.today().isoformat():
        return ""
    return _("{day}: ! at the start of this line puts it on the agenda.").format(
        day=spelled_out(found[0], shop)
    )


def taken_out(title: str, shop: Shop) -> tuple[str, str]:
    """The due that is said inside a title ("" for none), and the title without it."""
    found = find_due(title, shop.now(), shop.settings.zone, day_first=shop.settings.day_first)
    if found is None:
        return "", title
    due, start, end = found
    rest = f"{title[:start]} {title[end:]}".strip(" ,，、:：!！")
    return due, " ".join(rest.split()) or title
