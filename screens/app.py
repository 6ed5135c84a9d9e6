"""The app: three places, the keys that mean the same everywhere, and nothing else."""

from __future__ import annotations

import asyncio
import gc
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.driver import Driver
from textual.screen import Screen

from locales import _
from screens import navigation
from screens.base import HouseScreen
from screens.caring import care
from screens.desk import Desk
from screens.form import FormScreen
from screens.hangup import watch_signals
from screens.house_keys import HOUSE_BINDINGS
from screens.messages import ShopChanged
from screens.ringing import QUIET_KINDS, Ringing
from screens.start import run
from screens.wire import WireApp
from store.drafts import Drafts
from store.errors import CrmError

if TYPE_CHECKING:
    from store.engine import Commit


__all__ = ["CrmApp", "run"]


class CrmApp(WireApp, inherit_bindings=False):
    """The workstation.

    Args:
        desk: the shop.
        folder: the folder of the shop.
        ask_who: ask once who is working; where not given, unless the login is of somebody on the staff.
        lean: the link is slow.

    Attributes:
        opened_ticket: the ticket that was opened last, until another place is gone to.
    """

    CSS_PATH: ClassVar[Any] = ["app.tcss", "form.tcss"]
    ENABLE_COMMAND_PALETTE = False
    MODES: ClassVar[dict[str, Any]] = {
        name: navigation.place(name) for name in ("customers", "tickets", "agenda")
    }
    DEFAULT_MODE = "customers"

    BINDINGS = HOUSE_BINDINGS

    def __init__(self, desk: Desk, folder: Path, *, ask_who: bool | None = None, lean: bool = False) -> None:
        super().__init__(driver_class=_driver(), lean=lean)
        self.desk = desk
        self.folder = folder
        self.drafts = Drafts(folder)
        self.opened_ticket: int | None = None
        self.ask_who = ask_who
        self.loop: asyncio.AbstractEventLoop | None = None
        self.ringing = Ringing(self)
        self._missed: dict[Screen[Any], list[Commit]] = {}
        self.theme = "ansi-dark"

    # Life

    def on_mount(self) -> None:
        """Follow the shop and the terminal."""
        self.loop = asyncio.get_running_loop()
        if not self.is_headless:
            watch_signals(self)
            self.run_worker(care(self), name="care", exit_on_error=True)
        self.run_worker(
            self.desk.follow(self._spread, self._trouble, self._stands, self._notice),
            name="follow",
            exit_on_error=True,
        )
        self.set_timer(0.5, _settle_memory)
        self.call_after_refresh(self._greet)

    async def _greet(self) -> None:
        """Ask what must be known before the work begins, and offer what was left over."""
        from screens.greeting import greet

        await self.ringing.read()
        await greet(self)

    def _spread(self, commits: list[Commit]) -> None:
        """Tell the screen in front at once, the others when they come to the front; say what a colleague did."""
        self.ringing.heard(commits)
        others = [c for c in commits if c.by != self.desk.shop.by and c.kind not in QUIET_KINDS]
        if others and not isinstance(self.screen, FormScreen):
            from store.actions import action_title

            self.tell(_("{who}: {what}").format(who=others[-1].by, what=action_title(others[-1].kind)))
        for screen in self.house_screens():
            if screen is self.screen:
                screen.post_message(ShopChanged(commits))
            else:
                self._missed.setdefault(screen, []).extend(commits)

    def missed_by(self, screen: Screen[Any]) -> list[Commit]:
        """What was committed while `screen` was not in front; forgotten with this call."""
        return self._missed.pop(screen, [])

    def _trouble(self, error: CrmError) -> None:
        self.tell(error.message, "alert")

    def _notice(self, sentence: str) -> None:
        self.tell(sentence, "alert")

    def _stands(self, sentence: str) -> None:
        """Keep saying that the shop can only be read, whatever else was said meanwhile."""
        self.tell(sentence, "alert" if sentence else "")

    def house_screens(self) -> list[HouseScreen[Any]]:
        """All full screens that are open, in all places."""
        return [
            screen
            for stack in self._screen_stacks.values()
            for screen in stack
            if isinstance(screen, HouseScreen)
        ]

    def refresh_bars(self) -> None:
        """Bring the bars of all open screens up to date."""
        for screen in self.house_screens():
            screen.refresh_bars()

    def keep_drafts(self) -> None:
        """Keep what is typed in every open form."""
        for screen in self.house_screens():
            if isinstance(screen, FormScreen):
                screen.keep_draft()

    def tell(self, text: str, tone: str = "") -> None:
        """Say `text` on the status line of the full screen in front."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, HouseScreen):
                screen.tell(text, tone)
                return

    def tell_done(self, said: str) -> None:
        """Say what was done; and how to take it back, unless a form is in front, where Ctrl+Z is about typing."""
        front = next(screen for screen in reversed(self.screen_stack) if isinstance(screen, HouseScreen))
        is_form = isinstance(front, FormScreen)
        self.tell(said if is_form else _("{what} Ctrl+Z takes it back.").format(what=said))

    @property
    def failure(self) -> Exception | None:
        """The error that nobody foresaw and that ended the app."""
        return self._exception

    def _fatal_error(self) -> None:
        """Keep what is typed, and end.

        Textual would print a traceback with the values of variables, customers' among them. The door says one
        sentence instead, and keeps the traceback where the shop lies.
        """
        with suppress(Exception):  # whatever is broken may be part of a form
            self.keep_drafts()
        self._close_messages_no_wait()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """See with each key whether a call has rung for so long, or something was said so long ago, that it goes."""
        if isinstance(event, events.Key):
            if self.ringing.line:
                self.ringing.judge()
            if isinstance(self.screen, HouseScreen):
                self.screen.status.fade()
        await super().on_event(event)

    def action_ring(self) -> None:
        """Open whoever calls; not where that is being asked already."""
        self.ringing.answer()

    async def action_place(self, name: str) -> None:
        """Go to a place; when it is the present one, back to its first screen. Either way the whole screen is sent.

        The customers are always come back to at the look-up, whatever was open there: the telephone rings, and what is
        typed next is a number, which must not end in a field of somebody's file. Right after a ticket was opened,
        F3 leads to it.
        """
        self.paint.forget()
        self.refresh()
        ticket, self.opened_ticket = self.opened_ticket if name == "tickets" else None, None
        if self.current_mode != name:
            await self.switch_mode(name)
            if name != "customers" and ticket is None:
                return
        said = ""
        while len(self.screen_stack) > 1:
            screen, depth = self.screen, len(self.screen_stack)
            if isinstance(screen, HouseScreen):
                said = await screen.leave_the_place() or said
                if len(self.screen_stack) >= depth:  # it stays
                    return
            else:
                await self.pop_screen()
        if isinstance(self.screen, HouseScreen):
            self.screen.begin_anew()
            if said:
                self.tell(said)
        if ticket is not None:
            navigation.open_screen(self, "ticket", ticket)

    async def look_up(self, text: str) -> None:
        """Go to the look-up with `text`."""
        await self.action_place("customers")
        if isinstance(self.screen, navigation.screen_class("customers")):
            screen: Any = self.screen
            screen.take(text)

    def action_open(self, name: str) -> None:
        """Open a screen about the customer that is chosen."""
        screen = self.screen
        customer = screen.current_customer() if isinstance(screen, HouseScreen) else None
        if customer is None:
            self.tell(_("Choose a customer first."), "warn")
        elif isinstance(screen, HouseScreen):
            screen.open_about(name, customer)

    def action_open_house(self, name: str) -> None:
        """Open a screen that is about the whole shop."""
        if not isinstance(self.screen, navigation.screen_class(name)):
            navigation.open_screen(self, name)

    def action_new_customer(self) -> None:
        """Open the form for a new customer, with what was looked for in it."""
        screen = self.screen
        if isinstance(screen, navigation.screen_class("new_customer")):
            return
        wanted = screen.looked_for() if isinstance(screen, HouseScreen) else ""
        navigation.open_screen(self, "new_customer", wanted=wanted)

    def action_help(self) -> None:
        """Say what one does here."""
        if isinstance(self.screen, HouseScreen):
            navigation.open_screen(self, "help", self.screen)

    def action_more(self) -> None:
        """Let a digit stand for an F-key."""
        from screens.palette import digit_keys

        digit_keys(self)

    def action_palette(self) -> None:
        """Offer everything that can be done here."""
        from screens.palette import commands

        commands(self)

    async def action_undo(self) -> None:
        """Take back this person's own last action, and name it."""
        from screens.history import take_back

        if isinstance(self.screen, HouseScreen):
            await take_back(self.screen)

    async def action_leave(self) -> None:
        """Leave; what is typed in open forms is kept as drafts."""
        self.keep_drafts()
        self.exit(0)

    def action_how_to_leave(self) -> None:
        """Ctrl+C: say how to leave."""
        self.tell(_("Ctrl+Q leaves the program."))


def _driver() -> type[Driver] | None:
    """The driver of the house, where there is one for this system; Textual's own for tests and Windows."""
    if os.name != "posix":
        return None
    from screens.driver import HouseDriver

    return HouseDriver


def _settle_memory() -> None:
    """Once, after the first paint: what start-up made will stay, so later collections need not look at it."""
    gc.collect()
    gc.freeze()
    gc.enable()
