"""What the owner does with the shop itself: its settings and its staff."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict, Unpack

from locales import N_, _
from store.actions.change import Change, edited
from store.actions.fields import Line, Mark, StaffId
from store.actions.reading_again import read_numbers_again
from store.actions.view import View
from store.errors import Refused
from store.records import money
from store.records.countries import country_code, zone_of_city
from store.records.customer import Customer
from store.records.kinds import Role
from store.records.setting import SETTINGS_ID, Settings, known_zone
from store.records.staff import Staff


class SettingFields(TypedDict, total=False):
    """What can be set."""

    shop_name: Line
    currency: Line
    time_zone: Line
    region: Annotated[
        Line,
        Mark(
            "line",
            N_("country of telephone numbers without one, such as US; those in the file are read anew"),
        ),
    ]
    language: Line
    backup_folder: Annotated[
        Line, Mark("line", N_("where the daily backups go; empty: the shop's own folder"))
    ]
    keep_journals_months: Annotated[int, Mark("", N_("how many months of history are kept; 0: for ever"))]


class StaffFields(TypedDict, total=False):
    """The fields of a member of staff."""

    name: Line
    role: Role
    active: bool


def set_settings(view: View, **fields: Unpack[SettingFields]) -> Change:
    """Change settings of the shop. With another country, numbers written without one are read anew (`Done.report`).

    Raises:
        Refused: no such currency, zone, country or language.
    """
    change = Change(view)
    made = {name: as_meant(name, value) for name, value in dict[str, Any](fields).items()}
    before = view.settings.region
    if view.database.raw(Settings.table, SETTINGS_ID) is None:
        change.create(Settings(**made))
    else:
        current = view.get(Settings, SETTINGS_ID)
        change.update(current, current.replace(**made))
    region = made.get("region", before)
    if region != before and next(view.database.all_raw(Customer.table), None) is not None:
        change.report = read_numbers_again(change, before, region)
    return change


def as_meant(name: str, value: Any) -> Any:
    """The value as it is stored: us is US, uk GB, usd USD, New York America/New_York; what is none of these stays."""
    text = value.strip() if isinstance(value, str) else ""
    if name == "region":
        return country_code(text) or text
    if name == "currency":
        return text.upper() if money.is_currency(text.upper()) else text
    if name == "time_zone":
        return text if known_zone(text) else zone_of_city(text) or text
    return value


def add_staff(view: View, *, login: Line, **fields: Unpack[StaffFields]) -> Change:
    """Add a member of staff.

    Raises:
        Refused: that login is taken.
    """
    change = Change(view)
    if any(True for _id in view.ids(Staff, "login", login.strip())):
        raise Refused(_("There is already a {login} on the staff.").format(login=login.strip()))
    change.create(Staff(login=login.strip(), **dict[str, Any](fields)))
    return change


def edit_staff(
    view: View,
    *,
    staff: StaffId,
    base: dict[str, Any] | None = None,
    rev: int | None = None,
    **fields: Unpack[StaffFields],
) -> Change:
    """Change a member of staff."""
    return edited(view, Staff, staff, base, rev, dict(fields))
