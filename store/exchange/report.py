"""What an import and an export have to say afterwards, in the shapes that programs read."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from store.errors import CrmError

Outcome = Literal["new", "updated", "unchanged", "duplicate", "refused"]


class Cancelled(CrmError):  # noqa: N818 - named as the other errors for people are
    """The person stopped the import; nothing was changed."""

    kind = "cancelled"


@dataclass(frozen=True)
class RefusedRow:
    """A row that did not come in.

    Attributes:
        line: where it stands in the file.
        cells: the row as it is in the file.
        kind: "refused", or "duplicate" when its telephone number belongs to somebody of another name.
    """

    line: int
    reason: str
    cells: tuple[str, ...]
    kind: Literal["refused", "duplicate"] = "refused"


@dataclass
class ImportReport:
    """What became of a file.

    Each row that was read is counted once: `read == new + updated + unchanged + duplicates + refused_count`.
    `refused` lists the rows that did not come in, duplicates among them; `refused_count` counts those that are not
    duplicates.

    Attributes:
        own: the file was written by our own export.
        dates: how a date such as 3/4/2022 was read; empty where none left a doubt. It is the first of `warnings`.
        headers: names of the columns, for the rows of `refused`.
        refused_file: where those rows were written, to be corrected and imported again.
        action: the journal action, or None when nothing had to be changed.
    """

    file: Path
    format: str
    encoding: str
    into: str
    source: str = ""
    own: bool = False
    headers: tuple[str, ...] = ()
    dates: str = ""
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    refused: list[RefusedRow] = field(default_factory=list)
    refused_file: Path | None = None
    warnings: list[str] = field(default_factory=list)
    action: int | None = None
    dry_run: bool = False

    @property
    def refused_count(self) -> int:
        """How many rows were refused, duplicates apart."""
        return len(self.refused) - self.duplicates

    @property
    def read(self) -> int:
        """How many rows the file has."""
        return self.new + self.updated + self.unchanged + len(self.refused)

    @property
    def exit_status(self) -> int:
        """0 when everything is in, 1 when some rows are not."""
        return 1 if self.refused else 0

    def refuse(self, line: int, reason: str, cells: tuple[str, ...]) -> None:
        """Note a row that did not come in."""
        self.refused.append(RefusedRow(line, reason, cells))

    def duplicate(self, line: int, reason: str, cells: tuple[str, ...]) -> None:
        """Note a row whose telephone number belongs to somebody of another name."""
        self.duplicates += 1
        self.refused.append(RefusedRow(line, reason, cells, "duplicate"))

    def row(self, refused: RefusedRow) -> dict[str, str]:
        """A row that did not come in, by column."""
        names = [
            *self.headers,
            *(f"#{number}" for number in range(len(self.headers) + 1, len(refused.cells) + 1)),
        ]
        return dict(zip(names, refused.cells, strict=False))

    def to_json(self) -> dict[str, Any]:
        """The JSON shape of an import."""
        return {
            "file": str(self.file),
            "format": self.format,
            "encoding": self.encoding,
            "into": self.into,
            "source": self.source,
            "read": self.read,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "duplicates": self.duplicates,
            "refused": [
                {"line": entry.line, "kind": entry.kind, "reason": entry.reason, "row": self.row(entry)}
                for entry in self.refused
            ],
            "refused_count": self.refused_count,
            "refused_file": None if self.refused_file is None else str(self.refused_file),
            "warnings": self.warnings,
            "action": self.action,
            "dry_run": self.dry_run,
        }


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote: the files, and how many records of each table."""

    files: tuple[Path, ...]
    format: str
    counts: dict[str, int]

    def to_json(self) -> dict[str, Any]:
        """The JSON shape of an export."""
        return {"files": [str(file) for file in self.files], "format": self.format, "counts": self.counts}
