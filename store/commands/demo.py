"""`demo`: a made-up shop to try things on, thrown away afterwards unless a folder is named for it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import locales
from locales import _, ngettext
from store.commands.call import Answer, Call
from store.commands.progress import progress
from store.errors import ShopUnusable


def demo(call: Call) -> Answer:
    """Make the shop and open the app on it, or with `--no-open` name its folder."""
    stays = call.arguments.no_open
    if not stays:
        call.app.require_terminal()
    with _folder(call, keep=stays) as folder:
        records = _fill(call, folder)
        status = 0 if stays else _open(call, folder)
    customers, seed = call.arguments.customers, call.arguments.seed
    return call.answer(
        lambda: {
            "folder": str(folder),
            "customers": customers,
            "records": records,
            "seed": seed,
            "language": locales.language(),
        },
        lambda: _lines(folder, customers) if stays else (),
        status=status,
    )


@contextlib.contextmanager
def _folder(call: Call, *, keep: bool) -> Iterator[Path]:
    """The folder that `--data` names, which must be empty; else one that is thrown away, unless it is to be kept.

    Raises:
        ShopUnusable: there is something in the folder.
    """
    if call.arguments.data is not None:
        if call.folder.exists() and not _is_free(call.folder):
            sentence = _(
                "{path} is not empty; a made-up shop goes into an empty folder. A shop that is there is opened with:"
                " crm-tui --data {path}"
            )
            raise ShopUnusable(sentence.format(path=call.folder), file=str(call.folder))
        yield call.folder
        return
    folder = Path(tempfile.mkdtemp(prefix="crm-tui-demo-"))
    try:
        yield folder
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)


def _is_free(folder: Path) -> bool:
    """Whether the folder is empty; what a `demo` leaves that was cut short (a full disk, say) counts for nothing."""
    from store.engine import open_database
    from store.engine.adopt import holds_nothing
    from store.engine.files import system_files
    from store.engine.generation import POINTER

    if not folder.is_dir():
        return False
    if not (folder / POINTER).exists():
        return holds_nothing(system_files(), folder)
    with open_database(folder, create=False, read_only=True) as database:
        return database.action == 0 and not database.tables()


def _fill(call: Call, folder: Path) -> int:
    """Write the records, and what makes the first start quick; returns how many records."""
    from store import first_rows
    from store.clock import system_clock
    from store.demo.generate import write_demo
    from store.engine import open_database
    from store.finding import Finding
    from store.shop import INDEXES

    # Compacted at the end, not beside the work: whoever opens the shop then finds all its side files.
    with open_database(folder, indexes=INDEXES, compact_at=sys.maxsize) as database:
        with progress(_("Making a shop to try things on:")) as tell:
            records = write_demo(
                database,
                seed=call.arguments.seed,
                now=(call.now or system_clock)(),
                customers=call.arguments.customers,
                language=locales.language(),
                progress=tell,
            )
        database.compact()
        finding = Finding(database)
        finding.index.count  # noqa: B018 - made on first use
        finding.save()
        first_rows.save(database, finding.index)
    return records


def _open(call: Call, folder: Path) -> int:
    """Open the app on it; returns the exit status."""
    return call.app.open(folder, _who(call), named=True, create=False, mouse=False, lean=None)


def _who(call: Call) -> str:
    """Who works in the made-up shop: who was named, else its owner."""
    from store.demo.generate import demo_words

    login, _name, _role = demo_words(locales.language()).staff[0]
    return call.arguments.by or os.environ.get("CRM_TUI_BY") or login


def _lines(folder: Path, customers: int) -> Iterator[str]:
    yield str(folder)
    yield ngettext(
        "A made-up shop with {count} customer.", "A made-up shop with {count} customers.", customers
    ).format(count=customers)
    yield _("To look at it: crm-tui --data {path}").format(path=folder)
