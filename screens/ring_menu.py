"""What can be done with a call that rang and that nobody has logged, offered where it stands on the agenda."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from locales import N_, _
from screens import navigation
from screens.choose import Choice, ChooseDialog
from screens.ring_ends import put_away, told_number
from screens.ringing import new_caller, open_caller
from screens.whose_call import ask_whose
from store.rules.rings import RingView, caller_name

if TYPE_CHECKING:
    from screens.base import HouseScreen

KNOWN = (("log", N_("Log the contact"), "F8"), ("card", N_("The customer's card"), ""))
UNSURE = (("card", N_("Say who it was"), ""),)
UNKNOWN = (("new", N_("New customer with this number"), "F5"), ("known", N_("Somebody in the file"), ""))
AWAY = (("nothing", N_("Nothing to do: a wrong number, advertising"), ""),)


def offer(screen: HouseScreen[Any], view: RingView) -> None:
    """Ask what to do with the call, and do it."""
    who = KNOWN if view.customer is not None else UNSURE if view.candidates else UNKNOWN
    choices = [Choice(key, _(text), hint) for key, text, hint in (*who, *AWAY)]
    question = "  ".join(part for part in (told_number(view), caller_name(view)) if part)

    async def settle(answer: str | None) -> None:
        if answer == "log":
            log(screen, view)
        elif answer == "card":
            open_caller(screen.house, view)
        elif answer == "new":
            new_caller(screen.house, view)
        elif answer == "known":
            ask_whose(screen.house, view)
        elif answer == "nothing":
            await put_away(screen.house, view)

    screen.app.push_screen(ChooseDialog(question, choices), settle)


def log(screen: HouseScreen[Any], view: RingView) -> None:
    """Log the rest of the call; where it is not known whose it was, that comes first."""
    if view.customer is not None:
        navigation.open_screen(screen.house, "log_contact", view.customer.id, ring=view.interaction.id)
    else:
        open_caller(screen.house, view)
