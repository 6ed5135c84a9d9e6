"""Words for the enumerations, in the language in use, by enumeration: "other" is not the same word everywhere."""

from __future__ import annotations

from enum import StrEnum

from locales import pgettext


def label(member: StrEnum) -> str:
    """The word a person reads for `member`.

    Raises:
        KeyError: an enumeration without words (a test proves that there is none).
    """
    return pgettext(type(member).__name__, WORDS[type(member).__name__][member.value])


def choices(kind: type[StrEnum]) -> list[tuple[StrEnum, str]]:
    """All members of an enumeration with their words, in their order."""
    return [(member, label(member)) for member in kind]


WORDS: dict[str, dict[str, str]] = {
    "CustomerKind": {
        "person": "person",
        "org": "company",
    },
    "CustomerStatus": {
        "active": "active",
        "archived": "archived",
        "merged": "merged",
        "erased": "erased",
    },
    "Gender": {
        "unknown": "not known",
        "m": "Mr",
        "f": "Ms",
        "other": "other",
    },
    "Temperament": {
        "unknown": "not known",
        "hesitant": "hesitant",
        "hot": "hot-tempered",
        "proud": "proud",
        "worldly": "hard to read",
        "cautious": "cautious",
    },
    "Source": {
        "unknown": "not known",
        "walkin": "walked in",
        "referral": "referred",
        "platform": "platform",
        "marketing": "marketing",
        "social": "social media",
        "fair": "trade fair",
        "offer": "special offer",
        "partner": "partner",
        "brochure": "brochure",
        "wom": "word of mouth",
        "seo": "web search",
        "charity": "charity",
        "learning": "course or survey",
        "import": "import",
        "other": "other",
    },
    "ContactType": {
        "mobile": "mobile",
        "landline": "landline",
        "virtual": "virtual number",
        "fax": "fax",
        "email": "e-mail",
        "wechat": "WeChat",
        "qq": "QQ",
        "taobao": "Taobao",
        "douyin": "Douyin",
        "xhs": "Xiaohongshu",
        "weibo": "Weibo",
        "meituan": "Meituan",
        "whatsapp": "WhatsApp",
        "facebook": "Facebook",
        "instagram": "Instagram",
        "website": "website",
        "address": "address",
        "other": "other",
    },
    "ContactLabel": {
        "self": "own",
        "home": "home",
        "work": "work",
        "family": "family",
        "assistant": "assistant",
    },
    "DateKind": {
        "birthday": "birthday",
        "child_birthday": "child's birthday",
        "wedding": "wedding day",
        "founding": "company founded",
        "first_order": "first order",
        "contract_end": "contract ends",
        "due_date": "baby due",
        "festival": "festival",
        "other": "other date",
    },
    "Calendar": {
        "solar": "solar",
        "lunar": "lunar",
    },
    "Direction": {
        "in": "they contacted us",
        "out": "we contacted them",
    },
    "InteractionType": {
        "call": "call",
        "wechat": "WeChat",
        "visit_in": "came to the shop",
        "visit_out": "visited them",
        "sms": "text message",
        "email": "e-mail",
        "platform": "platform chat",
        "whatsapp": "WhatsApp",
        "social": "Facebook/Instagram",
        "website": "website",
        "letter": "letter",
        "event": "event",
        "note": "note",
    },
    "Outcome": {
        "solved": "solved",
        "followup": "to follow up",
        "noanswer": "no answer",
        "busy": "busy",
        "wrong": "wrong number",
        "refused": "refused",
        "ordered": "ordered",
        "complaint": "complained",
        "thinking": "thinking it over",
        "other": "other",
    },
    "FollowUpKind": {
        "call": "call",
        "message": "message",
        "visit": "visit",
        "send": "send something",
        "prepare": "prepare",
        "internal": "internal",
        "gift": "gift",
        "survey": "survey",
        "review": "review",
        "approval": "approval",
        "other": "other",
    },
    "FollowUpState": {
        "open": "open",
        "done": "done",
        "cancelled": "cancelled",
    },
    "Priority": {
        "low": "low",
        "normal": "normal",
        "high": "high",
        "urgent": "urgent",
    },
    "TicketType": {
        "complaint": "complaint",
        "inquiry": "inquiry",
        "return": "return",
        "exchange": "exchange",
        "refund": "refund",
        "repair": "repair",
        "suggestion": "suggestion",
        "praise": "praise",
    },
    "TicketState": {
        "new": "new",
        "working": "being handled",
        "resolved": "resolved",
        "closed": "closed",
        "void": "void",
    },
    "Severity": {
        "safety": "safety",
        "high": "high",
        "normal": "normal",
        "low": "low",
    },
    "Cause": {
        "goods": "the goods",
        "service": "the service",
        "notheard": "not listened to",
        "broken": "broken promise",
        "delay": "delay",
        "skill": "lack of skill",
        "late": "late remedy",
        "arrogant": "arrogance",
    },
    "Channel": {
        "store": "shop",
        "phone": "phone",
        "wechat": "WeChat",
        "taobao": "Taobao",
        "douyin": "Douyin",
        "meituan": "Meituan",
        "platform": "other platform",
        "whatsapp": "WhatsApp",
        "social": "Facebook/Instagram",
        "website": "website",
        "box": "complaint box",
        "book": "opinion book",
        "sms": "text message",
        "email": "e-mail",
        "regulator": "regulator",
        "other": "other",
    },
    "Step": {
        "vent": "let them vent",
        "apologise": "apologise and thank",
        "question": "ask",
        "offer": "own it and offer",
        "opinion": "ask for their view",
        "followup": "follow up",
    },
    "Question": {
        "event": "What happened?",
        "how": "How did it happen?",
        "goods": "Which goods?",
        "why": "Why are they unhappy?",
        "guide": "Who served them?",
        "other": "Any other reason?",
        "reasonable": "Is their request fair?",
        "wish": "What do they want?",
        "old_new": "Old or new customer?",
    },
    "ResolutionKind": {
        "apology": "apology",
        "explain": "explanation",
        "repair": "repair",
        "exchange": "exchange",
        "refund": "refund",
        "compensate": "compensation",
        "coupon": "coupon",
        "gift": "gift",
        "visit": "visit",
        "other": "other",
    },
    "CustomerSays": {
        "pending": "not asked yet",
        "accept": "accepts",
        "refuse": "refuses",
        "thinking": "thinking it over",
    },
    "Role": {
        "owner": "owner",
        "manager": "manager",
        "clerk": "clerk",
        "viewer": "viewer",
    },
}
"""English words by enumeration and key; in the catalogues the enumeration is their context."""
