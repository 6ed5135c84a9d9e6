"""What can go wrong, as sentences for people. Each error carries its kind and the exit status of a command."""

from __future__ import annotations

from typing import Any, ClassVar


class CrmError(Exception):
    """Something a person can be told in one sentence.

    Attributes:
        kind: a stable English key for programs.
        exit_status: 1 refused or nothing found, 2 wrong usage, 3 the data cannot be used as it is.
        message: the sentence, already in the person's language.
        details: facts for programs (field names, values, ids), JSON-able.
    """

    kind: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class Refused(CrmError):
    """The input breaks a rule. `details["fields"]` maps field names to what is wrong with each."""

    kind = "refused"


class NotFound(CrmError):
    """Nothing answers to that number, id or query."""

    kind = "not_found"


class Ambiguous(CrmError):
    """Several records answer where one is needed. `details["matches"]` lists them."""

    kind = "ambiguous"


class Conflict(CrmError):
    """Somebody else changed the same unit meanwhile. `details["conflicts"]` lists unit, base, theirs and yours."""

    kind = "conflict"


class Usage(CrmError):
    """The command itself is wrong: an unknown action, a field that does not exist."""

    kind = "usage"
    exit_status = 2


class ShopUnusable(CrmError):
    """The data cannot be used as it is; nothing was changed."""

    kind = "unusable"
    exit_status = 3


class ShopMissing(ShopUnusable):
    """There is no shop in that folder."""

    kind = "missing"


class ShopDamaged(ShopUnusable):
    """A file of the shop is damaged. `details` names the `file` and the `byte`."""

    kind = "damaged"


class NewerFormat(ShopUnusable):
    """The shop was written by a newer version of the program."""

    kind = "newer_format"


class NoRights(ShopUnusable):
    """The folder or a file may not be read, or not be written."""

    kind = "no_rights"


class ShopBusy(ShopUnusable):
    """Another process holds the lock for too long. `details` names its `pid`."""

    kind = "busy"


class NoRoom(ShopUnusable):
    """The disk (or a quota) is full; the change was not made."""

    kind = "no_room"


class OutcomeUnknown(ShopUnusable):
    """The disk did not confirm the write: whether the change is kept is not known until the shop is opened again."""

    kind = "outcome_unknown"
