"""The command line: which commands there are, what each takes, and what is said when it is wrong."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Never

import locales
from locales import N_, _, ngettext
from store.commands.output import GAP, cells, fit, wrap
from store.commands.table import COMMANDS, Command
from store.errors import Usage

PROGRAM: Final = "crm-tui"

ARGPARSE_TEXTS: Final = (
    N_("usage: "),
    N_("positional arguments"),
    N_("options"),
    N_("show this help message and exit"),
    N_("argument %(argument_name)s: %(message)s"),
    N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"),
    N_("expected one argument"),
    N_("expected at most one argument"),
    N_("expected at least one argument"),
    N_("ignored explicit argument %r"),
    N_("not allowed with argument %s"),
    N_("invalid choice: %(value)r (choose from %(choices)s)"),
)
"""What argparse itself says, named here so that the catalogues have it."""

_WITH_VALUE = ("--data", "--lang", "--by")
_PROTECTED = "\0"
"""Stands before what follows `--`; no argument of a process can hold it."""


@dataclass(frozen=True)
class Parsed:
    """A command line that was understood, or asked for a text only (`shown`, with nothing more to do)."""

    command: Command | None
    arguments: argparse.Namespace
    shown: str = ""


class Shown(Exception):  # noqa: N818 - not an error
    """A help text was asked for."""


class CellFormatter(argparse.RawDescriptionHelpFormatter):
    """argparse's help, with its columns counted in cells of a terminal: a Chinese character takes two."""

    COLUMN: Final = 24
    """Where the help of an argument begins."""

    def __init__(self, prog: str, **options: Any) -> None:
        # argparse makes one for every argument that it is told of, and would load much only to ask for the width.
        super().__init__(prog, **{"width": _columns() - 2, **options})

    def _format_usage(
        self, usage: str | None, actions: Iterable[argparse.Action], groups: Any, prefix: str | None
    ) -> str:
        """What must be said; options that may be left out are listed below it anyway."""
        del groups
        if usage is None:
            self._prog = f"{self._prog} [{_('options')}]"
        needed = [action for action in actions if action.required or not action.option_strings]
        return super()._format_usage(usage, needed, [], prefix)

    def _format_action(self, action: argparse.Action) -> str:
        head = " " * self._current_indent + self._format_action_invocation(action)
        lines = wrap(self._expand_help(action) if action.help else "", self._width - self.COLUMN)
        if cells(head) + len(GAP) > self.COLUMN:
            lines.insert(0, "")
        first = fit(head, max(self.COLUMN, cells(head))) + lines[0]
        return "\n".join([first, *(" " * self.COLUMN + line for line in lines[1:])]).rstrip() + "\n"


def _columns() -> int:
    """The cells of a line of this terminal."""
    said = os.environ.get("COLUMNS", "")
    if said.isascii() and said.isdigit() and int(said):
        return int(said)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 80
    except (OSError, ValueError):
        # It is no terminal, or was closed.
        return 80


class HouseParser(argparse.ArgumentParser):
    """argparse that raises `Usage` where it would print and exit."""

    def __init__(self, **options: Any) -> None:
        if sys.version_info >= (3, 14):
            options["color"] = False
        super().__init__(allow_abbrev=False, formatter_class=CellFormatter, **options)

    def error(self, message: str) -> Never:
        """Raise what is wrong as a sentence, with the way to the help."""
        hint = _("See: {command} --help").format(command=self.prog)
        raise Usage(_("{problem}. {hint}").format(problem=message.replace(_PROTECTED, ""), hint=hint))

    def print_help(self, file: object = None) -> None:
        """Raise the help text."""
        del file
        raise Shown(self.format_help())


def before_dashes(argv: Sequence[str]) -> list[str]:
    """The words in which options can stand: those before `--`."""
    return list(argv[: argv.index("--")]) if "--" in argv else list(argv)


def wanted_language(argv: Sequence[str]) -> str:
    """The language that `argv` names, wherever `--lang` stands in it; else that of the environment or machine."""
    said = value_of("--lang", argv)
    return said if said in locales.LANGUAGES else locales.guess_language()


def value_of(option: str, argv: Sequence[str]) -> str | None:
    """The value that `option` has in `argv`, before it is parsed; None where it has none."""
    found = None
    before = before_dashes(argv)
    for index, word in enumerate(before):
        if word == option and index + 1 < len(before):
            found = before[index + 1]
        elif word.startswith(option + "="):
            found = word.partition("=")[2]
    return found


