"""Which kinds a form offers, and in which order: what people of the shop's country use.

An enumeration knows all kinds, wherever they are used: what is stored is shown, and a command or a file may say any of
them. A form has ten digits, and offers what is common where the shop is.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from store.records.kinds import Channel, ContactType, InteractionType
from store.records.labels import label

CHINA: Final = "CN"

ELSEWHERE: Final[dict[type[StrEnum], tuple[StrEnum, ...]]] = {
    ContactType: (
        ContactType.MOBILE,
        ContactType.LANDLINE,
        ContactType.EMAIL,
        ContactType.WHATSAPP,
        ContactType.FACEBOOK,
        ContactType.INSTAGRAM,
        ContactType.WEBSITE,
        ContactType.FAX,
        ContactType.ADDRESS,
        ContactType.OTHER,
    ),
    InteractionType: (
        InteractionType.CALL,
        InteractionType.VISIT_IN,
        InteractionType.VISIT_OUT,
        InteractionType.EMAIL,
        InteractionType.SMS,
        InteractionType.WHATSAPP,
        InteractionType.SOCIAL,
        InteractionType.WEBSITE,
        InteractionType.LETTER,
        InteractionType.NOTE,
    ),
    Channel: (
        Channel.STORE,
        Channel.PHONE,
        Channel.EMAIL,
        Channel.WEBSITE,
        Channel.SMS,
        Channel.WHATSAPP,
        Channel.SOCIAL,
        Channel.REGULATOR,
        Channel.OTHER,
    ),
}
"""What is offered outside China, in the order of its digits."""

ONLY_ELSEWHERE: Final[dict[type[StrEnum], frozenset[StrEnum]]] = {
    ContactType: frozenset(
        {ContactType.WHATSAPP, ContactType.FACEBOOK, ContactType.INSTAGRAM, ContactType.WEBSITE}
    ),
    InteractionType: frozenset({InteractionType.WHATSAPP, InteractionType.SOCIAL, InteractionType.WEBSITE}),
    Channel: frozenset({Channel.WHATSAPP, Channel.SOCIAL, Channel.WEBSITE}),
}
"""What a shop in China is not offered."""


def offered(kind: type[StrEnum], region: str) -> tuple[StrEnum, ...]:
    """The members of `kind` that a shop in the country `region` (ISO 3166) is offered, in their order."""
    if region != CHINA and kind in ELSEWHERE:
        return ELSEWHERE[kind]
    hidden = ONLY_ELSEWHERE.get(kind, frozenset())
    return tuple(member for member in kind if member not in hidden)


def offered_words(kind: type[StrEnum], region: str) -> list[tuple[str, str]]:
    """What is offered, as a field of a form takes it: English keys with their words."""
    return [(member.value, label(member)) for member in offered(kind, region)]


def all_words(kind: type[StrEnum]) -> list[tuple[str, str]]:
    """All there are: what is stored is shown, although the country does not offer it."""
    return [(member.value, label(member)) for member in kind]
