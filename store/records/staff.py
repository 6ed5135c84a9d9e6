"""Staff: who works in the shop."""

from __future__ import annotations

from typing import ClassVar

from store.records import checks
from store.records.base import Record
from store.records.kinds import Role


class Staff(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A member of staff, known in every other record by `login`."""

    table: ClassVar[str] = "staff"

    login: str
    name: str = ""
    role: Role = Role.CLERK
    active: bool = True

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        return checks.gather(
            login=checks.required(self.login, 64), name=checks.line(self.name, checks.NAME_LENGTH)
        )
