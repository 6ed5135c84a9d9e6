"""What made-up customers bought and said during the last two years. Written to be fast: there may be a million rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from store.demo.world import World
from store.records.base import Record
from store.records.customer import Customer
from store.records.follow_up import FollowUp
from store.records.interaction import Interaction
from store.records.kinds import Channel, CustomerSays, FollowUpState, InteractionType, TicketState
from store.records.purchase import Purchase, PurchaseItem
from store.records.ticket import Resolution, Ticket

_PLATFORMS: Final = frozenset(
    {Channel.TAOBAO, Channel.DOUYIN, Channel.MEITUAN, Channel.PLATFORM, Channel.WEBSITE}
)
_MOODY: Final = 0.8


class Habit(NamedTuple):
    """How somebody comes: the days ago of each row, oldest first, and what they like."""

    days: tuple[int, ...]
    product: int
    regular: bool


class Basket(NamedTuple):
    """Something to buy: the lines and their total in minor units."""

    items: tuple[PurchaseItem, ...]
    total: int


class Past:
    """Makes the history of customers, one customer after the other."""

    def __init__(self, world: World) -> None:
        """Args: world gives the words and the dice."""
        self._world = world
        self._baskets = [self._variants(place) for place in range(len(world.words.products))]

    def habit(self, rows: int, *, regular: bool) -> Habit:
        """How the next customer comes; on average `rows` times, a few of them much more often than most.

        Args:
            regular: makes it one of those few, for somebody with a part to play.
        """
        world = self._world
        drawn = 0.0 if regular else world.roll()
        share, often = (4.3, True) if drawn < 0.07 else (2.0, True) if drawn < 0.25 else (0.85, False)
        if drawn > 0.65:
            share = 0.2
        count = max(1, int(rows * share * (0.8 + 0.4 * world.roll()) + 0.5))
        first, last = self._span(count, often=often, lapsed=not regular and world.chance(0.15))
        span = first - last
        days = sorted((last + int(span * world.roll()) for _ in range(count)), reverse=True)
        return Habit(tuple(days), int(world.roll() ** 1.5 * world.words.teas), often)

    def _span(self, count: int, *, often: bool, lapsed: bool) -> tuple[int, int]:
        """The first and the last possible day, in days ago."""
        world = self._world
        if not often:
            first = world.between(60, 730)
            return first, 1 + int(world.roll() * 0.7 * first)
        first = world.between(min(700, 160 + 6 * count), 730)
        return first, world.between(70, 140) if lapsed else world.between(1, 21)

    def rows(self, customer: Customer, habit: Habit) -> Iterator[Record]:
        """The history of a customer, oldest first."""
        phone = customer.phones[0] if customer.contacts else ""
        for days_ago in habit.days:
            drawn = self._world.roll()
            if drawn < 0.66:
                yield self._purchase(customer.id, habit.product, days_ago)
            elif drawn < 0.95:
                yield self._interaction(customer.id, habit.product, days_ago, phone)
            elif drawn < 0.988 or not habit.regular:
                yield self._done_errand(customer.id, days_ago)
            else:
                yield self._old_case(customer.id, days_ago)

    def _variants(self, place: int) -> list[Basket]:
        """What people take who like that product; made once, as a thousand receipts are of ten kinds."""
        world = self._world
        products = world.words.products
        name, price = products[place]
        found = []
        for _ in range(12):
            lines = [
                PurchaseItem(name=name, quantity=1 if price > 30_000 else world.between(1, 3), price=price)
            ]
            for _ in range(world.between(0, 2)):
                extra, extra_price = world.pick(products)
                lines.append(PurchaseItem(name=extra, quantity=world.between(1, 2), price=extra_price))
            found.append(Basket(tuple(lines), sum(line.quantity * line.price for line in lines)))
        return found

    def _purchase(self, customer: int, product: int, days_ago: int) -> Purchase:
        world = self._world
        number = world.next_id(Purchase.table)
        baskets = self._baskets[product] if world.chance(0.6) else world.pick(self._baskets)
        items, total = world.pick(baskets)
        channel = world.pick(world.words.channels)
        at, staff = world.opening_hours(days_ago), world.pick(world.logins)
        order_no = f"{channel[:2].upper()}{at:%y%m%d}{number % 10_000:04d}" if channel in _PLATFORMS else ""
        drawn = world.roll()
        return Purchase(
            id=number,
            customer=customer,
            at=at,
            total=total,
            items=items,
            order_no=order_no,
            channel=channel,
            staff=staff,
            note=world.pick(world.words.purchase_notes),
            returned_amount=items[0].quantity * items[0].price if drawn < 0.015 else 0,
            feedback=5 - int((drawn - 0.9) * 30) if drawn > 0.9 else None,
            created_at=at,
            created_by=staff,
            rev=1,
        )

    def _interaction(self, customer: int, product: int, days_ago: int, phone: str) -> Interaction:
        world = self._world
        talk = world.pick(world.words.talks)
        at, staff = world.opening_hours(days_ago), world.pick(world.logins)
        is_call = talk.type is InteractionType.CALL
        name = world.words.products[product][0]
        return Interaction(
            id=world.next_id(Interaction.table),
            customer=customer,
            at=at,
            direction=talk.direction,
            type=talk.type,
            staff=staff,
            phone=phone if is_call else "",
            outcome=talk.outcome,
            text=talk.text.replace("{product}", name),
            mood=talk.mood if world.roll() < _MOODY else 0,
            duration_s=world.between(15, 420) if is_call else None,
            created_at=at,
            created_by=staff,
            rev=1,
        )

    def _done_errand(self, customer: int, days_ago: int) -> FollowUp:
        world = self._world
        at, staff = world.opening_hours(days_ago), world.pick(world.logins)
        return FollowUp(
            id=world.next_id(FollowUp.table),
            customer=customer,
            title=world.pick(world.words.small_errands),
            due=world.day(days_ago).isoformat(),
            owner=staff,
            state=FollowUpState.DONE,
            result=world.pick(world.words.done_results),
            done_at=at,
            created_at=world.opening_hours(days_ago + 3),
            created_by=staff,
            updated_at=at,
            updated_by=staff,
            rev=2,
        )

    def _old_case(self, customer: int, days_ago: int) -> Ticket:
        world = self._world
        case = world.pick(world.words.small_cases)
        opened, staff = world.opening_hours(days_ago + 4), world.pick(world.logins)
        taken, resolved = world.opening_hours(days_ago + 3), world.opening_hours(days_ago + 2)
        closed = world.opening_hours(days_ago)
        offers = tuple(
            Resolution(
                key=f"r{place}", kind=offer.kind, amount=offer.amount, text=offer.text, offered_at=taken,
                offered_by=staff, customer_says=CustomerSays.ACCEPT, executed_at=resolved,
            )
            for place, offer in enumerate(case.offers, 1)
        )  # fmt: skip
        return Ticket(
            id=world.next_id(Ticket.table),
            customer=customer,
            subject=case.subject,
            text=case.text,
            type=case.type,
            channel=case.channel,
            severity=case.severity,
            product=case.product,
            causes=case.causes,
            state=TicketState.CLOSED,
            assignee=staff,
            resolutions=offers,
            root_cause=case.root_cause,
            prevention=case.prevention,
            satisfaction=2 + int(world.roll() * 4),
            customer_accepts=True,
            opened_at=opened,
            working_at=taken,
            resolved_at=resolved,
            closed_at=closed,
            created_at=opened,
            created_by=staff,
            updated_at=closed,
            updated_by=staff,
            rev=4,
        )