def parse(argv: Sequence[str]) -> Parsed:
    """Understand a command line.

    Raises:
        Usage: it is wrong.
    """
    _speak()
    name, rest = _split(argv)
    command = next((entry for entry in COMMANDS if entry.name == name), None)
    try:
        if name is None:
            return Parsed(None, main_parser().parse_args(rest))
        if command is None:
            raise Usage(_unknown(name))
        parser = command_parser(command)
        asked = {"-h", "--help"} & set(before_dashes(rest))
        help_text = parser.format_help() if asked else ""
        if help_text and command.own_help:
            return Parsed(command, argparse.Namespace(), help_text)
        # Otherwise argparse formats the usage before it reads a word, and cuts off as much as "usage: " is long.
        parser.usage = parser.prog
        arguments = parser.parse_intermixed_args(_protect(rest))
        arguments.help_text = help_text
        for key, value in vars(arguments).items():
            setattr(arguments, key, _unprotected(value))
    except Shown as shown:
        return Parsed(command, argparse.Namespace(), str(shown))
    return Parsed(command, arguments)


def _speak() -> None:
    """Let argparse say its own words in our language: it takes them from these two names of its module."""
    vars(argparse).update(_=_, ngettext=ngettext)


def _split(argv: Sequence[str]) -> tuple[str | None, list[str]]:
    """The name of the command, wherever it stands among the common options, and everything else."""
    rest = list(argv)
    index = 0
    while index < len(rest):
        word = rest[index]
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            return word, rest[:index] + rest[index + 1 :]
        index += 2 if word in _WITH_VALUE else 1
    return None, rest


def _protect(words: list[str]) -> list[str]:
    """`words` without `--`, what follows it marked so that argparse takes it for no option."""
    if "--" not in words:
        return words
    index = words.index("--")
    return words[:index] + [_PROTECTED + word for word in words[index + 1 :]]


def _unprotected(value: Any) -> Any:
    if isinstance(value, str):
        return value.removeprefix(_PROTECTED)
    return [_unprotected(item) for item in value] if isinstance(value, list) else value


def _unknown(name: str) -> str:
    import difflib

    close = difflib.get_close_matches(name, [command.name for command in COMMANDS], 1)
    hint = (
        _("Did you mean {names}?").format(names=close[0])
        if close
        else _("See: {command} --help").format(command=PROGRAM)
    )
    return _("There is no command {name}.").format(name=name) + " " + hint


def main_parser() -> HouseParser:
    """What `crm-tui` takes without a command, with the commands listed in its help."""
    parser = HouseParser(
        prog=PROGRAM,
        description=_("A workstation for a shop's customers. Without a command: the full-screen app."),
        epilog=_command_list(),
        usage=_("%(prog)s [options] [COMMAND ...]"),
    )
    add_common(parser)
    parser.add_argument("--mouse", action="store_true", help=_("take the mouse (app only)"))
    parser.add_argument(
        "--lean",
        action=argparse.BooleanOptionalAction,
        help=_("send little, for slow lines; by itself over SSH (app only)"),
    )
    parser.add_argument("--version", action="store_true", help=_("say which version this is"))
    return parser


def _command_list() -> str:
    width = max(len(command.name) for command in COMMANDS) + 2
    lines = [f"  {command.name:<{width}}{_(command.help)}" for command in COMMANDS]
    hint = _("{program} COMMAND --help tells more about one.").format(program=PROGRAM)
    return "\n".join([_("commands:"), *lines, "", hint])


def command_parser(command: Command) -> HouseParser:
    """The parser of one command."""
    parser = HouseParser(
        prog=f"{PROGRAM} {command.name}", description=_(command.help), add_help=command.own_help
    )
    if not command.own_help:
        parser.add_argument("-h", "--help", action="store_true", help=_("show this help message and exit"))
    command.add(parser)
    parser.add_argument("--json", action="store_true", help=_("answer with one JSON document"))
    add_common(parser)
    return parser


def add_common(parser: argparse.ArgumentParser) -> None:
    """The options that go with every command."""
    parser.add_argument(
        "--data", metavar=_("DIR"), help=_("the folder of the shop (else CRM_TUI_DATA, else your own)")
    )
    parser.add_argument("--lang", choices=tuple(locales.LANGUAGES), help=_("the language to speak"))
    parser.add_argument("--by", metavar=_("STAFF"), help=_("who acts (else CRM_TUI_BY, else your login)"))
