"""How a call that rings is dealt with: it is taken, or put away as a nuisance."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from screens import navigation
from store.errors import CrmError
from store.phone_text import spoken

if TYPE_CHECKING:
    from screens.app import CrmApp
    from store.rules.rings import RingView


def told_number(view: RingView) -> str:
    """The number in groups, or that it is withheld."""
    return spoken(view.interaction.phone) if view.interaction.phone else _("number withheld")


def open_taken(app: CrmApp, view: RingView, customer: int) -> None:
    """Open the card of who calls; where it still rings, note that the call was taken."""
    navigation.open_card(app, customer)
    taken(app, view)


def taken(app: CrmApp, view: RingView) -> None:
    """Note who took the call, behind what is shown: nobody waits for it. A call of long ago is taken no more."""
    if view.shows(app.desk.shop.now()) and not view.taken_by:
        app.run_worker(_take(app, view.interaction.id), group="taking")


async def _take(app: CrmApp, interaction: int) -> None:
    try:
        await app.desk.do("interaction.take", interaction=interaction)
    except CrmError as error:
        app.tell(error.message, "alert")


async def put_away(app: CrmApp, view: RingView) -> None:
    """Nobody whom the shop wants in the file: the call goes, and nothing is left to do of it. One action."""
    try:
        await app.desk.do("interaction.dismiss", interaction=view.interaction.id)
    except CrmError as error:
        app.tell(error.message, "alert")
        return
    form = navigation.form_of_ring(app, view.interaction.id)
    if form is not None and not form.dirty:
        form.close_unsaved()
    app.tell_done(_("Put away: {call}.").format(call=told_number(view)))
