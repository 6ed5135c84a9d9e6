"""What every screen of the house has: the places above, status and keys below, the shop at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import ActiveBinding, BindingType
from textual.geometry import Size
from textual.screen import ModalScreen, Screen

from locales import N_, _
from screens import navigation
from screens.house_keys import DIALOG_HELP, LEAVING_BINDING, RING_BINDING
from screens.keys import bar_entries, translated
from screens.messages import ShopChanged
from widgets.lines import KeyBar, PlaceBar, StatusLine

if TYPE_CHECKING:
    from screens.app import CrmApp
    from screens.desk import Desk

Result = TypeVar("Result")

PLACES: tuple[tuple[str, str, str], ...] = (
    ("customers", "F2", N_("Customers")),
    ("tickets", "F3", N_("Tickets")),
    ("agenda", "F4", N_("Agenda")),
)
"""The modes of the app: name, key, what stands in the first line."""


def closes_now(screen: Screen[Any]) -> bool:
    """Whether `screen` is the one in front, which alone may close.

    Textual's `dismiss` takes away whatever is in front: Esc pressed twice before the first one counts would take two
    screens, and a form whose saving ends after one has gone to another place would take that place away.
    """
    return screen.app.screen is screen


class HouseScreen(Screen[Result], Generic[Result]):
    """A full screen. Subclasses yield what is between the bars in `body`.

    Attributes:
        ABOUT: what one does here, in a few sentences for F1, marked with `N_`.
        BAR: the ids of the bindings that the key bar shows, in its order; all that want to be shown where empty.
    """

    ABOUT: ClassVar[str] = ""
    BAR: ClassVar[tuple[str, ...]] = ()

    _is_new = True

    def __init__(self) -> None:
        super().__init__()
        # Made here and not while composing: a screen may be told something before it is drawn.
        self.status = StatusLine(id="status")
        self._late: tuple[Result | None] | None = None

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        yield PlaceBar(id="places")
        yield from self.body()
        yield self.status
        yield KeyBar(id="keys")

    def body(self) -> ComposeResult:
        """What is between the bars."""
        raise NotImplementedError

    @property
    def house(self) -> CrmApp:
        """The app this screen is shown by."""
        return cast("CrmApp", self.app)

    @property
    def desk(self) -> Desk:
        """The shop, on its thread."""
        return self.house.desk

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now, said in the person's language."""
        return translated(super().active_bindings)

    def current_customer(self) -> int | None:
        """The customer that F6, F7, F8 and F9 are about here; None when none is chosen."""
        return None

    def open_about(self, name: str, customer: int) -> None:
        """Open the screen `name` about `customer`, who is chosen here."""
        navigation.open_screen(self.house, name, customer)

    def looked_for(self) -> str:
        """What was looked for here in vain, for a new customer of that name or number."""
        return ""

    def explained(self) -> str:
        """Why there is what there is on the screen now, for F1; nothing where the sentences about it are enough."""
        return ""

    def tell(self, text: str, tone: str = "") -> None:
        """Say `text` on the status line."""
        self.status.tell(text, tone)

    def on_mount(self) -> None:
        """Keep the bars true."""
        self.bindings_updated_signal.subscribe(self, lambda _screen: self.refresh_bars())
        self.refresh_bars()

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close, once; where another screen is in front, as soon as this one is again."""
        if closes_now(self):
            return super().dismiss(result)
        self._late = (result,)
        return AwaitComplete()

    async def leave_the_place(self) -> str:
        """Give way to the first screen of the place; returns what is to be said there."""
        late, self._late = self._late or (None,), None
        self.dismiss(*late)
        return ""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Tell the screen what it missed while another one was on top."""
        if self._late is not None:
            self.dismiss(*self._late)
            return
        self.refresh_bars()
        if missed := self.house.missed_by(self):
            self.post_message(ShopChanged(missed, missed=True))
        # What has just been mounted has its styles; Textual would match all rules again.
        event.refresh_styles, self._is_new = not self._is_new, False

    def on_screen_suspend(self) -> None:
        """What went well is said once: it is not how the screen is found again when one comes back to it."""
        if isinstance(self.app.screen, HouseScreen) and not self.status.tone:
            self.status.tell("")

    def _screen_resized(self, size: Size) -> None:
        """Lay out anew; Textual tells a screen that has just been laid out of that size, too, and would do it twice."""
        # `size` of a screen is the app's, which is the new one already; `_size` is what was laid out.
        if size != self._size:
            super()._screen_resized(size)

    def begin_anew(self) -> None:
        """The key of this place was pressed: be ready for the next question."""

    def refresh_bars(self) -> None:
        """Bring places and keys up to date."""
        if not self.is_mounted:
            return
        shop = self.desk.shop
        places = [(key, _(name)) for _mode, key, name in PLACES]
        current = next((key for mode, key, _name in PLACES if mode == self.app.current_mode), "")
        bar = self.query_one("#places", PlaceBar)
        bar.show(places, current, shop.settings.shop_name, shop.by, self.house.ringing.line)
        self.query_one("#keys", KeyBar).show(bar_entries(self.active_bindings.values(), self.BAR))


class HouseDialog(ModalScreen[Result], Generic[Result]):
    """A box over the screen that asks something and returns a typed answer.

    Attributes:
        ABOUT: what one does here, in a sentence for F1, marked with `N_`.
    """

    ABOUT: ClassVar[str] = ""
    BINDINGS: ClassVar[list[BindingType]] = [DIALOG_HELP, RING_BINDING, LEAVING_BINDING]

    def dismiss(self, result: Result | None = None) -> AwaitComplete:
        """Close, once: the second of two quick answers is none."""
        return super().dismiss(result) if closes_now(self) else AwaitComplete()

    @property
    def house(self) -> CrmApp:
        """The app this dialog is shown by."""
        return cast("CrmApp", self.app)

    @property
    def active_bindings(self) -> dict[str, ActiveBinding]:
        """The keys that work now, said in the person's language."""
        return translated(super().active_bindings)

    def explained(self) -> str:
        """Nothing more than `ABOUT`, for F1."""
        return ""

    def action_help(self) -> None:
        """Say what one does here."""
        navigation.open_screen(self.house, "help", self)
