"""Countries: their ISO 3166 codes as people write them, the money used there, and the country of a time zone."""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from zoneinfo import TZPATH

COUNTRIES: Final = frozenset(
    """
    AD AE AF AG AI AL AM AO AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BW BY BZ CA CC CD
    CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD
    GE GF GG GH GI GL GM GN GP GQ GR GT GU GW GY HK HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW
    MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PR PS PT PW PY QA RE RO RS RU RW SA SB SC
    SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TA TC TD TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG US UY
    UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW
    """.split()  # noqa: SIM905 - to be read
)
"""The countries that have telephone numbers of their own: ISO 3166, and XK for Kosovo."""

_OTHER_WORDS: Final = {
    "UK": "GB", "USA": "US", "中国": "CN", "美国": "US", "英国": "GB", "香港": "HK", "中国香港": "HK", "澳门": "MO",
    "中国澳门": "MO", "台湾": "TW", "中国台湾": "TW", "新加坡": "SG", "日本": "JP", "加拿大": "CA", "澳大利亚": "AU",
}  # fmt: skip

_EURO: Final = (
    "AD AT AX BE BG CY DE EE ES FI FR GP GR HR IE IT LT LU LV MC ME MQ MT NL PT RE SI SK SM VA XK".split()  # noqa: SIM905
)
_MONEY: Final = {
    "CN": "CNY", "HK": "HKD", "MO": "MOP", "TW": "TWD", "SG": "SGD", "JP": "JPY", "KR": "KRW", "MY": "MYR", "TH": "THB",
    "VN": "VND", "ID": "IDR", "PH": "PHP", "IN": "INR", "PK": "PKR", "BD": "BDT", "LK": "LKR", "NP": "NPR", "MM": "MMK",
    "KH": "KHR", "LA": "LAK", "MN": "MNT", "KZ": "KZT", "AE": "AED", "SA": "SAR", "IL": "ILS", "TR": "TRY", "EG": "EGP",
    "ZA": "ZAR", "NG": "NGN", "KE": "KES", "US": "USD", "PR": "USD", "CA": "CAD", "MX": "MXN", "BR": "BRL", "AR": "ARS",
    "CL": "CLP", "CO": "COP", "PE": "PEN", "AU": "AUD", "NZ": "NZD", "GB": "GBP", "GG": "GBP", "JE": "GBP", "IM": "GBP",
    "CH": "CHF", "LI": "CHF", "SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "PL": "PLN", "CZ": "CZK", "HU": "HUF",
    "RO": "RON", "UA": "UAH", "RU": "RUB", "RS": "RSD",
} | dict.fromkeys(_EURO, "EUR")  # fmt: skip
"""The money of countries in which such shops are likely; elsewhere it is asked without a suggestion."""

_MONTH_FIRST: Final = frozenset("US PR GU VI AS MP FM PH CN TW JP KR KP MN".split())  # noqa: SIM905
"""Where 3/4 is the 4th of March: the United States, and where the year stands first of all."""

_ZONES: Final = {
    "Asia/Shanghai": "CN", "Asia/Urumqi": "CN", "Asia/Hong_Kong": "HK", "Asia/Macau": "MO", "Asia/Taipei": "TW",
    "Asia/Singapore": "SG", "Asia/Tokyo": "JP", "America/New_York": "US", "America/Chicago": "US",
    "America/Denver": "US", "America/Phoenix": "US", "America/Los_Angeles": "US", "America/Toronto": "CA",
    "America/Vancouver": "CA", "Europe/London": "GB", "Europe/Dublin": "IE", "Europe/Berlin": "DE",
    "Europe/Paris": "FR", "Europe/Madrid": "ES", "Europe/Rome": "IT", "Australia/Sydney": "AU",
    "Australia/Melbourne": "AU", "Pacific/Auckland": "NZ", "America/Sao_Paulo": "BR", "Europe/Moscow": "RU",
}  # fmt: skip
"""Where most people live in countries with several zones; all there is where the machine has no table of zones."""
_OLD_ZONES: Final = {
    "PRC": "CN", "Asia/Chongqing": "CN", "Asia/Harbin": "CN", "Asia/Kashgar": "CN", "Hongkong": "HK", "ROC": "TW",
    "GB": "GB", "Europe/Belfast": "GB", "Japan": "JP", "Asia/Calcutta": "IN", "Asia/Saigon": "VN", "Singapore": "SG",
}  # fmt: skip
_OLD_GROUPS: Final = {
    "US": "US",
    "Canada": "CA",
    "Australia": "AU",
    "Brazil": "BR",
    "Mexico": "MX",
    "Chile": "CL",
}
"""Names that the tables of zones do not have any more: US/Eastern."""


def country_code(text: str) -> str | None:
    """The code of the country that a person wrote ("us", "UK", "美国"); None where it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().upper()
    code = _OTHER_WORDS.get(plain, plain)
    return code if code in COUNTRIES else None


def day_comes_first(country: str) -> bool:
    """Whether dates such as 3/4 and 3/4/2026 put the day first there."""
    return country not in _MONTH_FIRST


def currency_of(country: str) -> str:
    """The money of a country as its ISO 4217 code; nothing where it is not known here."""
    return _MONEY.get(country, "")


def country_of_zone(zone: str) -> str:
    """The country in which a time zone lies; nothing where none is meant (UTC, Etc/GMT+5)."""
    return _zones().get(zone) or _OLD_ZONES.get(zone) or _OLD_GROUPS.get(zone.partition("/")[0], "")


def zone_of_country(country: str) -> str:
    """The time zone in which most people of the country live; nothing where that is not known."""
    return next((zone for zone, code in (*_ZONES.items(), *_zones().items()) if code == country), "")


def zone_of_city(text: str) -> str:
    """The zone that is named after a city ("New York"); nothing where there is none, or several."""
    wanted = text.strip().casefold().replace(" ", "_")
    found = [zone for zone in _zones() if zone.rpartition("/")[2].casefold() == wanted]
    return found[0] if len(found) == 1 else ""


@functools.cache
def _zones() -> Mapping[str, str]:
    """Zone and country (tzdata's `zone.tab`)."""
    table: dict[str, str] = {}
    for line in _zone_table().splitlines():
        columns = line.split("\t")
        if len(columns) >= 3 and not line.startswith("#"):
            table[columns[2].strip()] = columns[0]
    return table or _ZONES


def _zone_table() -> str:
    """The machine's table of zones, else that of the package `tzdata`; nothing where there is neither."""
    import importlib.resources

    files = [Path(folder, "zone.tab") for folder in TZPATH]
    file = next((file for file in files if file.is_file()), None)
    try:
        if file is not None:
            return file.read_text(encoding="utf-8")
        return importlib.resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    except (OSError, ImportError, ValueError):
        # Suggestions only: the short table above stands in.
        return ""
