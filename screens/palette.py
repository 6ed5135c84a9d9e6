"""Everything that can be done here, by name (Ctrl+P), and digits that stand for F-keys (F10)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from locales import N_, _
from screens import navigation
from screens.base import HouseScreen
from screens.choose import Choice, ChooseDialog
from screens.drafts_offer import own_drafts
from screens.keys import house_bindings, key_name
from screens.wording import labelled

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


NUMBER = "number"
"""A question and no screen."""

DRAFTS = "drafts"

WITH_A_CUSTOMER = (
    ("new_follow_up", N_("Plan a follow-up for this customer")),
    ("new_purchase", N_("Enter a purchase of this customer")),
    (NUMBER, N_("The number of this customer has changed")),
    ("card", N_("The card of this customer")),
    ("profile", N_("Merge, archive or erase this customer")),
)
"""What has no key of its own: the screen, and what one does there."""


@dataclass(frozen=True)
class HowTo:
    """What is told instead of being done."""

    sentence: str


ELSEWHERE = (
    (
        N_("Merge two customers, archive or erase one"),
        N_("Choose the customer, F6 opens their file; Ctrl+O there merges, archives and erases."),
    ),
    (
        N_("Enter a purchase, plan a follow-up, a number that has changed"),
        N_("Choose the customer, Enter opens their card; Ctrl+O there does all that."),
    ),
)
"""What is done with a customer, where none is chosen, and how one gets there."""

BESIDE = (
    (
        N_("Backup: make a copy of the shop"),
        N_(
            "A copy is made every day; in the terminal: crm-tui backup FILE. Ctrl+L says how old the last one is."
        ),
    ),
    (
        N_("Export everything to a sheet"),
        N_("In the terminal: crm-tui export customers --to all.xlsx"),
    ),
    (
        N_("Language: Chinese or English"),
        N_("In the terminal: crm-tui do settings.set language=en (or zh), then start again."),
    ),
    (
        N_("Settings of the shop: name, country, currency, time zone"),
        N_(
            "In the terminal: crm-tui do --list settings.set names them, crm-tui do settings.set shop_name=… sets"
            " one."
        ),
    ),
)
"""What has no screen, and how it is done."""


def command_bindings(app: CrmApp) -> list[ActiveBinding]:
    """What can be done on the screen in front, in the order it is bound."""
    found = house_bindings(app.screen.active_bindings.values())
    return [
        active for active in found if active.enabled and not str(active.binding.id).startswith(NO_COMMANDS)
    ]


def commands(app: CrmApp) -> None:
    """Offer the commands of the screen in front, and what can be done with its customer; run what is chosen."""
    choices: list[Choice[Any]] = [
        Choice(active, labelled(active.binding.description, active.tooltip), key_name(active.binding.key))
        for active in command_bindings(app)
    ]
    screen = app.screen
    customer = screen.current_customer() if isinstance(screen, HouseScreen) else None
    if customer is not None:
        choices += [Choice(name, _(said)) for name, said in WITH_A_CUSTOMER]
    told = BESIDE if customer is not None else (*ELSEWHERE, *BESIDE)
    choices += [Choice(HowTo(how), _(said)) for said, how in told]

    if own_drafts(app.drafts, app.desk.shop.by):
        choices.append(Choice(DRAFTS, _("What was typed and not saved")))

    async def run(chosen: Any) -> None:
        if isinstance(chosen, HowTo):
            app.tell(_(chosen.sentence))
        elif chosen == DRAFTS:
            app.action_open_house("drafts")
        elif chosen == NUMBER and customer is not None and isinstance(screen, HouseScreen):
            from screens.number_changed import number_changed

            await number_changed(screen, customer)
        elif isinstance(chosen, str) and customer is not None:
            options: dict[str, Any] = {"menu": True} if chosen == "profile" else {}
            navigation.open_screen(app, chosen, customer, **options)
        elif chosen is not None:
            await app.run_action(chosen.binding.action, chosen.node)

    app.push_screen(
        ChooseDialog(
            _("What do you want to do? Type a part of it."),
            choices,
            filtered=True,
            nothing=_("Nothing here is called that. Type less of it, or Esc."),
        ),
        run,
    )


def digit_keys(app: CrmApp) -> None:
    """Let one digit stand for the F-key of that number; 0 leaves."""
    by_key = {active.binding.key: active for active in command_bindings(app)}
    keyed = [(str(number), by_key[f"f{number}"]) for number in range(1, 10) if f"f{number}" in by_key]
    choices: list[Choice[Any]] = [
        Choice(active, f"{digit}  {active.binding.description}", active.tooltip, digit)
        for digit, active in keyed
    ]
    choices.append(Choice(None, "0  " + _("Back"), "", "0"))

    async def run(chosen: Any) -> None:
        if chosen is not None:
            await app.run_action(chosen.binding.action, chosen.node)

    app.push_screen(
        ChooseDialog(_("A digit does what the F-key with that number does."), choices, numbered=False), run
    )
