"""The door: environment, command line, then one headless command or the full-screen app.

`python crm_tui.py …` from a bare checkout and the installed `crm-tui …` do the same.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from locales import _
from store.errors import Usage

if TYPE_CHECKING:
    from store.clock import Clock


def main(argv: Sequence[str] | None = None, *, now: Clock | None = None) -> int:
    """Run one command line.

    Args:
        argv: the words behind the program's name; those of this process without.
        now: a clock; this machine's without.

    Returns:
        The exit status: 0 done, 1 nothing found or some input refused, 2 wrong usage, 3 the data cannot be used.
    """
    from store.commands.main import run

    return run(sys.argv[1:] if argv is None else argv, FullScreenApp(), now)


class FullScreenApp:
    """The app as the commands know it."""

    def require_terminal(self) -> None:
        """Raise where the app cannot be shown.

        Raises:
            Usage: this is no terminal, or one that cannot do it.
        """
        from screens import terminal

        trouble = terminal.problem(os.environ, sys.stdout)
        if trouble is None and not sys.stdin.isatty():
            trouble = _("The keyboard is not a terminal: something else is standard input.")
        if trouble is not None:
            raise Usage(trouble)

    def open(
        self, folder: Path, by: str | None, *, named: bool, create: bool, mouse: bool, lean: bool | None
    ) -> int:
        """Run the app on the shop in `folder`.

        Args:
            folder: of the shop.
            by: the login of who works, None where it cannot be told.
            named: whether a person said so; a login of the system may be shared.
            create: whether a shop may be made there.
            mouse: take mouse events.
            lean: send little; where nobody said, over SSH.

        Raises:
            Usage: this terminal cannot show it.
            ShopUnusable: the shop cannot be opened; nothing was drawn.
        """
        from screens import terminal

        self.require_terminal()
        # Textual reads its settings from the environment when it is imported.
        terminal.prepare(os.environ)
        from screens.start import run

        is_lean = terminal.is_lean(os.environ, wanted=lean)
        return run(folder, by, named=named, create=create, mouse=mouse, lean=is_lean)


if __name__ == "__main__":
    sys.exit(main())
