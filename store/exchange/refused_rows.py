"""The rows that did not come in, as a file to be corrected and imported again."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path

from locales import _
from store.exchange.atomic import write_atomically
from store.exchange.report import ImportReport
from store.exchange.safe_cells import neutralised


def write_refused(report: ImportReport, shop_folder: Path) -> Path | None:
    """Write `<name>-refused.csv` beside the input, or into the shop's folder where that cannot be written.

    The columns are those of the input and one with the reason, which an import leaves out. Nothing is written where
    nothing was refused.

    Raises:
        OSError: neither folder can be written.
    """
    if not report.refused:
        return None
    name = f"{report.file.name.removesuffix(report.file.suffix)}-refused.csv"
    if report.file.name.endswith("-refused.csv"):
        name = report.file.name.removesuffix(".csv") + "-2.csv"
    folder = report.file.parent if _may_write(report.file.parent) else shop_folder
    target = folder / name
    width = max(len(report.headers), *(len(entry.cells) for entry in report.refused))
    headers = [
        *report.headers,
        *(_("column {number}").format(number=index + 1) for index in range(len(report.headers), width)),
    ]

    with write_atomically(target) as raw:
        text = io.TextIOWrapper(raw, "utf-8-sig", newline="")
        writer = csv.writer(text)
        writer.writerow([*map(neutralised, headers), _("reason for refusal")])
        for entry in report.refused:
            cells = [*entry.cells, *[""] * (width - len(entry.cells))]
            reason = _("line {line}: {reason}").format(line=entry.line, reason=entry.reason)
            writer.writerow([*map(neutralised, cells), neutralised(reason)])
        text.flush()
        text.detach()
    return target


def _may_write(folder: Path) -> bool:
    """Whether a file may be put there. Those who may do everything heed the folder's own rights, too."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)
