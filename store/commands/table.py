"""All commands: name, what it is for, what it takes, and which function does it. The functions are imported on use."""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from locales import N_, _

if TYPE_CHECKING:
    from store.commands.call import Answer, Call


@dataclass(frozen=True)
class Command:
    """One command.

    Attributes:
        help: one line about it, to be translated.
        add: adds what it takes to its parser.
        place: module and function that do it.
        own_help: whether argparse shows the help; otherwise the function does.
    """

    name: str
    help: str
    add: Callable[[argparse.ArgumentParser], None]
    place: str
    own_help: bool = True

    def run(self, call: Call) -> Answer:
        """Do it."""
        module, _colon, function = self.place.partition(":")
        found = getattr(importlib.import_module(f"store.commands.{module}"), function)
        return cast("Callable[[Call], Answer]", found)(call)


def positive(text: str) -> int:
    """A whole number from 1 on, as argparse takes it."""
    if text.isdecimal() and 0 < int(text) < 10**9:
        return int(text)
    raise argparse.ArgumentTypeError(_("{text} is not a number from 1 on").format(text=text))


def whole(text: str) -> int:
    """Any whole number, as argparse takes it."""
    if text.removeprefix("-").isdecimal() and len(text) < 19:
        return int(text)
    raise argparse.ArgumentTypeError(_("{text} is not a whole number").format(text=text))


def _demo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--customers", type=positive, metavar="N", default=300, help=_("how many customers (300)")
    )
    parser.add_argument(
        "--seed", type=whole, metavar="S", default=1, help=_("another seed, another shop (1)")
    )
    parser.add_argument(
        "--no-open", action="store_true", help=_("make it and name its folder, without the app")
    )


def _find(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "query", nargs="+", metavar=_("QUERY"), help=_("name, pinyin, initials, phone, company, tag …")
    )
    parser.add_argument("--limit", type=positive, default=20, metavar="N", help=_("at most so many (20)"))


def _show(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "customer", nargs="+", metavar=_("CUSTOMER"), help=_("C000012, id:12, or a look-up with one answer")
    )


def _do(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action", nargs="?", metavar=_("ACTION"), help=_("such as interaction.log; see --list")
    )
    parser.add_argument(
        "fields",
        nargs="*",
        metavar=_("FIELD=VALUE"),
        help=_("@FILE as a value reads it from a file; @@ is an @"),
    )
    parser.add_argument(
        "--list", action="store_true", help=_("name all actions, or the one given, with their fields")
    )


def _import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar=_("FILE"), help=_("CSV, XLSX or VCF"))
    parser.add_argument(
        "--into",
        choices=("customers", "purchases", "tickets"),
        help=_("what the rows are (told from the columns)"),
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar=_("FIELD=COLUMN"),
        help=_("take this field from that column"),
    )
    parser.add_argument(
        "--source", metavar=_("NAME"), help=_("which system the file comes from (the kind of file)")
    )
    parser.add_argument(
        "--policy",
        choices=("new", "update", "both"),
        default="both",
        help=_("only add new ones, only update known ones, or both (both)"),
    )
    parser.add_argument("--dry-run", action="store_true", help=_("say what would happen, change nothing"))


def _export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", choices=("customers", "purchases", "tickets", "agenda", "all"), help=_("what to write")
    )
    parser.add_argument(
        "--to",
        required=True,
        metavar=_("FILE"),
        help=_("its ending says the format: csv xlsx json; a file that is there is replaced"),
    )
    parser.add_argument("--where", metavar=_("FILTER"), help=_("only what belongs to whom a look-up finds"))


def _tickets(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", metavar=_("DATE"), help=_("those that were open on that day"))
    parser.add_argument("--all", action="store_true", help=_("closed and void ones too"))


def _agenda(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--day", metavar=_("DATE"), help=_("as of that day, instead of now"))
    parser.add_argument("--owner", metavar=_("STAFF"), help=_("only what that person is to do"))


def _duplicates(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--limit", type=positive, default=100, metavar="N", help=_("at most so many (100)"))


def _history(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "customer", nargs="*", metavar=_("CUSTOMER"), help=_("only what concerns this customer")
    )
    parser.add_argument(
        "--limit", type=positive, metavar="N", help=_("at most so many (100, with --json 1000)")
    )
    parser.add_argument("--day", metavar=_("DATE"), help=_("only of that day"))


def _undo(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "action",
        nargs="?",
        type=positive,
        metavar=_("ACTION"),
        help=_("its number in the history (your last one)"),
    )


def _ring(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "number", nargs="*", metavar=_("NUMBER"), help=_("as the telephone system gives it, in any spelling")
    )


def _check(parser: argparse.ArgumentParser) -> None:
    del parser


def _backup(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar=_("FILE"), help=_("where to write it"))
    parser.add_argument("--force", action="store_true", help=_("replace a file that is there"))


def _restore(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar=_("FILE"), help=_("a backup, or any TinyDB JSON file of a shop"))
    parser.add_argument("--yes", action="store_true", help=_("also where there is a shop with other content"))


def _salvage(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar=_("DIR"), help=_("the folder of the damaged shop; it is only read"))
    parser.add_argument("--to", metavar=_("NEW"), help=_("the folder of the new shop (DIR-salvaged)"))


def _snapshot(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar=_("FILE"), help=_("where to write it; a file that is there is replaced")
    )


COMMANDS = (
    Command("demo", N_("a made-up, lifelike shop to try things on"), _demo, "demo:demo"),
    Command("find", N_("look a customer up"), _find, "looking:find"),
    Command("show", N_("the card and the file of one customer"), _show, "looking:show"),
    Command("do", N_("do anything the screens can do, by its name"), _do, "doing:do", own_help=False),
    Command("import", N_("take in customers, purchases or tickets from files"), _import, "exchange:take_in"),
    Command(
        "export",
        N_("write customers, purchases, tickets or the agenda to a file"),
        _export,
        "exchange:write_out",
    ),
    Command("tickets", N_("the tickets that are open"), _tickets, "lists:tickets"),
    Command("agenda", N_("what is to be done, by day"), _agenda, "lists:agenda"),
    Command("duplicates", N_("customers who are probably the same"), _duplicates, "alike:duplicates"),
    Command("history", N_("who did what, newest first"), _history, "past:history"),
    Command("undo", N_("take an action back"), _undo, "past:undo"),
    Command("ring", N_("a call comes in: say who it is, here and on every open screen"), _ring, "ring:ring"),
    Command("check", N_("see whether the shop's files are sound"), _check, "care:check"),
    Command("backup", N_("write a backup to a file, while the shop is in use"), _backup, "care:backup"),
    Command("restore", N_("bring a shop back from a backup"), _restore, "restoring:restore"),
    Command(
        "salvage", N_("save what can be read of a damaged shop into a new one"), _salvage, "care:salvage"
    ),
    Command("snapshot", N_("write everything as one plain TinyDB JSON file"), _snapshot, "care:snapshot"),
)
