"""The rows that did not come in, as a file to be corrected and imported again."""

from __future__ import annotations

import csv
import io
import itertools
import os
from pathlib import Path

from locales import _
from store.exchange.atomic import write_atomically
from store.exchange.report import ImportReport
from store.exchange.safe_cells import neutralised


def write_refused(report: ImportReport, shop_folder: Path) -> Path | None:
    """Write `<name>-refused.csv` beside the input, or into the shop's folder where that cannot be written.

    The columns are those of the input and one with the reason, which an import leaves out; its header names the source,
    so that numbers elsewhere mean the same when the file comes back. A file of that name with other content may be one
    that a person is correcting: it stays, and ours gets a number. Nothing is written where nothing was refused.

    Raises:
        OSError: neither folder can be written.
    """
    if not report.refused:
        return None
    content = _content(report)
    folder = report.file.parent if _may_write(report.file.parent) else shop_folder
    stem = report.file.name.removesuffix(report.file.suffix)
    names = itertools.chain(
        [f"{stem}-refused.csv"], (f"{stem}-refused-{count}.csv" for count in itertools.count(2))
    )
    for name in names:
        target = folder / name
        if not target.exists():
            with write_atomically(target) as file:
                file.write(content)
            return target
        if target != report.file and target.is_file() and target.read_bytes() == content:
            return target
    raise AssertionError(stem)


def _content(report: ImportReport) -> bytes:
    width = max(len(report.headers), *(len(entry.cells) for entry in report.refused))
    extra = (_("column {number}").format(number=index + 1) for index in range(len(report.headers), width))
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    reason_header = _("reason for refusal ({source})").format(source=report.source)
    writer.writerow([*map(neutralised, (*report.headers, *extra)), reason_header])
    for entry in report.refused:
        cells = [*entry.cells, *[""] * (width - len(entry.cells))]
        reason = _("line {line}: {reason}").format(line=entry.line, reason=entry.reason)
        writer.writerow([*map(neutralised, cells), neutralised(reason)])
    # What was unreadable stays in as U+FFFD; nothing else that CSV cannot hold comes out of a file.
    return text.getvalue().encode("utf-8-sig", "replace")


def _may_write(folder: Path) -> bool:
    """Whether a file may be put there. Those who may do everything heed the folder's own rights, too."""
    return os.access(folder, os.W_OK) and bool(folder.stat().st_mode & 0o222)
