"""What becomes of a form that is left with something typed in it and not saved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from locales import _
from screens import navigation
from screens.choose import Choice, ChooseDialog
from screens.drafts_offer import own_drafts

if TYPE_CHECKING:
    from screens.form import FormScreen

SAVE: Final = "save"
ASIDE: Final = "aside"
DROP: Final = "drop"


def ask_about(form: FormScreen[Any]) -> None:
    """Ask what is to become of it.

    No letter and no digit answers: where the telephone rings, what is typed next is a number or a name.
    """
    choices = [
        Choice("", _("Go on typing")),
        Choice(SAVE, _("Save"), "Ctrl+S", keys=("ctrl+s", "f8")),
        Choice(ASIDE, _("Keep it for later"), "F2", keys=("f2",)),
        Choice(DROP, _("Throw away what was typed"), "Del", keys=("delete",)),
    ]

    async def settle(answer: str | None) -> None:
        if answer == SAVE:
            await form.action_save()
        elif answer == ASIDE:
            await form.house.action_place("customers")
        elif answer == DROP:
            form.close_unsaved()

    question = _("Not saved: {what}").format(what=form.title_text())
    form.app.push_screen(ChooseDialog(question, choices, numbered=False), settle)


def set_aside(form: FormScreen[Any]) -> str:
    """Close the form and keep what was typed in it; returns how it is found again.

    Nothing is asked: whoever goes to another place with a form half filled in has somebody waiting. Where the draft
    cannot be kept, the form says so and stays: what is returned is "".
    """
    if not form.dirty:
        form.close_unsaved()
        return ""
    if not form.keep_draft():
        return ""
    form.close_kept()
    return _("Kept, not saved; open it again to go on: {what}").format(what=form.title_text())


def take_up(form: FormScreen[Any]) -> Mapping[str, Any] | None:
    """The newest draft of such a form about the same thing, which `form` goes on with; None where there is none."""
    open_ones = navigation.open_drafts(form.house)
    for draft in own_drafts(form.house.drafts, form.desk.shop.by):
        about = draft.data.get("record"), draft.data.get("subject")
        if draft.kind == form.KIND and about == (form.record, form.subject) and draft.key not in open_ones:
            form.draft_key = draft.key
            form.tell(_("As you left it; not saved yet."), "warn")
            return draft.data
    return None
