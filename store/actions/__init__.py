"""What a person does, one action a function. `catalogue` names them all.

An action is a plain function of a `View` and typed parameters that returns a `Change`; the shop commits it.
"""

from __future__ import annotations

from locales import N_, _
from store.actions.spec import ActionSpec, FieldSpec
from store.errors import Usage

__all__ = [
    "ActionSpec",
    "FieldSpec",
    "action_title",
    "catalogue",
    "find_action",
]

catalogue: dict[str, ActionSpec] = {
    spec.name: spec
    for spec in (
        ActionSpec("customer.create", N_("new customer"), "customers:create_customer"),
        ActionSpec("customer.edit", N_("customer edited"), "customers:edit_customer"),
        ActionSpec("customer.change_number", N_("number changed"), "numbers:change_number"),
        ActionSpec("customer.archive", N_("customer archived"), "customers:archive_customer"),
        ActionSpec("customer.unarchive", N_("customer brought back"), "customers:unarchive_customer"),
        ActionSpec("customer.erase", N_("customer erased for good"), "erasing:erase_customer"),
        ActionSpec("customer.merge", N_("two customers merged"), "merging:merge_customers"),
        ActionSpec("customer.not_same", N_("told apart"), "merging:not_the_same"),
        ActionSpec("interaction.log", N_("contact logged"), "interactions:log_interaction"),
        ActionSpec("interaction.ring", N_("call came in"), "rings:ring"),
        ActionSpec("interaction.take", N_("call taken"), "rings:take"),
        ActionSpec("interaction.assign", N_("caller named"), "rings:assign"),
        ActionSpec("interaction.dismiss", N_("call put away"), "rings:dismiss"),
        ActionSpec("interaction.edit", N_("contact corrected"), "interactions:edit_interaction"),
        ActionSpec("interaction.delete", N_("contact deleted"), "interactions:delete_interaction"),
        ActionSpec("purchase.add", N_("purchase entered"), "purchases:add_purchase"),
        ActionSpec("purchase.edit", N_("purchase corrected"), "purchases:edit_purchase"),
        ActionSpec("purchase.delete", N_("purchase deleted"), "purchases:delete_purchase"),
        ActionSpec("follow_up.add", N_("follow-up planned"), "follow_ups:add_follow_up"),
        ActionSpec("follow_up.edit", N_("follow-up changed"), "follow_ups:edit_follow_up"),
        ActionSpec("follow_up.done", N_("follow-up done"), "follow_ups:finish_follow_up"),
        ActionSpec("follow_up.snooze", N_("follow-up put off"), "follow_ups:snooze_follow_up"),
        ActionSpec("follow_up.cancel", N_("follow-up cancelled"), "follow_ups:cancel_follow_up"),
        ActionSpec("follow_up.reopen", N_("follow-up reopened"), "follow_ups:reopen_follow_up"),
        ActionSpec("ticket.open", N_("ticket opened"), "tickets:open_ticket"),
        ActionSpec("ticket.edit", N_("ticket edited"), "tickets:edit_ticket"),
        ActionSpec("ticket.start", N_("ticket taken up"), "tickets:start_ticket"),
        ActionSpec("ticket.step", N_("step of a ticket"), "tickets:mark_step"),
        ActionSpec("ticket.answer", N_("answer noted"), "tickets:answer_question"),
        ActionSpec("ticket.note", N_("note on a ticket"), "tickets:add_ticket_note"),
        ActionSpec("ticket.offer", N_("resolution offered"), "tickets:offer_resolution"),
        ActionSpec("ticket.offer_answer", N_("answer to an offer"), "tickets:answer_offer"),
        ActionSpec("ticket.resolve", N_("ticket resolved"), "tickets:resolve_ticket"),
        ActionSpec("ticket.close", N_("ticket closed"), "tickets:close_ticket"),
        ActionSpec("ticket.void", N_("ticket voided"), "tickets:void_ticket"),
        ActionSpec("ticket.reopen", N_("ticket reopened"), "tickets:reopen_ticket"),
        ActionSpec("settings.set", N_("settings changed"), "shop_setup:set_settings"),
        ActionSpec("staff.add", N_("staff added"), "shop_setup:add_staff"),
        ActionSpec("staff.edit", N_("staff changed"), "shop_setup:edit_staff"),
    )
}
"""Every action by name. Imports, undo and the demo are actions as well, started by doors of their own."""

OTHER_TITLES = {
    "undo": N_("undone"),
    "raw": N_("written by another program"),
    "import.customers": N_("customers imported"),
    "import.purchases": N_("purchases imported"),
    "import.tickets": N_("tickets imported"),
    "demo.fill": N_("demo data made"),
    "shop.restore": N_("restored from a backup"),
    "shop.forget": N_("history before this removed, as the settings say"),
}


def action_title(kind: str) -> str:
    """What an action is called in the history."""
    if kind in catalogue:
        return _(catalogue[kind].title)
    return _(OTHER_TITLES[kind]) if kind in OTHER_TITLES else kind


def find_action(name: str) -> ActionSpec:
    """The action of that name.

    Raises:
        Usage: there is none; names the close ones.
    """
    if name in catalogue:
        return catalogue[name]
    import difflib

    close = difflib.get_close_matches(name, catalogue, 3)
    hint = " " + _("Did you mean {names}?").format(names=", ".join(close)) if close else ""
    raise Usage(_("There is no action {name}.").format(name=name) + hint)
