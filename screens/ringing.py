"""Calls that ring, as the app shows them: one line above every screen, one key to whoever calls."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from locales import _, ngettext
from screens import navigation
from screens.choose import Choice, ChooseDialog
from store.errors import CrmError
from widgets.phone_text import spoken

if TYPE_CHECKING:
    from screens.app import CrmApp
    from store.engine import Commit
    from store.records.customer import Customer
    from store.rules.rings import RingView
    from store.shop import Shop

RING_KINDS: Final = frozenset({"interaction.ring", "undo"})
"""Actions after which a call may stand on the screens that did not before."""

NEW: Final = 0
"""The answer that the caller is nobody in the file."""


class Ringing:
    """The calls that stand on the screens of this app.

    Args:
        app: whose screens show them.
    """

    def __init__(self, app: CrmApp) -> None:
        self._app = app
        self._views: Sequence[RingView] = ()
        self._line = ""

    @property
    def line(self) -> str:
        """What the line says; "" where nothing rings."""
        return self._line

    def showing(self) -> list[RingView]:
        """Those whose time is not over, newest first."""
        if not self._views:
            return []
        now = self._app.desk.shop.now()
        return [view for view in self._views if view.shows(now)]

    def heard(self, commits: Iterable[Commit]) -> None:
        """Something was committed: read again where it may concern a call."""
        if self._views or any(commit.kind in RING_KINDS for commit in commits):
            self._app.run_worker(self.read(), group="ringing", exclusive=True)

    async def read(self) -> None:
        """Read which calls ring, and show them."""
        try:
            self._views = await self._app.desk.call(_showing)
        except CrmError as error:
            self._app.tell(error.message, "alert")
            return
        self.judge()

    def judge(self) -> None:
        """Bring the line of every screen up to date where it says something else now."""
        views = self.showing()
        self._views = views
        line = ring_line(views)
        if line != self._line:
            self._line = line
            self._app.refresh_bars()

    def answer(self) -> None:
        """Open whoever calls; several calls, or several who share the number, are asked about."""
        views = self.showing()
        if not views:
            self._app.tell(_("Nobody is calling."))
        elif len(views) == 1:
            open_caller(self._app, views[0])
        else:
            from store.rules.rings import caller_name

            choices = [Choice(view, caller_name(view) or told_number(view), _about(view)) for view in views]

            def settle(view: RingView | None) -> None:
                if view is not None:
                    open_caller(self._app, view)

            self._app.push_screen(ChooseDialog(_("Which call?"), choices), settle)


def _showing(shop: Shop) -> list[RingView]:
    """The calls that ring. Mostly there are none, and then nothing is loaded that tells of them."""
    return shop.rings.showing() if shop.has_rings else []


def ring_line(views: Sequence[RingView]) -> str:
    """The one line about the calls that ring."""
    if not views:
        return ""
    if len(views) == 1:
        return _("Call: {call}").format(call=_words(views[0]))
    both = "  /  ".join(_words(view) for view in views)
    return ngettext("{count} call: {calls}", "{count} calls: {calls}", len(views)).format(
        count=len(views), calls=both
    )


def told_number(view: RingView) -> str:
    """The number in groups, or that it is withheld."""
    return spoken(view.interaction.phone) if view.interaction.phone else _("number withheld")


def _words(view: RingView) -> str:
    from store.rules.rings import caller_name, owed

    return "  ".join(part for part in (told_number(view), caller_name(view), *owed(view)) if part)


def _about(view: RingView) -> str:
    from store.rules.rings import caller_name, owed

    parts = [told_number(view)] if caller_name(view) else []
    return "  ".join([*parts, *owed(view)])


def open_caller(app: CrmApp, view: RingView) -> None:
    """Open the card of who calls; ask who it is where several may be, and make a customer where nobody is known."""
    if view.customer is not None:
        navigation.open_screen(app, "card", view.customer.id)
    elif view.candidates:
        _ask_who(app, view)
    elif view.interaction.phone:
        new_caller(app, view)
    else:
        app.tell(_("The caller does not show their number. Ask for the name, and look it up."), "warn")


def new_caller(app: CrmApp, view: RingView) -> None:
    """Open the form for a new customer with the number of the call, which becomes theirs."""
    navigation.open_screen(
        app, "new_customer", wanted=spoken(view.interaction.phone), ring=view.interaction.id
    )


def _ask_who(app: CrmApp, view: RingView) -> None:
    """Ask which of those with the number calls, and say so in the shop."""
    choices = [Choice(one.id, one.shown_name, _more(one)) for one in view.candidates]
    choices.append(Choice(NEW, _("Somebody else: a new customer"), ""))

    async def settle(answer: int | None) -> None:
        if answer == NEW:
            new_caller(app, view)
        elif answer is not None:
            try:
                await app.desk.do("interaction.assign", interaction=view.interaction.id, customer=answer)
            except CrmError as error:
                app.tell(error.message, "alert")
            navigation.open_screen(app, "card", answer)

    question = _("Who is calling? {number}").format(number=told_number(view))
    app.push_screen(ChooseDialog(question, choices), settle)


def _more(customer: Customer) -> str:
    """What tells people apart who share a number."""
    parts = (customer.call_as, customer.company, customer.number)
    return "  ".join(part for part in parts if part and part != customer.shown_name)
