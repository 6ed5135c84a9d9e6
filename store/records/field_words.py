"""Words for tables and fields, shown in forms, conflicts and the history."""

from __future__ import annotations

from typing import Any

from locales import N_, _
from store.records.kinds import ContactType
from store.records.labels import label

TABLES = {
    "customers": N_("customer"),
    "interactions": N_("contact"),
    "follow_ups": N_("follow-up"),
    "tickets": N_("ticket"),
    "purchases": N_("purchase"),
    "staff": N_("staff"),
    "settings": N_("settings"),
}

FIELDS = {
    "name": N_("name"),
    "kind": N_("kind"),
    "reading": N_("reading"),
    "call_as": N_("form of address"),
    "aliases": N_("other names"),
    "contacts": N_("contact points"),
    "dates": N_("dates"),
    "gender": N_("gender"),
    "occupation": N_("occupation"),
    "company": N_("company"),
    "source": N_("source"),
    "referrer": N_("referred by"),
    "external_ids": N_("number elsewhere"),
    "owner": N_("looked after by"),
    "tags": N_("tags"),
    "usual_order": N_("usual order"),
    "red_note": N_("red note"),
    "temperament": N_("temperament"),
    "note": N_("remark"),
    "facts": N_("facts"),
    "status": N_("status"),
    "merged_into": N_("merged into"),
    "not_same": N_("not the same as"),
    "customer": N_("customer"),
    "at": N_("time"),
    "direction": N_("direction"),
    "type": N_("type"),
    "staff": N_("staff"),
    "spoke_with": N_("spoke with"),
    "phone": N_("phone"),
    "outcome": N_("outcome"),
    "text": N_("note"),
    "mood": N_("mood"),
    "duration_s": N_("seconds"),
    "ticket": N_("ticket"),
    "follow_up": N_("follow-up"),
    "title": N_("what to do"),
    "due": N_("due"),
    "priority": N_("priority"),
    "is_promise": N_("promise"),
    "promised_text": N_("words promised"),
    "state": N_("state"),
    "result": N_("result"),
    "cancel_reason": N_("reason for cancelling"),
    "done_at": N_("done at"),
    "snoozed": N_("times put off"),
    "attempts": N_("attempts"),
    "interaction": N_("contact"),
    "ringing": N_("rings"),
    "repeat": N_("repeats"),
    "after_done_days": N_("again after days"),
    "subject": N_("subject"),
    "channel": N_("channel"),
    "severity": N_("severity"),
    "causes": N_("causes"),
    "steps": N_("steps"),
    "answers": N_("answers"),
    "resolutions": N_("resolutions"),
    "notes": N_("notes"),
    "assignee": N_("assignee"),
    "product": N_("product"),
    "order_no": N_("order number"),
    "purchase": N_("purchase"),
    "staff_involved": N_("staff involved"),
    "external_due": N_("deadline set outside"),
    "opened_at": N_("opened"),
    "working_at": N_("taken up"),
    "resolved_at": N_("resolved"),
    "closed_at": N_("closed"),
    "reopened": N_("times reopened"),
    "void_reason": N_("reason for voiding"),
    "root_cause": N_("root cause"),
    "prevention": N_("prevention"),
    "satisfaction": N_("satisfaction"),
    "customer_accepts": N_("customer accepts"),
    "cost_goods": N_("cost in goods"),
    "cost_cash": N_("cost in cash"),
    "cost_minutes": N_("cost in minutes"),
    "total": N_("total"),
    "items": N_("items"),
    "returned_amount": N_("returned amount"),
    "feedback": N_("feedback"),
    "source_row": N_("row in the file"),
    "login": N_("login"),
    "role": N_("role"),
    "active": N_("works here"),
    "shop_name": N_("shop name"),
    "currency": N_("currency"),
    "time_zone": N_("time zone"),
    "region": N_("country"),
    "language": N_("language"),
    "backup_folder": N_("folder for backups"),
    "keep_journals_months": N_("months of history kept"),
    "history_from": N_("history kept from action"),
}

PARAMETERS = {
    "old": N_("old number"),
    "wechat": N_("WeChat"),
    "email": N_("e-mail"),
    "birthday": N_("birthday"),
    "check": N_("check for duplicates"),
    "ring": N_("call that rang"),
    "base": N_("version seen"),
    "rev": N_("version seen"),
    "number": N_("telephone number"),
    "winner": N_("file that stays"),
    "winner_rev": N_("version seen"),
    "loser": N_("file that goes"),
    "loser_rev": N_("version seen"),
    "keep": N_("what stays"),
    "a": N_("customer"),
    "b": N_("customer"),
    "next_title": N_("next"),
    "next_due": N_("due"),
    "next_kind": N_("next is a"),
    "next_owner": N_("next is for"),
    "promise": N_("promise"),
    "finishes": N_("follow-up"),
    "add_number": N_("keep the number"),
    "reason": N_("why"),
    "step": N_("step"),
    "done": N_("done"),
    "question": N_("question"),
    "amount": N_("amount"),
    "customer_says": N_("customer"),
    "resolution": N_("offer"),
    "executed": N_("carried out"),
    "call_back": N_("call back"),
}
"""What actions take besides the fields of records, as forms call it."""


def table_label(table: str) -> str:
    """What one record of `table` is called."""
    return _(TABLES[table]) if table in TABLES else table


def field_label(table: str, field: str) -> str:
    """What the field is called. Fields have the same name in every table."""
    del table
    return _(FIELDS[field]) if field in FIELDS else field


def parameter_label(name: str) -> str:
    """What the parameter of an action is called, for a person who never typed its name."""
    return _(PARAMETERS[name]) if name in PARAMETERS else field_label("", name)


def unit_label(table: str, unit: str, value: Any = None) -> str:
    """What a unit is called: a field, or the kind of a contact point ("mobile", "WeChat")."""
    field, bracket, _key = unit.partition("[")
    if bracket and field == "contacts" and isinstance(value, dict):
        return label(ContactType(value.get("type", ContactType.MOBILE)))
    if bracket and field == "facts" and isinstance(value, dict):
        return str(value.get("name", field_label(table, field)))
    return field_label(table, field)
