"""F5: a new customer, with a warning when the number or the name is known already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding, BindingType
from textual.timer import Timer
from textual.widget import Widget

from locales import N_, _
from screens import navigation
from screens.form import FormScreen
from screens.known_already import ask_which
from screens.ring_ends import put_away, taken
from store.errors import CrmError, Refused
from store.lookup.asked import asked_for
from store.records.field_words import field_label
from store.records.kinds import ContactType, DateKind, Gender
from store.records.labels import choices, label
from store.records.offered import CHINA
from widgets.choice_field import ChoiceField
from widgets.fields import Field, TextField
from widgets.text_box import TextBoxField

if TYPE_CHECKING:
    from store.readers import Similar
    from store.rules.rings import RingView
    from store.shop import Shop

ACCOUNT = "account"
"""The account one asks for at the counter: with WeChat in China, an e-mail address elsewhere."""

LINES = ("name", "phone", "call_as", "company", ACCOUNT, "birthday", "tags", "usual_order", "red_note")
"""The fields of one line, in the order they are asked."""


_EXTENSION = re.compile(r"ext(?:ension)?\.?|x|转|分机", re.IGNORECASE)
_WORDS = re.compile(r"[^\W\d_]")


class NewCustomerForm(FormScreen[int]):
    """The few fields one asks for at the counter; the rest is filled in with F6. Returns the id.

    `subject["wanted"]` is what was looked for: it goes into the phone or the name.
    """

    KIND = "new_customer"
    ABOUT = N_(
        "A name, a company or one number is enough. A number or name that is known already is said beneath the"
        " field; saving then asks whether to open who is in the file. Ctrl+S or F8 saves."
    )

    BAR = ("form.save", "form.leave", "ring.away", "house.help", "house.more")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "ctrl+o",
            "put_away",
            N_("Nuisance"),
            id="ring.away",
            tooltip=N_("A nuisance call, no customer: put it away"),
        ),
    ]

    def title_text(self) -> str:
        """What the form is for."""
        return _("New customer")

    def fields(self) -> Iterable[Widget]:
        """The fields of one line, then how to address them, then room for notes."""
        wanted = str(self.subject.get("wanted", ""))
        self._handed = asked_for(wanted)._asdict()
        self._checking: Timer | None = None
        self._agreed: frozenset[int] = frozenset()
        account = (ContactType.WECHAT if self.desk.shop.settings.region == CHINA else ContactType.EMAIL).value
        for key in (account if line == ACCOUNT else line for line in LINES):
            yield TextField(key, _label(key), self._handed.get(key, ""))
            if key == "call_as":
                yield ChoiceField("gender", field_label("customers", "gender"), _options(), Gender.UNKNOWN)
        yield TextBoxField("note", field_label("customers", "note"))

    async def ready(self) -> None:
        """Check what was handed over from the look-up; nothing of it is saved yet."""
        self._base = dict.fromkeys(self._base, "") | {"gender": Gender.UNKNOWN.value}
        self.field("phone" if self.field("name").value else "name").focus()
        await self._warn_of_known()
        if self.subject.get("ring"):
            self.tell(_("Ctrl+R: somebody who is in the file already. Ctrl+O: a nuisance call."))

    @property
    def dirty(self) -> bool:
        """Whether anything was typed here; what was handed over alone is nothing to lose."""
        return self.values() != self._base | self._handed

    def on_field_changed(self, event: Field.Changed) -> None:
        """Look for the number and the name when typing pauses."""
        if event.field.key in ("name", "phone"):
            if self._checking is not None:
                self._checking.stop()
            self._checking = self.set_timer(0.3, self._warn_of_known)

    async def _warn_of_known(self) -> None:
        name, phone = self.field("name"), self.field("phone")
        asked = (name.value, phone.value)

        def known(shop: Shop) -> tuple[list[Similar], list[Similar]]:
            from store.lookup.phones import parse_phones

            region = shop.settings.region
            numbers = (
                [found.normalized for found in parse_phones(asked[1], region)] if asked[1].strip() else []
            )
            return shop.customers.similar(name=asked[0]), shop.customers.similar(phones=numbers)

        try:
            by_name, by_phone = await self.desk.call(known)
        except CrmError as error:
            self.tell(error.message, "alert")
            return
        if asked == (name.value, phone.value):
            self._warn(name, by_name)
            self._warn(phone, by_phone)

    def _warn(self, field: Field, known: Sequence[Similar]) -> None:
        """Say beneath `field` who has it already."""
        names = "; ".join(f"{s.customer.number} {s.customer.shown_name}" for s in known[:3])
        field.warn(_("Known already: {list}").format(list=names) if known else "")

    async def save(self, values: Mapping[str, str], base: Mapping[str, str]) -> int:
        """Add the customer.

        Raises:
            Refused: somebody in the file is probably the same; the person is asked, and may save again.
        """
        given = {key: value for key, value in values.items() if value.strip() and value != base.get(key)}
        tags = given.pop("tags", "").strip()
        if "phone" not in given and (asked := asked_for(given.get("name", ""))).phone and asked.name:
            given |= {"name": asked.name, "phone": asked.phone}
        if _WORDS.search(_EXTENSION.sub("", given.get("phone", ""))):
            wrong = _("only the number belongs here; a name goes above")
            raise Refused(_("That is not only a telephone number."), fields={"phone": wrong})
        if ring := self.subject.get("ring"):
            given["ring"] = ring
        fields: dict[str, Any] = {**given, **({"tags": re.split(r"[,，、;；\s]+", tags)} if tags else {})}
        try:
            # Asked and saved in one step: what a colleague saved a moment ago counts too.
            done = await self.desk.do("customer.create", check=True, **fields)
        except Refused as refusal:
            likely = refusal.details.get("similar", ())
            if not likely:
                raise
            if not self._agreed.issuperset(entry["id"] for entry in likely):
                ask_which(self, likely)
                raise
            done = await self.desk.do("customer.create", **fields)
        if ring and (view := await self.ring_view()) is not None:
            taken(self.house, view)
        return done.one("customers")

    async def save_all_the_same(self, known: Iterable[int]) -> None:
        """Add the customer, although those `known` are like them."""
        self._agreed |= frozenset(known)
        await self.action_save()

    @property
    def has_more_than_who(self) -> bool:
        """Whether more was typed than who it is: it is still wanted where somebody in the file was meant."""
        blank = self._base | {key: value for key, value in self.values().items() if key in ("name", "phone")}
        return self.values() != blank

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Only a call can be put away."""
        if action == "put_away":
            return bool(self.subject.get("ring"))
        return super().check_action(action, parameters)

    async def action_put_away(self) -> None:
        """The call is a nuisance: nobody becomes a customer by it."""
        if (view := await self.ring_view()) is not None:
            await put_away(self.house, view)

    async def ring_view(self) -> RingView | None:
        """The call that the form was opened for; None, and said why, where it is no longer there."""
        ring = int(self.subject["ring"])
        try:
            return await self.desk.call(lambda shop: shop.rings.get(ring))
        except CrmError as error:
            self.tell(error.message, "alert")
            return None

    def after(self, result: int) -> None:
        """Open the card of the new customer."""
        self.house.tell_done(_("Added."))
        navigation.open_screen(self.house, "card", result)


def _label(key: str) -> str:
    """What stands before the field `key`: the words of the file, also for the short ways to fill its lists."""
    if key in (ContactType.WECHAT, ContactType.EMAIL):
        return label(ContactType(key))
    short = {"phone": _("phone"), "birthday": label(DateKind.BIRTHDAY)}
    return short[key] if key in short else field_label("customers", key)


def _options() -> list[tuple[str, str]]:
    return [(member.value, word) for member, word in choices(Gender)]
