"""The one place that looks at the clock. Everything else is given a `Clock`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """This moment, UTC, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)
