"""The first start: what the shop is called, its money and its time, and where its customers come from."""

from __future__ import annotations

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
from store.actions.reading_again import NumbersRead
from store.actions.shop_setup import as_meant
from store.place import Place, guess_place, place_of
from store.records.countries import COUNTRIES, country_of_zone
from store.records.field_words import field_label
from store.records.setting import Settings
from widgets.choice_field import ChoiceField
from widgets.fields import Field, TextField


class FirstStartForm(FormScreen[str]):
    """Asked once. Leaving it unanswered keeps what the machine suggests, and it is asked again next time."""

    KIND = "first_start"
    ABOUT = N_("Asked once. What you say here can be changed later: crm-tui do settings.set shop_name=...")

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._suggested = self._machine_says = Place()
        self._read: tuple[str, ...] = ()

    def title_text(self) -> str:
        """What is asked, and that nothing needs much thought."""
        return _("Welcome. A few things about the shop; Ctrl+S goes on.")

    def fields(self) -> Iterable[Widget]:
        """The settings, with what this machine suggests, or what a first import took over from it."""
        here, kept = language(), self.desk.shop.settings
        suggested = (
            guess_place(here) if kept == Settings() else Place(kept.time_zone, kept.region, kept.currency)
        )
        self._suggested = self._machine_says = suggested
        # First, and named in both: it may be the one word that can be read here.
        word = field_label("settings", "language")
        both = word if here == "zh" else f"{word} 语言"
        yield ChoiceField("language", both, [("zh", "中文"), ("en", "English")], here, by_letter=False)
        yield TextField("shop_name", field_label("settings", "shop_name"))
        yield TextField("region", field_label("settings", "region"), suggested.region)
        yield TextField("currency", field_label("settings", "currency"), suggested.currency)
        yield TextField("time_zone", field_label("settings", "time_zone"), suggested.time_zone)

    async def ready(self) -> None:
        """The language is mostly right; the name is what is typed."""
        self.field("shop_name").focus()

    def hint(self, field: Field) -> str:
        """What a country, a currency or a time zone is read as, where that differs from what is typed."""
        read = as_meant(field.key, field.value)
        if field.key == "region" and read in COUNTRIES:
            self._suggest(place_of(read))
        return f"= {read}" if read not in ("", field.value.strip()) else ""

    def _suggest(self, place: Place) -> None:
        """Fill in what is likely in the country just named, where the last suggestion stands unchanged."""
        before = self._suggested
        self._suggested = place
        money, zone = self.field("currency"), self.field("time_zone")
        if money.value.strip() == before.currency and place.currency:
            money.value = place.currency
        if zone.value.strip() == before.time_zone and country_of_zone(before.time_zone) != place.region:
            zone.value = place.time_zone

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> str:  # noqa: ARG002 - all are saved
        """Set them."""
        given: dict[str, Any] = {key: value.strip() for key, value in values.items()}
        done = await self.desk.do("settings.set", **given)
        self._read = done.report.sentences() if isinstance(done.report, NumbersRead) else ()
        return str(given["language"])

    def _close(self, result: str | None) -> None:
        if result is None and (suggested := self._machine_says.known()):
            self.house.run_worker(self._keep(suggested), name="place")
        super()._close(result)

    async def _keep(self, suggested: Mapping[str, str]) -> None:
        """Let the shop be where the machine is as long as nobody says otherwise."""
        if self.desk.shop.settings == Settings():
            await self.desk.do("settings.set", **suggested)

    def after(self, result: str) -> None:
        """Go on in the language that was chosen, and offer where the customers come from."""
        if result == language():
            self._offer()
        else:
            self.house.run_worker(self._begin_anew(result), name="language")
        if self._read:
            self.house.tell(" ".join(self._read))

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
