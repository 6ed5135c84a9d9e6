"""One follow-up: planned, changed, done, put off, cancelled, opened again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.widget import Widget

from locales import N_, _
from screens import follow_up_menu
from screens.customer_form import CustomerForm
from screens.dates import PastDue, due_reader, due_text
from store.errors import Refused
from store.records.base import to_document
from store.records.field_words import field_label
from store.records.follow_up import FollowUp
from store.records.kinds import FollowUpKind, FollowUpState, Priority
from store.records.labels import choices, label
from widgets.choice_field import ChoiceField
from widgets.choice_grid import ChoiceGridField
from widgets.due_field import DueField
from widgets.fields import TextField
from widgets.text_box import TextBoxField


class FollowUpFields(CustomerForm[int]):
    """The fields of a follow-up."""

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._past = PastDue()

    def fields(self) -> Iterable[Widget]:
        """What, when, for whom."""
        yield TextField("title", field_label("follow_ups", "title"))
        yield DueField(
            "due",
            field_label("follow_ups", "due"),
            read=due_reader(self.desk.shop, _("tomorrow 3pm, +3d, 2026-12-01 15:00")),
        )
        promise = [("no", _("no")), ("yes", _("yes, they were told so"))]
        yield ChoiceField("is_promise", field_label("follow_ups", "is_promise"), promise, "no")
        yield TextField("promised_text", field_label("follow_ups", "promised_text"))
        kinds = [(member.value, word) for member, word in choices(FollowUpKind)]
        yield ChoiceGridField("kind", field_label("follow_ups", "kind"), kinds, FollowUpKind.CALL)
        priorities = [(member.value, word) for member, word in choices(Priority)]
        yield ChoiceField("priority", field_label("follow_ups", "priority"), priorities, Priority.NORMAL)
        yield TextField("owner", field_label("follow_ups", "owner"), self.desk.shop.by)

    async def ready(self) -> None:
        """Begin with what is to be done."""
        self.field("title").focus()

    def missing(self, values: Mapping[str, str]) -> None:
        """Refuse a follow-up without a title or a day.

        Raises:
            store.errors.Refused: names the fields.
        """
        wrong = {key: _("must not be empty") for key in ("title", "due") if not values[key].strip()}
        if wrong:
            raise Refused(_("What is to be done, and when?"), fields=wrong)


class NewFollowUpForm(FollowUpFields):
    """Plan something to do for a customer. Returns the follow-up.

    Args:
        record: the id of the customer.
        subject: `ticket`: the ticket it belongs to.
    """

    KIND = "new_follow_up"
    ABOUT = N_("What is to be done for the customer, and when. Ctrl+S or F8 saves.")

    def what(self) -> str:
        """What the form does."""
        return _("Plan a follow-up")

    async def load(self) -> Mapping[str, str]:
        """Read the customer."""
        await self.load_customer(self.record or 0)
        return {}

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:  # noqa: ARG002 - it is new
        """Plan it."""
        self.missing(values)
        self._past.ask("due", values["due"], self.desk.shop)
        given: dict[str, Any] = {key: value for key, value in values.items() if value.strip()}
        given["is_promise"] = values["is_promise"] == "yes"
        if ticket := self.subject.get("ticket"):
            given["ticket"] = ticket
        done = await self.desk.do("follow_up.add", customer=self.record, **given)
        return done.one("follow_ups")


class FollowUpForm(FollowUpFields):
    """A follow-up, to change; Ctrl+O does something with it. Returns its id.

    Args:
        record: its id.
    """

    KIND = "follow_up"
    TABLE = "follow_ups"
    ABOUT = N_(
        "Change what is to be done and when; Ctrl+S or F8 saves. Ctrl+O: done, put off, cancel, open again,"
        " log the contact."
    )
    BAR = ("form.save", "record.menu", "form.leave", "house.help", "house.more")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "menu",
            N_("Actions"),
            id="record.menu",
            tooltip=N_("Everything that can be done with it"),
        ),
    ]

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._seen: FollowUp | None = None

    def what(self) -> str:
        """What the form is about."""
        return _("Follow-up ({state})").format(state=label(self._seen.state)) if self._seen else ""

    def fields(self) -> Iterable[Widget]:
        """The fields of a follow-up, then what came of it."""
        yield from super().fields()
        yield TextBoxField("result", field_label("follow_ups", "result"))

    async def load(self) -> Mapping[str, str]:
        """Read the follow-up and its customer."""
        number = self.record or 0
        entry = await self.desk.call(lambda shop: shop.agenda.get(number))
        await self.load_customer(entry.customer)
        self._seen = entry
        return {
            "title": entry.title,
            "due": due_text(entry.due, self.desk.shop),
            "is_promise": "yes" if entry.is_promise else "no",
            "promised_text": entry.promised_text,
            "kind": entry.kind,
            "priority": entry.priority,
            "owner": entry.owner,
            "result": entry.result,
        }

    async def ready(self) -> None:
        """Begin with what is to be done; nothing can be written as a result before there is one."""
        await super().ready()
        entry = self._seen
        self.field("result").display = entry is not None and entry.state is not FollowUpState.OPEN
        if entry is not None and entry.state is FollowUpState.CANCELLED:
            self.tell(_("Cancelled: {reason}").format(reason=entry.cancel_reason))

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Change it."""
        self.missing(values)
        entry = self._seen
        if entry is None:
            raise Refused(_("The follow-up has not been read yet."))
        changed: dict[str, Any] = {key: value for key, value in values.items() if value != base.get(key)}
        if "due" in changed:
            self._past.ask("due", values["due"], self.desk.shop)
        if "is_promise" in changed:
            changed["is_promise"] = changed["is_promise"] == "yes"
            if changed["is_promise"] and not values["promised_text"].strip():
                changed["promised_text"] = values["title"]
        if changed:
            await self.desk.do("follow_up.edit", follow_up=entry.id, base=to_document(entry), **changed)
        return entry.id

    def action_menu(self) -> None:
        """Offer what can be done with it."""
        if self._seen is not None and self.customer is not None:
            follow_up_menu.offer(self, self._seen, self.customer, then=self._left_behind)

    def _left_behind(self) -> None:
        """Something was done with it: go back, unless something typed would be lost."""
        if not self.dirty:
            self.dismiss(self.record)
