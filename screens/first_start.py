"""The first start: what the shop is called, its money and its time, and where its customers come from."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from textual.widget import Widget

from locales import N_, _, language, use
from screens import navigation
from screens.choose import Choice, ChooseDialog
from screens.form import FormScreen
from store.records.field_words import field_label
from widgets.choice_field import ChoiceField
from widgets.fields import TextField


class FirstStartForm(FormScreen[str]):
    """Asked once. Leaving it unanswered keeps the defaults, and it is asked again next time."""

    KIND = "first_start"
    ABOUT = N_("Asked once. What you say here can be changed later: crm-tui do settings.set shop_name=...")

    def title_text(self) -> str:
        """What is asked, and that nothing needs much thought."""
        return _("Welcome. Four things about the shop; Ctrl+S goes on.")

    def fields(self) -> Iterable[Widget]:
        """The settings, with what this machine suggests."""
        here, zone = language(), guess_zone()
        # First, and named in both: it may be the one word that can be read here.
        word = field_label("settings", "language")
        both = word if here == "zh" else f"{word} 语言"
        yield ChoiceField("language", both, [("zh", "中文"), ("en", "English")], here)
        yield TextField("shop_name", field_label("settings", "shop_name"))
        currency = "CNY" if here == "zh" else guess_currency(zone)
        yield TextField("currency", field_label("settings", "currency"), currency)
        yield TextField("time_zone", field_label("settings", "time_zone"), zone)

    async def ready(self) -> None:
        """The language is mostly right; the name is what is typed."""
        self.field("shop_name").focus()

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> str:  # noqa: ARG002 - all are saved
        """Set them; the machine's country is taken for telephone numbers."""
        given: dict[str, Any] = {key: value.strip() for key, value in values.items()}
        given["currency"] = given["currency"].upper()
        await self.desk.do("settings.set", **given)
        return str(given["language"])

    def after(self, result: str) -> None:
        """Go on in the language that was chosen, and offer where the customers come from."""
        if result == language():
            self._offer()
        else:
            self.house.run_worker(self._begin_anew(result), name="language")

    async def _begin_anew(self, chosen: str) -> None:
        """Make the first screen again, with its words in the language `chosen`."""
        house = self.house
        use(chosen)
        await house.switch_mode("agenda")
        await house.remove_mode("customers")
        house.add_mode("customers", navigation.place("customers"))
        await house.switch_mode("customers")
        self._offer()

    def _offer(self) -> None:
        """Offer where the customers come from."""
        choices = [
            Choice("new", _("Add the first customer"), "F5"),
            Choice("import", _("Bring in a file (CSV, XLSX, or VCF from a telephone)")),
            Choice("demo", _("Look at a made-up shop first")),
            Choice("", _("Later")),
        ]

        def settle(answer: str | None) -> None:
            if answer == "new":
                navigation.open_screen(self.house, "new_customer", wanted="")
            elif answer == "import":
                navigation.open_screen(self.house, "import_file")
            elif answer == "demo":
                self._show_demo()

        self.app.push_screen(ChooseDialog(_("Where do the customers come from?"), choices), settle)

    def _show_demo(self) -> None:
        """Lend the terminal to a made-up shop in a process of its own; the own shop is back when that is left."""
        door = Path(__file__).parents[1] / "crm_tui.py"
        with self.house.suspend():
            subprocess.run([sys.executable, str(door), "--lang", language(), "demo"], check=False)  # noqa: S603
        self.house.tell(_("This is your own shop again."))


def guess_zone() -> str:
    """The time zone of this machine, by name; the one of Shanghai where it cannot be told.

    A machine that keeps UTC, as rented ones do, says nothing about where the shop is.
    """
    named = os.environ.get("TZ", "").lstrip(":")
    if "/" in named:
        return named
    link = Path("/etc/localtime")
    parts = link.resolve().parts if link.exists() else ()
    found = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    return found if "/" in found and not found.startswith("Etc/") else "Asia/Shanghai"


MONEY_OF_ZONES = {
    "Asia/Shanghai": "CNY",
    "Asia/Hong_Kong": "HKD",
    "Asia/Taipei": "TWD",
    "Asia/Singapore": "SGD",
    "Asia/Tokyo": "JPY",
    "Europe/London": "GBP",
}
"""Where the clock tells the money; a machine in China often speaks English."""


def guess_currency(zone: str = "") -> str:
    """The currency of the country of `zone`, else of this machine's, for the few that are common; CNY elsewhere."""
    import locale

    if zone in MONEY_OF_ZONES:
        return MONEY_OF_ZONES[zone]
    country = ((locale.getlocale()[0] or "").partition("_")[2] or "CN")[:2]
    euro = ("DE", "FR", "IT", "ES", "NL", "AT", "BE", "IE", "PT", "FI")
    known = {
        "US": "USD",
        "GB": "GBP",
        "JP": "JPY",
        "HK": "HKD",
        "TW": "TWD",
        "SG": "SGD",
        "AU": "AUD",
        "CA": "CAD",
    }
    return "EUR" if country in euro else known.get(country, "CNY")
