"""Where everything opens: the one room that knows the screens by name, each imported when first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from textual.screen import Screen

if TYPE_CHECKING:
    from screens.app import CrmApp
    from screens.form import FormScreen
    from screens.new_customer import NewCustomerForm
    from store.rules.card import LineRef

SCREENS: Final[Mapping[str, str]] = {
    # places
    "customers": "screens.customers:CustomersScreen",
    "tickets": "screens.tickets:TicketsScreen",
    "agenda": "screens.agenda:AgendaScreen",
    # a record
    "card": "screens.card:CardScreen",
    "profile": "screens.profile:ProfileScreen",
    "ticket": "screens.ticket:TicketScreen",
    "follow_up": "screens.follow_up_form:FollowUpForm",
    # forms
    "new_customer": "screens.new_customer:NewCustomerForm",
    "log_contact": "screens.contact_form:ContactForm",
    "interaction": "screens.interaction_form:InteractionForm",
    "new_ticket": "screens.ticket_form:NewTicketForm",
    "ticket_edit": "screens.ticket_form:TicketForm",
    "ticket_offer": "screens.record_forms:OfferForm",
    "ticket_resolve": "screens.record_forms:ResolveForm",
    "ticket_close": "screens.record_forms:CloseForm",
    "new_follow_up": "screens.follow_up_form:NewFollowUpForm",
    "new_purchase": "screens.purchase_form:NewPurchaseForm",
    "purchase": "screens.purchase_form:PurchaseForm",
    # house
    "duplicates": "screens.duplicates:DuplicatesScreen",
    "merge": "screens.merge:MergeScreen",
    "help": "screens.help:HelpScreen",
    "history": "screens.history:HistoryScreen",
    "phone_large": "screens.phone_large:PhoneLargeDialog",
    "drafts": "screens.drafts_offer:DraftsScreen",
    "import_file": "screens.import_form:ImportForm",
    "first_start": "screens.first_start:FirstStartForm",
}

BY_TABLE: Final[Mapping[str, str]] = {
    "customers": "profile",
    "tickets": "ticket",
    "follow_ups": "follow_up",
    "interactions": "interaction",
    "purchases": "purchase",
}
"""Which screen shows a record of a table."""


def screen_class(name: str) -> type[Screen[Any]]:
    """The class of the screen `name`."""
    module, _colon, wanted = SCREENS[name].partition(":")
    found: type[Screen[Any]] = getattr(import_module(module), wanted)
    return found


def place(name: str) -> Callable[[], Screen[Any]]:
    """What makes the first screen of the place `name`, for Textual's MODES."""

    def make() -> Screen[Any]:
        return screen_class(name)()

    return make


def open_screen(
    app: CrmApp, name: str, *args: Any, then: Callable[[Any], None] | None = None, **options: Any
) -> Screen[Any]:
    """Open the screen `name` on top of the present one; `then` is told what it returns."""
    screen = screen_class(name)(*args, **options)
    app.push_screen(screen, then)
    return screen


def open_card(app: CrmApp, customer: int) -> None:
    """Open a call card, in the place of another one: upon one another they would have to be closed one by one."""
    card: Callable[[int], Screen[Any]] = screen_class("card")
    if isinstance(app.screen, screen_class("card")):
        app.switch_screen(card(customer))
    else:
        app.push_screen(card(customer))


def form_of_ring(app: CrmApp, ring: int) -> NewCustomerForm | None:
    """The form in front, where it makes a customer of the call `ring`."""
    screen: Any = app.screen
    if isinstance(app.screen, screen_class("new_customer")) and screen.subject.get("ring") == ring:
        return screen  # type: ignore[no-any-return]
    return None


def open_record(app: CrmApp, ref: LineRef, *, customer: int) -> None:
    """Open the record of `ref`; one without a screen of its own opens the file of `customer`."""
    name = BY_TABLE[ref.table]
    open_screen(app, name, customer if name == "profile" else ref.id)


def open_drafts(app: CrmApp) -> set[str]:
    """The keys of the drafts of forms that are open."""
    return {key for screen in app.house_screens() if (key := getattr(screen, "draft_key", ""))}


def reopen_draft(app: CrmApp, kind: str, key: str, data: Mapping[str, Any]) -> None:
    """Open the form that the draft (`kind`, `key`) came from, with what was typed in it."""
    form: type[FormScreen[Any]] = screen_class(kind)  # type: ignore[assignment]
    app.push_screen(form.from_draft(key, data))
