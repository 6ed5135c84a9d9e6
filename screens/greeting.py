"""What the app asks and offers once, when it has just started: who is working, the shop's settings, drafts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens import navigation

if TYPE_CHECKING:
    from screens.app import CrmApp
    from store.records.staff import Staff
    from store.shop import Shop


async def greet(app: CrmApp) -> None:
    """Ask who is working where that is not known, then go on with `settle_in`."""

    def read(shop: Shop) -> tuple[list[Staff], str]:
        return shop.staff, shop.by

    staff, by = await app.desk.call(read)
    ask = app.ask_who
    if ask is None:
        ask = bool(staff) and by not in {member.login for member in staff}
    if by and not ask:
        await settle_in(app)
        return
    from screens.who import WhoDialog

    async def go_on(_login: str | None) -> None:
        app.refresh_bars()
        await settle_in(app)

    app.push_screen(WhoDialog(staff, by), go_on)


async def settle_in(app: CrmApp) -> None:
    """Ask for the shop's settings at the first start; offer the drafts of the last time."""

    def is_set_up(shop: Shop) -> bool:
        return shop.is_set_up

    if not await app.desk.call(is_set_up):
        navigation.open_screen(app, "first_start")
        return
    if not app.drafts.list():
        return
    from screens.drafts_offer import own_drafts

    if own_drafts(app.drafts, app.desk.shop.by):
        navigation.open_screen(app, "drafts")
