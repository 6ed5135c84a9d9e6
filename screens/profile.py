"""The whole file of a customer in tabs, to read and to change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widget import Widget

from locales import N_, _
from screens import profile_records
from screens.customer_form import who
from screens.item_dialog import ItemDialog
from screens.messages import ShopChanged
from screens.profile_fields import basic_fields, changes, item_field, problems, values_of
from screens.profile_history import ChangeReader
from screens.profile_items import KINDS, NEW
from screens.profile_keys import BAR, ITEM_TABS, PROFILE_BINDINGS, TABS
from screens.profile_lists import COLUMNS, nothing_listed, record_rows
from screens.profile_merge import MergingForm
from screens.rows import Row
from screens.wording import labelled
from store.actions.likely import likely_in
from store.errors import CrmError
from store.records.base import to_document
from store.records.kinds import CustomerStatus
from store.records.labels import label
from widgets.fields import Field
from widgets.form_body import FormBody
from widgets.item_list import ItemDict, ItemListField, ItemRows
from widgets.lines import PlainText
from widgets.row_list import RowList
from widgets.tab_bar import TabBar

if TYPE_CHECKING:
    from store.shop import Shop


class ProfileScreen(MergingForm):
    """Everything about one customer. Returns the id.

    Args:
        record: the id of the customer.
    """

    KIND = "profile"
    TABLE = "customers"
    CSS_PATH = "profile.tcss"
    BAR = BAR
    ABOUT = N_(
        "The whole file. Type into the fields; Ctrl+S saves, Esc asks when something was typed. Ctrl+T goes to the"
        " next tab; in the lists, and on the line of the tabs, Left and Right or a digit. Enter changes a contact"
        " point, a date, a fact, or opens a line of a list; Del takes it out. Ctrl+O: archive, purchase, follow-up."
    )
    BINDINGS = PROFILE_BINDINGS

    def __init__(self, record: int | None = None, **subject: Any) -> None:
        super().__init__(record, **subject)
        self._added = 0
        self._lists: dict[str, RowList[Row]] = {
            key: RowList(columns, key=lambda row: row.key, cells=lambda row: row.cells, id=f"list-{key}")
            for key, columns in COLUMNS.items()
        }
        for rows in self._lists.values():
            rows.display = False

    # Drawing

    def what(self) -> str:
        """What the screen shows."""
        return _("File")

    def title_text(self) -> str:
        """Whose file it is."""
        if self.customer is None:
            return ""
        archived = self.customer.status is not CustomerStatus.ACTIVE
        return f"{who(self.customer)}  {label(self.customer.status)}" if archived else who(self.customer)

    def fields(self) -> Iterable[Widget]:
        """The fields of the first tab."""
        return basic_fields()

    def body(self) -> ComposeResult:
        """Whose file, the tabs, and what is in them."""
        yield PlainText("", id="form-title", tone="bold")
        yield TabBar([(key, _(title)) for key, title in TABS.items()], id="tabs")
        with FormBody(id="form-fields"):
            yield from self.fields()
        for tab, keys in ITEM_TABS.items():
            with FormBody(id=f"tab-{tab}", classes="items"):
                for key in keys:
                    yield item_field(key)
        with Vertical(id="lists"):
            yield from self._lists.values()
            yield PlainText("", id="list-detail", tone="dim")

    async def load(self) -> Mapping[str, str]:
        """Read the customer."""
        await self.load_customer(self.record or 0)
        self.seen = to_document(self.customer) if self.customer else {}
        return values_of(self.seen)

    async def ready(self) -> None:
        """Show the first tab, and fetch what hangs on the customer."""
        self._show_tab()
        self.field("name").focus()
        await self._fetch_lists()
        if self.subject.get("menu"):
            self.action_menu()

    @property
    def tab(self) -> str:
        """Which tab is shown."""
        return self.query_one("#tabs", TabBar).current

    def _show_tab(self, *, keep_focus: bool = False) -> None:
        tab = self.tab
        self.query_one("#form-fields").display = tab == "basics"
        for key in ITEM_TABS:
            self.query_one(f"#tab-{key}").display = tab == key
        self.query_one("#lists").display = tab in self._lists
        for key, rows in self._lists.items():
            rows.display = tab == key
        self._say_more()
        self.refresh_bindings()
        if not keep_focus:
            first = {"basics": "name", **{key: keys[0] for key, keys in ITEM_TABS.items()}}
            target: Widget = self._lists[tab] if tab in self._lists else self.field(first[tab])
            target.focus()

    async def _fetch_lists(self) -> None:
        number = self.record or 0

        def read(shop: Shop) -> dict[str, list[Row]]:
            return record_rows(shop.customers.file(number), shop)

        try:
            found = await self.desk.call(read)
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        for key, rows in found.items():
            self._lists[key].show(rows)
        self._say_more()
        if self.tab == "changes":
            self.run_worker(self._fetch_changes(), group="changes", exclusive=True)

    async def _fetch_changes(self) -> None:
        """Read who changed what, as long as somebody looks at it."""
        reader = ChangeReader(self.record or 0)
        while not reader.done and self.is_attached and self.tab == "changes":
            try:
                await self.desk.call(reader.read)
            except CrmError as error:
                self.tell(error.message, "alert")
                return
            self._lists["changes"].show(list(reader.rows))
            self._say_more()

    def _say_more(self) -> None:
        rows = self._lists.get(self.tab)
        chosen = rows.selected if rows else None
        if rows is not None:
            rows.explain(nothing_listed(self.tab))
        self.query_one("#list-detail", PlainText).show(chosen.detail if chosen else "")

    # Tabs

    async def on_tab_bar_changed(self, event: TabBar.Changed) -> None:
        """Show the tab."""
        self._show_tab(keep_focus=event.bar.has_focus)
        if event.key == "changes":
            await self._fetch_lists()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Lines are deleted and added in the lists only."""
        if action in ("remove", "add"):
            return self.is_mounted and self.tab in self._lists
        return super().check_action(action, parameters)

    def action_tab(self, by: int) -> None:
        """Go to another tab."""
        self.query_one("#tabs", TabBar).action_step(by)

    def action_list_tab(self, by: int) -> None:
        """Left and Right in a list: another tab."""
        if isinstance(self.focused, RowList):
            self.action_tab(by)

    def on_key(self, event: events.Key) -> None:
        """A digit in a list goes to the tab of that position."""
        if isinstance(self.focused, RowList):
            self.query_one("#tabs", TabBar).on_key(event)

    def action_edit(self) -> None:
        """To the first field."""
        self.query_one("#tabs", TabBar).choose("basics")
        self._show_tab()

    # Fields and items

    async def on_field_changed(self, event: Field.Changed) -> None:  # type: ignore[override]
        """Check what was typed; a number that somebody has already is said."""
        event.prevent_default()
        super().on_field_changed(event)
        field = event.field
        if wrong := problems(self.values(), self.seen).get(field.key, ""):
            field.error(wrong)
        elif isinstance(field, ItemListField) and field.key == "contacts":
            await profile_records.warn_of_known(self, field)

    def on_item_list_field_opened(self, event: ItemListField.Opened) -> None:
        """Ask for the item."""
        field, position = event.field, event.position
        kind, shop = KINDS[field.key], self.desk.shop
        before: ItemDict = field.items[position] if position is not None else {}

        def settle(item: ItemDict | None) -> None:
            if item is None:
                return
            if "key" not in item:
                self._added += 1
                item = {**item, "key": f"{NEW}{self._added}"}
            field.put(position, item)

        question = labelled(field.label, who(self.customer) if self.customer else "")
        fields = kind.fields(before, shop.settings.region)

        def make(values: Mapping[str, str]) -> ItemDict:
            return kind.make(values, before, shop)

        dialog = ItemDialog(question, fields, make, kind.focus, event.text)
        self.app.push_screen(dialog, settle)

    # Lists

    def on_row_list_highlighted(self, event: RowList.Highlighted) -> None:
        """Say more about the chosen line."""
        event.stop()
        if event.rows is self._lists.get(self.tab):
            self._say_more()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        """Enter: open what the line is about."""
        event.stop()
        if self.customer is not None and not isinstance(event.rows, ItemRows):
            profile_records.open_row(self, event.item.what, self.customer)

    def action_remove(self) -> None:
        """Delete what the chosen line is about, after asking."""
        rows = self._lists.get(self.tab)
        if rows is not None and rows.has_focus and rows.selected is not None:
            profile_records.delete(self, rows.selected.what)

    def action_add(self) -> None:
        """Add one of what is listed."""
        if self.customer is not None:
            profile_records.add(self, self.tab, self.customer)

    async def action_nothing_to_undo(self) -> None:  # type: ignore[override]
        """Ctrl+Z: in a list it takes back what was last done in the shop; in a field the field takes back typing."""
        if self.tab in self._lists:
            await self.house.action_undo()
        else:
            super().action_nothing_to_undo()

    def action_menu(self) -> None:
        """Offer what can be done with the customer."""
        if self.customer is not None:
            profile_records.offer(self, self.customer)

    # Saving, and what others do meanwhile

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Save what was changed."""
        changed = changes(values, base)
        if changed:
            done = await self.desk.do("customer.edit", customer=self.record, base=self.seen, **changed)
            self.likely = likely_in(done.report)
        return self.record or 0

    async def on_shop_changed(self, _message: ShopChanged) -> None:
        """Follow what hangs on the customer; the form itself follows the file."""
        await self._fetch_lists()
