"""Small checks that the records share. Each returns a sentence, or nothing when the value is good."""

from __future__ import annotations

from locales import _, ngettext

NAME_LENGTH = 200
LINE_LENGTH = 500
TEXT_LENGTH = 20_000


def required(text: str, length: int = NAME_LENGTH) -> str | None:
    """A line that must not be empty."""
    if not text.strip():
        return _("must not be empty")
    return line(text, length)


def line(text: str, length: int = LINE_LENGTH) -> str | None:
    """A text of at most `length` characters."""
    if len(text) > length:
        return ngettext(
            "is longer than {count} character", "is longer than {count} characters", length
        ).format(count=length)
    return None


def between(number: int, lowest: int, highest: int) -> str | None:
    """A number within limits, both included."""
    if not lowest <= number <= highest:
        return _("must be between {lowest} and {highest}").format(lowest=lowest, highest=highest)
    return None


def gather(**findings: str | None) -> dict[str, str]:
    """The findings that are not empty."""
    return {field: sentence for field, sentence in findings.items() if sentence}
