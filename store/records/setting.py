"""Settings of the shop: one record, so that each setting is a unit of its own."""

from __future__ import annotations

from typing import ClassVar
from zoneinfo import ZoneInfo

from locales import _
from store.records import checks, money
from store.records.base import Record

SETTINGS_ID = 1


class Settings(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What the shop decided once.

    `currency` is an ISO 4217 code, `region` the country (ISO 3166) whose telephone numbers are meant.
    """

    table: ClassVar[str] = "settings"

    shop_name: str = ""
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    region: str = "CN"
    language: str = ""

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the shop's days."""
        return ZoneInfo(self.time_zone)

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        return checks.gather(
            shop_name=checks.line(self.shop_name, checks.NAME_LENGTH),
            currency=None if money.is_currency(self.currency) else _("is not a currency, such as CNY or USD"),
            time_zone=None if known_zone(self.time_zone) else _("is not a time zone, such as Asia/Shanghai"),
            region=None
            if len(self.region) == 2 and self.region.isalpha() and self.region.isupper()
            else _("is not a country, such as CN or US"),
            language=None if self.language in ("", "zh", "en") else _("is not zh or en"),
        )


def known_zone(name: str) -> bool:
    """Whether the time zone data knows `name`."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return bool(name)
