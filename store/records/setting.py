"""Settings of the shop: one record, so that each setting is a unit of its own."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar
from zoneinfo import ZoneInfo

from locales import N_, _
from store.errors import ShopDamaged
from store.records import checks, money
from store.records.base import Record, decode
from store.records.countries import COUNTRIES, day_comes_first

if TYPE_CHECKING:
    from store.engine import Database

SETTINGS_ID = 1


class Settings(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What the shop decided once.

    `currency` is an ISO 4217 code, `region` the country (ISO 3166) whose telephone numbers are meant.
    `backup_folder` is where the daily backups go (empty: into the shop's own folder), `keep_journals_months` how long
    the history is kept (0: for ever); `history_from` is the number of the oldest action that is kept where older ones
    were removed.
    """

    table: ClassVar[str] = "settings"

    shop_name: str = ""
    currency: str = "CNY"
    time_zone: str = "Asia/Shanghai"
    region: str = "CN"
    language: str = ""
    backup_folder: str = ""
    keep_journals_months: int = 0
    history_from: int = 0

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the shop's days."""
        return ZoneInfo(self.time_zone)

    @property
    def day_first(self) -> bool:
        """Whether dates such as 3/4 put the day first in the shop's country."""
        return day_comes_first(self.region)

    def problems(self) -> dict[str, str]:
        """See `Record.problems`."""
        return checks.gather(
            shop_name=checks.line(self.shop_name, checks.NAME_LENGTH),
            currency=None if money.is_currency(self.currency) else _not_one(self.currency, _NO_CURRENCY),
            time_zone=None if known_zone(self.time_zone) else _not_one(self.time_zone, _NO_ZONE),
            region=None if self.region in COUNTRIES else _not_one(self.region, _NO_COUNTRY),
            language=None if self.language in ("", "zh", "en") else _("is not zh or en"),
            backup_folder=None
            if not self.backup_folder or Path(self.backup_folder).is_absolute()
            else _("is not a whole path, from the root of the disk on"),
            keep_journals_months=checks.between(self.keep_journals_months, 0, 1200),
        )


_NO_CURRENCY = N_('"{text}" is not a currency, such as USD or CNY')
_NO_ZONE = N_('"{text}" is not a time zone, such as America/New_York or Asia/Shanghai')
_NO_COUNTRY = N_('"{text}" is not a country, such as US, GB or CN')


def _not_one(text: str, sentence: str) -> str:
    """What is wrong with `text`; where nothing was written, that."""
    return checks.required(text) or _(sentence).format(text=text)


def settings_of(database: Database) -> Settings:
    """The settings of a shop, for what must go on when they cannot be read; defaults then, and before they are made."""
    raw = database.raw(Settings.table, SETTINGS_ID)
    if raw is not None:
        with contextlib.suppress(ShopDamaged):
            return decode(Settings, SETTINGS_ID, raw)
    return Settings()


def known_zone(name: str) -> bool:
    """Whether the time zone data knows `name`."""
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return False
    return bool(name)
