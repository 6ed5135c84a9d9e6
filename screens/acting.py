"""Doing an action from a screen: what went wrong becomes a sentence, what went well a word on the status line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from screens.ask import AskDialog
from screens.choose import confirm
from store.errors import CrmError

if TYPE_CHECKING:
    from screens.base import HouseScreen
    from store.shop import Done
    from widgets.fields import Field

    Then = Callable[[], None] | None


async def act(
    screen: HouseScreen[Any], said: str, action: str, /, *, then: Then = None, **fields: Any
) -> Done | None:
    """Do `action`, call `then` and say `said`; None, with the reason on the status line, when it was refused."""
    try:
        done = await screen.desk.do(action, **fields)
    except CrmError as error:
        screen.tell(error.message, "alert")
        return None
    _after(screen, said, then)
    return done


def ask_and_act(
    screen: HouseScreen[Any],
    question: str,
    field: Field,
    said: str,
    action: str,
    /,
    *,
    then: Then = None,
    look: Callable[[str], None] | None = None,
    **fields: Any,
) -> None:
    """Ask for the one value that `action` still needs (the key of `field` names it), then do it.

    The dialog stays, with what was typed and the reason, while the action refuses the value, or `look` before it.
    """

    async def submit(value: str) -> None:
        if look is not None:
            look(value)
        await screen.desk.do(action, **fields, **{field.key: value})

    def settle(done: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
        if done:
            _after(screen, said, then)

    screen.app.push_screen(AskDialog(question, field, submit), settle)


def confirm_and_act(
    screen: HouseScreen[Any],
    question: str,
    yes: str,
    said: str,
    action: str,
    /,
    *,
    then: Then = None,
    **fields: Any,
) -> None:
    """Ask whether to do `action`; "no" is chosen at first."""

    async def settle(answer: bool | None) -> None:  # noqa: FBT001 - the dialog's answer
        if answer:
            await act(screen, said, action, then=then, **fields)

    screen.app.push_screen(confirm(question, yes), settle)


def _after(screen: HouseScreen[Any], said: str, then: Then) -> None:
    if then is not None:
        then()
    screen.house.tell_done(said)
