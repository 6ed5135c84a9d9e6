"""Keys are taken one after the other, however fast they come.

Textual hands a key to the widget in focus, and a key that is a command comes back to the app through the queues of
everything around that widget. The keys behind it reach the widget first: what is deleted would be another letter, and
what is typed behind F8 would go into the look-up box instead of the note. Over a slow line many keys come at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from textual import events
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import ModalScreen, Screen

if TYPE_CHECKING:
    from screens.wire import WireApp

LOOK_AGAIN: Final = 0.02
"""Seconds between two looks at whether a screen that opens can take keys."""
PATIENCE: Final = 1.5
"""Seconds after which keys are taken whatever is in the way."""
ROUNDS: Final = 10
"""How often is looked for messages that one command set off: a row says that it was chosen, the screen opens a card."""


class KeyTaken(Message):
    """Follows a key through the same queues: whoever gets this has dealt with the key."""


class TypedAhead:
    """The keys that wait until the command before them is done.

    Args:
        app: the keys are its own.
    """

    def __init__(self, app: WireApp) -> None:
        self._app = app
        self._waiting: deque[events.Event] = deque()
        self._until: float | None = None
        self._followers: list[KeyTaken] = []
        self._rounds = 0
        self._front: Screen[Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a command is on its way."""
        return self._until is not None

    def holds(self, event: events.Event) -> bool:
        """Whether `event` has to wait, and is kept until then."""
        if self.is_busy:
            self._waiting.append(event)
        return self.is_busy

    def follow(self, event: events.Event) -> None:
        """`event` was handed on: hold what comes behind it, where it may be a command."""
        target = self._app.focused or self._app.screen
        if not isinstance(event, events.Key) or target.check_consume_key(event.key, event.character):
            return
        self._front = self._app.screen
        self._until = monotonic() + PATIENCE
        self._rounds = 0
        self._follow_through([target])
        # The widget may be gone before the message comes back: with a screen that closes.
        self._app.set_timer(LOOK_AGAIN, self._look)

    async def taken(self, message: KeyTaken) -> None:
        """The message is back."""
        if message in self._followers:
            self._followers.remove(message)
            if not self._followers:
                await self._settle()

    def _follow_through(self, pumps: Iterable[MessagePump]) -> None:
        """Have a message follow what is in the queues of `pumps`."""
        for pump in pumps:
            follower = KeyTaken()
            follower.set_sender(pump)
            self._followers.append(follower)
            pump.post_message(follower)

    async def _settle(self) -> None:
        """Follow what the command set off; go on once there is nothing."""
        self._rounds += 1
        screen = self._app.screen
        if self._rounds < ROUNDS and screen is self._front:
            self._follow_through(w for w in screen.walk_children(with_self=True) if w.message_queue_size)
        if not self._followers:
            await self._go_on()

    async def _look(self) -> None:
        """Go on where the message was lost or the screen was not ready."""
        if not self.is_busy:
            return
        self._followers = [follower for follower in self._followers if not self._is_lost(follower)]
        if self._followers:
            self._app.set_timer(LOOK_AGAIN, self._look)
        else:
            await self._go_on()

    def _is_lost(self, message: KeyTaken) -> bool:
        sender = message._sender  # noqa: SLF001 - set in `_follow_through`
        return sender is None or not sender.is_running or self._is_late

    @property
    def _is_late(self) -> bool:
        return self._until is not None and monotonic() > self._until

    async def _go_on(self) -> None:
        """Take the keys that wait, up to the next command."""
        if not self._is_ready() and not self._is_late:
            self._app.set_timer(LOOK_AGAIN, self._look)
            return
        self._until = None
        front = self._front
        if isinstance(front, ModalScreen) and not front.is_attached and not getattr(front, "hands_on", False):
            # They answered a question that was answered already: the second of two quick answers is none.
            self._waiting = deque(event for event in self._waiting if not _is_answer(event))
        while self._waiting and not self.is_busy:
            await self._app.on_event(self._waiting.popleft())

    def _is_ready(self) -> bool:
        """Whether the screen in front can take keys."""
        screen = self._app.screen
        if not screen.is_mounted:
            return False
        return screen.focused is not None or not screen.AUTO_FOCUS or not screen.focus_chain


def _is_answer(event: events.Event) -> bool:
    """Whether `event` would answer a question."""
    return isinstance(event, events.Key) and (event.is_printable or event.key in ("enter", "escape"))
