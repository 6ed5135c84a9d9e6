"""Enumerations of the records: stored as English keys, shown through `store.records.labels`.

Members and their order follow the craft of customer care (the eight causes of dissatisfaction, the five temperaments,
the ten ways customers come, the ten outcomes of a call).
"""

from __future__ import annotations

from enum import StrEnum


class CustomerKind(StrEnum):
    """A person, or an organisation that persons speak for."""

    PERSON = "person"
    ORG = "org"


class CustomerStatus(StrEnum):
    """Where the file of a customer stands."""

    ACTIVE = "active"
    ARCHIVED = "archived"
    MERGED = "merged"
    ERASED = "erased"


class Gender(StrEnum):
    """How the customer is addressed."""

    UNKNOWN = "unknown"
    MALE = "m"
    FEMALE = "f"
    OTHER = "other"


class Temperament(StrEnum):
    """The five types of customers a clerk learns to tell apart; each has its own way of being handled."""

    UNKNOWN = "unknown"
    HESITANT = "hesitant"
    HOT = "hot"
    PROUD = "proud"
    WORLDLY = "worldly"
    CAUTIOUS = "cautious"


class Source(StrEnum):
    """How a customer found the shop."""

    UNKNOWN = "unknown"
    WALK_IN = "walkin"
    REFERRAL = "referral"
    PLATFORM = "platform"
    MARKETING = "marketing"
    SOCIAL = "social"
    FAIR = "fair"
    OFFER = "offer"
    PARTNER = "partner"
    BROCHURE = "brochure"
    WORD_OF_MOUTH = "wom"
    SEARCH = "seo"
    CHARITY = "charity"
    LEARNING = "learning"
    IMPORT = "import"
    OTHER = "other"


class ContactType(StrEnum):
    """Kinds of contact points."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    VIRTUAL = "virtual"
    FAX = "fax"
    EMAIL = "email"
    WECHAT = "wechat"
    QQ = "qq"
    TAOBAO = "taobao"
    DOUYIN = "douyin"
    XIAOHONGSHU = "xhs"
    WEIBO = "weibo"
    MEITUAN = "meituan"
    WHATSAPP = "whatsapp"
    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    WEBSITE = "website"
    ADDRESS = "address"
    OTHER = "other"


PHONE_TYPES = frozenset(
    {
        ContactType.MOBILE,
        ContactType.LANDLINE,
        ContactType.VIRTUAL,
        ContactType.FAX,
        ContactType.WHATSAPP,
    }
)
"""Contact points whose value is a telephone number; so is an account with WhatsApp."""


class ContactLabel(StrEnum):
    """Whose contact point it is."""

    SELF = "self"
    HOME = "home"
    WORK = "work"
    FAMILY = "family"
    ASSISTANT = "assistant"


class DateKind(StrEnum):
    """Dates worth remembering."""

    BIRTHDAY = "birthday"
    CHILD_BIRTHDAY = "child_birthday"
    WEDDING = "wedding"
    FOUNDING = "founding"
    FIRST_ORDER = "first_order"
    CONTRACT_END = "contract_end"
    DUE_DATE = "due_date"
    FESTIVAL = "festival"
    OTHER = "other"


class Calendar(StrEnum):
    """In which calendar a date is kept."""

    SOLAR = "solar"
    LUNAR = "lunar"


class Direction(StrEnum):
    """Who began the contact: the customer (in) or the shop (out)."""

    IN = "in"
    OUT = "out"


class InteractionType(StrEnum):
    """Ways of being in contact."""

    CALL = "call"
    WECHAT = "wechat"
    VISIT_IN = "visit_in"
    VISIT_OUT = "visit_out"
    SMS = "sms"
    EMAIL = "email"
    PLATFORM = "platform"
    WHATSAPP = "whatsapp"
    SOCIAL = "social"
    WEBSITE = "website"
    LETTER = "letter"
    EVENT = "event"
    NOTE = "note"


class Outcome(StrEnum):
    """The ten ways a contact ends, in the order of their digit keys (1 to 9, 0)."""

    SOLVED = "solved"
    FOLLOW_UP = "followup"
    NO_ANSWER = "noanswer"
    BUSY = "busy"
    WRONG = "wrong"
    REFUSED = "refused"
    ORDERED = "ordered"
    COMPLAINT = "complaint"
    THINKING = "thinking"
    OTHER = "other"


class FollowUpKind(StrEnum):
    """What is to be done."""

    CALL = "call"
    MESSAGE = "message"
    VISIT = "visit"
    SEND = "send"
    PREPARE = "prepare"
    INTERNAL = "internal"
    GIFT = "gift"
    SURVEY = "survey"
    REVIEW = "review"
    APPROVAL = "approval"
    OTHER = "other"


class FollowUpState(StrEnum):
    """Open until done or cancelled; overdue and today are computed, not stored."""

    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class Priority(StrEnum):
    """How urgent a follow-up is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class TicketType(StrEnum):
    """Why a ticket was opened."""

    COMPLAINT = "complaint"
    INQUIRY = "inquiry"
    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND = "refund"
    REPAIR = "repair"
    SUGGESTION = "suggestion"
    PRAISE = "praise"


