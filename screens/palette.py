"""Everything that can be done here, by name (Ctrl+P), and digits that stand for F-keys (F10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from screens.choose import Choice, ChooseDialog
from screens.keys import house_bindings, key_name

if TYPE_CHECKING:
    from textual.binding import ActiveBinding

    from screens.app import CrmApp

NO_COMMANDS = (
    "list.",
    "lookup.",
    "text.",
    "choice.",
    "tabs.",
    "form.up",
    "form.down",
    "form.page",
    "house.copy",
)
"""Bindings that only move or edit."""


def command_bindings(app: CrmApp) -> list[ActiveBinding]:
    """What can be done on the screen in front, in the order it is bound."""
    found = house_bindings(app.screen.active_bindings.values())
    return [
        active for active in found if active.enabled and not str(active.binding.id).startswith(NO_COMMANDS)
    ]


def commands(app: CrmApp) -> None:
    """Offer the commands of the screen in front; run the one that is chosen."""
    choices: list[Choice[ActiveBinding | None]] = [
        Choice(active, f"{active.binding.description}: {active.tooltip}", key_name(active.binding.key))
        for active in command_bindings(app)
    ]
    _offer(app, ChooseDialog(_("What do you want to do? Type a part of it."), choices, filtered=True))


def digit_keys(app: CrmApp) -> None:
    """Let one digit stand for the F-key of that number; 0 leaves."""
    by_key = {active.binding.key: active for active in command_bindings(app)}
    keyed = [(str(number), by_key[f"f{number}"]) for number in range(1, 10) if f"f{number}" in by_key]
    choices: list[Choice[ActiveBinding | None]] = [
        Choice(active, f"{digit}  {active.binding.description}", active.tooltip, digit)
        for digit, active in keyed
    ]
    choices.append(Choice(None, "0  " + _("Back"), "", "0"))
    _offer(
        app,
        ChooseDialog(_("A digit does what the F-key with that number does."), choices, numbered=False),
    )


def _offer(app: CrmApp, dialog: ChooseDialog[ActiveBinding | None]) -> None:
    async def run(chosen: ActiveBinding | None) -> None:
        if chosen is not None:
            await app.run_action(chosen.binding.action, chosen.node)

    app.push_screen(dialog, run)
