"""Where a new shop probably is: what this machine says of its time zone, country and money. Only ever a suggestion."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from store.records.countries import country_code, country_of_zone, currency_of, zone_of_country
from store.records.setting import Settings

CHINA = "CN"


@dataclass(frozen=True)
class Place:
    """Where a shop is; what is not known is empty."""

    time_zone: str = ""
    region: str = ""
    currency: str = ""

    def known(self) -> dict[str, str]:
        """The settings that it tells, without those that are so anyway."""
        usual = Settings()
        return {
            name: value for name, value in asdict(self).items() if value not in ("", getattr(usual, name))
        }


def guess_place(language: str, environ: Mapping[str, str] | None = None) -> Place:
    """What this machine says. The zone decides, then the country of its locale, then Chinese as the `language`.

    A locale that speaks another language than the person, as rented machines have it, is not asked where Chinese is
    spoken.
    """
    env = os.environ if environ is None else environ
    zone = guess_zone(env)
    spoken, country = _locale(env)
    region = country_of_zone(zone)
    if not region and (language != "zh" or spoken == "zh"):
        region = country
    if not region and not zone and language == "zh":
        region = CHINA
    return Place(zone or zone_of_country(region), region, currency_of(region))


def place_of(region: str) -> Place:
    """What is likely in a country that a person named."""
    return Place(zone_of_country(region), region, currency_of(region))


def guess_zone(environ: Mapping[str, str] | None = None) -> str:
    """The time zone of this machine, by name; nothing where it cannot be told.

    A machine that keeps UTC, as rented ones do, says nothing about where the shop is.
    """
    named = (os.environ if environ is None else environ).get("TZ", "").lstrip(":")
    if "/" not in named:
        link = Path("/etc/localtime")
        parts = link.resolve().parts if link.exists() else ()
        named = "/".join(parts[parts.index("zoneinfo") + 1 :]) if "zoneinfo" in parts else ""
    return named if "/" in named and not named.startswith(("Etc/", "/")) else ""


def _locale(environ: Mapping[str, str]) -> tuple[str, str]:
    """Language and country of this machine's locale; empty where it names none."""
    import sys

    names = [environ.get(name, "") for name in ("LC_ALL", "LC_MONETARY", "LC_TELEPHONE", "LANG")]
    if sys.platform in ("win32", "darwin"):
        import locale

        names.append(locale.getlocale()[0] or "")
    for name in names:
        language, _line, rest = name.partition("_")
        country = country_code(rest[:2])
        if country is not None:
            return language.casefold(), country
    return "", ""