class TicketState(StrEnum):
    """The life of a ticket. A reopened one is working again, with its `reopened` count raised."""

    NEW = "new"
    WORKING = "working"
    RESOLVED = "resolved"
    CLOSED = "closed"
    VOID = "void"


OPEN_TICKET_STATES = (TicketState.NEW, TicketState.WORKING, TicketState.RESOLVED)
"""States in which the shop still owes the customer something (resolved ones: the call back)."""


class Severity(StrEnum):
    """How bad it is, worst first."""

    SAFETY = "safety"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class Cause(StrEnum):
    """The eight reasons why customers are dissatisfied."""

    GOODS = "goods"
    SERVICE = "service"
    NOT_HEARD = "notheard"
    BROKEN_PROMISE = "broken"
    DELAY = "delay"
    SKILL = "skill"
    LATE_REMEDY = "late"
    ARROGANT = "arrogant"


class Channel(StrEnum):
    """Where something reached the shop: a ticket or a purchase."""

    STORE = "store"
    PHONE = "phone"
    WECHAT = "wechat"
    TAOBAO = "taobao"
    DOUYIN = "douyin"
    MEITUAN = "meituan"
    PLATFORM = "platform"
    WHATSAPP = "whatsapp"
    SOCIAL = "social"
    WEBSITE = "website"
    BOX = "box"
    BOOK = "book"
    SMS = "sms"
    EMAIL = "email"
    REGULATOR = "regulator"
    OTHER = "other"


class Step(StrEnum):
    """The six steps of handling a complaint, in order."""

    VENT = "vent"
    APOLOGISE = "apologise"
    QUESTION = "question"
    OFFER = "offer"
    OPINION = "opinion"
    FOLLOW_UP = "followup"


class Question(StrEnum):
    """The nine questions of the third step."""

    EVENT = "event"
    HOW = "how"
    GOODS = "goods"
    WHY = "why"
    GUIDE = "guide"
    OTHER = "other"
    REASONABLE = "reasonable"
    WISH = "wish"
    OLD_NEW = "old_new"


class ResolutionKind(StrEnum):
    """What can be offered to make it good."""

    APOLOGY = "apology"
    EXPLAIN = "explain"
    REPAIR = "repair"
    EXCHANGE = "exchange"
    REFUND = "refund"
    COMPENSATE = "compensate"
    COUPON = "coupon"
    GIFT = "gift"
    VISIT = "visit"
    OTHER = "other"


class CustomerSays(StrEnum):
    """What the customer answers to an offer."""

    PENDING = "pending"
    ACCEPT = "accept"
    REFUSE = "refuse"
    THINKING = "thinking"


class Role(StrEnum):
    """What a member of staff may do (limits come with a later version)."""

    OWNER = "owner"
    MANAGER = "manager"
    CLERK = "clerk"
    VIEWER = "viewer"
