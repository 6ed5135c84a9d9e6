"""Calls that ring, as the app shows them: one line above every screen, one key to whoever calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from locales import _
from screens import navigation
from screens.choose import Choice, ChooseDialog
from screens.ring_ends import open_taken, put_away, told_number
from store.errors import CrmError
from store.phone_text import extension_of, extension_words, spoken
from widgets.cells import cut, one_line, width_of
from widgets.lines import PlaceBar

if TYPE_CHECKING:
    from screens.app import CrmApp
    from store.engine import Commit
    from store.lookup.match import Match
    from store.records.customer import Customer
    from store.rules.rings import RingView
    from store.shop import Shop

RING_KINDS: Final = frozenset({"interaction.ring", "undo"})
"""Actions after which a call may stand on the screens that did not before."""

QUIET_KINDS: Final = frozenset({"interaction.ring", "interaction.take"})
"""Actions that the first line tells of, and no other."""

NEW: Final = 0
"""The answer that the caller is nobody in the file."""

ELSE: Final = -1
"""The answer that the caller is somebody else in the file."""

AWAY: Final = -2
"""The answer that it is nobody whom the shop wants in the file."""

LONGEST: Final = 24
"""Cells of the line that a name may take, so that a second caller is seen in 80."""


class Ringing:
    """The calls that stand on the screens of this app.

    Args:
        app: whose screens show them.
    """

    def __init__(self, app: CrmApp) -> None:
        self._app = app
        self._views: Sequence[RingView] = ()
        self._line = ""
        self._asking: ChooseDialog[Any] | None = None

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
        line = ring_line(views, self._app.size.width - PlaceBar.BESIDE_CALL)
        if line != self._line:
            self._line = line
            self._app.refresh_bars()

    def answer(self) -> None:
        """Open whoever calls; several calls, or several who share the number, are asked about.

        Who calls and is in front already is passed over: the next key goes to the other caller.
        """
        if self._app.screen is self._asking:
            return
        views = self.showing()
        front = next((view for view in views if _is_in_front(self._app, view)), None)
        others = [view for view in views if view is not front]
        if not views:
            self._app.tell(_("Nobody is calling."))
        elif not others and front is not None:
            self._open_again(front)
        elif len(others) == 1 and (front is None or front.customer is not None):
            open_caller(self._app, others[0])
        else:
            choices = [
                Choice(view, told_number(view), _("Somebody in the file"))
                if view is front
                else Choice(view, *_named(view))
                for view in views
            ]

            def settle(view: RingView | None) -> None:
                if view is not None and view is front:
                    self._open_again(view)
                elif view is not None:
                    open_caller(self._app, view)

            self.ask(ChooseDialog(_("Which call?"), choices, typed=self._app.look_up), settle)

    def ask(self, dialog: ChooseDialog[Any], settle: Callable[[Any], Any]) -> None:
        """Ask about a call; while that is open, the key for calls does not ask again."""
        self._asking = dialog
        self._app.push_screen(dialog, settle)

    def _open_again(self, view: RingView) -> None:
        """The key for a call that is in front: who it is may be in the file after all."""
        if view.customer is not None:
            self._app.tell(_("This is who is calling. F8 logs the call."))
        else:
            from screens.whose_call import ask_whose

            ask_whose(self._app, view, self._app.screen.field("name").value)  # type: ignore[attr-defined]


def _is_in_front(app: CrmApp, view: RingView) -> bool:
    """Whether the screen in front is the card of who calls, or the form that makes a customer of them."""
    screen: Any = app.screen
    if view.customer is not None:
        is_card = isinstance(screen, navigation.screen_class("card"))
        return is_card and screen.current_customer() == view.customer.id
    return navigation.form_of_ring(app, view.interaction.id) is not None


def _showing(shop: Shop) -> list[RingView]:
    """The calls that ring. Mostly there are none, and then nothing is loaded that tells of them."""
    return shop.rings.showing() if shop.has_rings else []


def ring_line(views: Sequence[RingView], width: int = 0) -> str:
    """The one line about the calls that ring: the newest, and behind it how many wait besides, newest first.

    Args:
        width: the cells that the words about one call may take; a name is cut to what the others leave.
    """
    if not views:
        return ""
    if len(views) == 1:
        short = _("Call: {call}").format(call=_words(views[0]))
        room = max(0, width - width_of(short))
        return _("Call: {call}").format(call=_words(views[0], LONGEST + room)) if room else short
    return _("Call: {call}  +{count}: {others}").format(
        call=_words(views[0]),
        count=len(views) - 1,
        others="  /  ".join(_words(view) for view in views[1:]),
    )


def _words(view: RingView, longest: int = LONGEST) -> str:
    from store.rules.rings import caller_name, owed

    name = cut(one_line(caller_name(view)), longest)
    return "  ".join(part for part in (told_number(view), name, *owed(view)) if part)


def _named(view: RingView) -> tuple[str, str]:
    """Who calls, and more about them."""
    from store.rules.rings import caller_name, owed

    name, number = caller_name(view), told_number(view)
    return name or number, "  ".join([number, *owed(view)] if name else owed(view))


def open_caller(app: CrmApp, view: RingView) -> None:
    """Open the card of who calls; ask who it is where several may be, and make a customer where nobody is known."""
    if view.customer is not None:
        open_taken(app, view, view.customer.id)
    elif view.candidates:
        _ask_who(app, view)
    elif view.interaction.phone and (suggested := _at_hand(app, view)) is not None:
        _ask_whether(app, view, suggested)
    elif view.interaction.phone:
        new_caller(app, view)
    else:
        _ask_whose(app, view)


def _ask_whose(app: CrmApp, view: RingView) -> None:
    from screens.whose_call import ask_whose

    ask_whose(app, view)


def _at_hand(app: CrmApp, view: RingView) -> Match | None:
    """The customer whom somebody looks up while it rings, so that a call of an unknown number may well be theirs.

    Who was looked up before it rang is the caller before.
    """
    screen: Any = app.screen
    kinds = (navigation.screen_class("card"), navigation.screen_class("customers"))
    if isinstance(app.screen, kinds) and screen.asked_at and screen.asked_at >= view.interaction.at:
        customer = screen.current_customer()
        return None if customer is None else app.desk.lookup.get(customer)
    return None


def _ask_whether(app: CrmApp, view: RingView, suggested: Match) -> None:
    """Ask whether the number is that of the customer who is looked at."""
    from screens.whose_call import ask_whose, give

    choices = [
        # What Enter alone does must be safe: a form that one may leave.
        Choice(NEW, _("Somebody new"), is_quiet=True),
        Choice(suggested.id, suggested.name or suggested.company, _told_of(suggested), is_quiet=True),
        Choice(ELSE, _("Somebody else in the file"), is_quiet=True),
        _nuisance(),
    ]

    async def settle(answer: int | None) -> None:
        if answer == NEW:
            new_caller(app, view)
        elif answer == ELSE:
            ask_whose(app, view)
        elif answer == AWAY:
            await put_away(app, view)
        elif answer is not None:
            await give(app, view, answer)

    question = _("Whose number is {number}? It goes into their file.").format(number=told_number(view))
    app.ringing.ask(ChooseDialog(question, choices, typed=app.look_up), settle)


def _nuisance() -> Choice[int]:
    return Choice(AWAY, _("A nuisance call, no customer"), "Ctrl+O", keys=("ctrl+o",), is_quiet=True)


def _told_of(match: Match) -> str:
    return "  ".join(part for part in (match.call_as, match.company, match.number) if part != match.name)


def new_caller(app: CrmApp, view: RingView) -> None:
    """Open the form for a new customer with the number of the call, which becomes theirs."""
    navigation.open_screen(
        app, "new_customer", wanted=spoken(view.interaction.phone), ring=view.interaction.id
    )


def _ask_who(app: CrmApp, view: RingView) -> None:
    """Ask which of those with the number calls, and say so in the shop."""
    choices = [Choice(one.id, one.shown_name, _more(one, view.interaction.phone)) for one in view.candidates]
    choices.append(Choice(NEW, _("Somebody new"), ""))
    choices.append(Choice(ELSE, _("Somebody else in the file"), ""))
    choices.append(_nuisance())

    async def settle(answer: int | None) -> None:
        if answer == NEW:
            new_caller(app, view)
        elif answer == ELSE:
            _ask_whose(app, view)
        elif answer == AWAY:
            await put_away(app, view)
        elif answer is not None:
            try:
                await app.desk.do("interaction.assign", interaction=view.interaction.id, customer=answer)
            except CrmError as error:
                app.tell(error.message, "alert")
            open_taken(app, view, answer)

    question = _("Who is calling? {number}").format(number=told_number(view))
    app.ringing.ask(ChooseDialog(question, choices, typed=app.look_up), settle)


def _more(customer: Customer, phone: str) -> str:
    """What tells people apart who share a number; the whole number where it is another line of the same company."""
    number, _ext = extension_of(phone)
    points = [point for point in customer.phone_points if point.invalid_since is None]
    same = [extension_words(point.ext) for point in points if point.normalized == number]
    # A guess by the stem, or a number without its area.
    other = [] if same else [spoken(point.shown_number) for point in points[:1]]
    parts = (*same[:1], *other, customer.call_as, customer.company, customer.number)
    return "  ".join(part for part in parts if part and part != customer.shown_name)
