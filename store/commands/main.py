"""Runs one command line, from its words to the exit status. Nothing a person does wrong ends in a traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import locales
from locales import _
from store.commands import output, parser
from store.commands.call import Answer, App, Call, error_json
from store.errors import CrmError, Usage
from store.paths import data_folder, is_named, who_acts

if TYPE_CHECKING:
    from store.clock import Clock

UNUSABLE: Final = 3
STOPPED: Final = 130
"""128 and the number of SIGINT, as shells have it."""
OF_A_PATH: Final = frozenset(
    {errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP}
    | {errno.ENOSPC}
)
"""What the system says of a path that cannot be used: nothing that would have to be mended in the program."""


def run(argv: Sequence[str], app: App, now: Clock | None = None) -> int:
    """Run a command line.

    Args:
        argv: the words behind the program's name.
        app: the full-screen app.
        now: a clock; this machine's without.

    Returns:
        0 done, 1 nothing found or some input refused, 2 wrong usage, 3 the data cannot be used as it is, 130 stopped.
    """
    output.prepare_streams()
    try:
        answer = _told(argv, app, now)
        _write(answer)
    except BrokenPipeError:
        # Nobody reads our output any more (`| head`): that is no error.
        _write_no_more()
        return 0
    except OSError as error:
        _write_no_more()
        output.complain(
            _("The answer could not be written: {reason}").format(reason=error.strerror or str(error))
        )
        return UNUSABLE
    except KeyboardInterrupt:
        with contextlib.suppress(BrokenPipeError):
            output.complain(_("Stopped. Nothing is half done."))
        return STOPPED
    return answer.status


def _told(argv: Sequence[str], app: App, now: Clock | None) -> Answer:
    """Run, and tell what went wrong."""
    as_json = "--json" in parser.before_dashes(argv)
    try:
        locales.use(parser.wanted_language(argv))
        return _run(argv, app, now)
    except CrmError as error:
        return _complaint(error, as_json=as_json)
    except OSError as error:
        if error.errno not in OF_A_PATH:
            return _crash(error, argv, as_json=as_json)
        return _complaint(_of_a_path(error, argv), as_json=as_json)
    except Exception as error:  # noqa: BLE001 - the last place before the person: a sentence instead of a traceback
        return _crash(error, argv, as_json=as_json)


def _of_a_path(error: OSError, argv: Sequence[str]) -> CrmError:
    """The sentence about a path that was named and cannot be used, be it the shop's."""
    from store.engine.trouble import from_system

    named = error.filename if isinstance(error.filename, str) else None
    return from_system(
        error, Path(named) if named else data_folder(parser.value_of("--data", argv)), writing=False
    )


def _run(argv: Sequence[str], app: App, now: Clock | None) -> Answer:
    parsed = parser.parse(argv)
    if parsed.shown:
        return Answer(lines=tuple(parsed.shown.splitlines()))
    arguments = parsed.arguments
    if parsed.command is None and arguments.version:
        return Answer(lines=(f"{parser.PROGRAM} {version()}",))
    call = Call(arguments, data_folder(arguments.data), who_acts(arguments.by), now, app)
    if parsed.command is not None:
        answer = parsed.command.run(call)
        return replace(answer, remarks=(*answer.remarks, *call.notices()))
    named = is_named(arguments.by)
    mouse, lean = arguments.mouse, arguments.lean
    return Answer(app.open(call.folder, call.by, named=named, create=True, mouse=mouse, lean=lean))


def _write(answer: Answer) -> None:
    if answer.document is not None:
        output.write_json(answer.document)
    else:
        output.say(answer.lines)
    # What was found stands before what is to be said about it, also where both go to one terminal.
    sys.stdout.flush()
    output.say(answer.remarks, sys.stderr)


def _complaint(error: CrmError, *, as_json: bool) -> Answer:
    """An error: a sentence on standard error, for a program the facts on standard output too."""
    if as_json:
        document = error_json(error.kind, error.message, error.details)
        return Answer(error.exit_status, document, remarks=(error.message,))
    listing = error.details.get("listing") or _matches(error.details.get("matches", ()))
    return Answer(error.exit_status, remarks=(error.message, *listing))


def _matches(matches: Sequence[dict[str, Any]]) -> list[str]:
    """Customers that a look-up found, for people to choose from."""
    return output.table(
        [(match["number"], match["name"], " ".join(match["phones"][:2])) for match in matches], indent="  "
    )


def _crash(error: Exception, argv: Sequence[str], *, as_json: bool) -> Answer:
    """An error that nobody foresaw; its traceback is kept where it may be kept."""
    message = _("Something unforeseen went wrong: {reason}.").format(
        reason=f"{type(error).__name__}: {error}".rstrip(": ")
    )
    log = _keep_traceback(error, argv)
    if log is not None:
        message += " " + _("What is needed to mend it is in {path}.").format(path=log)
    document = error_json("crash", message, {"log": str(log) if log else None}) if as_json else None
    return Answer(UNUSABLE, document, remarks=(message,))


def _keep_traceback(error: Exception, argv: Sequence[str]) -> Path | None:
    """Write the traceback to `crash.log` in the shop's folder; without a shop, in the user's folder for such things."""
    import traceback

    from store.engine.generation import POINTER

    text = "".join(traceback.format_exception(error))
    try:
        folder = data_folder(parser.value_of("--data", argv))
        if not (folder / POINTER).is_file():
            from platformdirs import user_state_path

            folder = user_state_path("crm-tui", appauthor=False)
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        log = folder / "crash.log"
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
            file.write(f"{parser.PROGRAM} {version()}\n{text}\n")
    except (OSError, RuntimeError, Usage):
        # RuntimeError: this user has no home.
        return None
    return log


def version() -> str:
    """This program's version: of the checkout it runs from, else as it was installed."""
    import re

    project = Path(__file__).parents[2] / "pyproject.toml"
    if project.is_file():
        found = re.search(r'^version = "(.+?)"$', project.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            return found[1]
    from importlib import metadata

    return metadata.version("crm-tui")


def _write_no_more() -> None:
    """Let what is still to be written go nowhere, so that Python does not complain at its end."""
    with contextlib.suppress(OSError, ValueError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, sys.stdout.fileno())
        os.close(devnull)
