"""`duplicates`: the review list of customers who are probably the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from locales import _
from store.commands.call import Answer, Call

if TYPE_CHECKING:
    from store.duplicates import DuplicatePair
    from store.records.customer import Customer


def duplicates(call: Call) -> Answer:
    """Pairs of customers who are probably one, the likeliest first. Nothing is changed."""
    limit: int = call.arguments.limit
    with call.open_shop() as shop:
        search = shop.customers.duplicate_search()
        while not search.advance():
            pass
        pairs = search.pairs(limit)
    remarks = []
    if not pairs:
        remarks.append(_("Nobody seems to be in the file twice."))
    elif search.found > len(pairs):
        remarks.append(
            _("There are more, {count} pairs in all; --limit shows them.").format(count=search.found)
        )
    return call.answer(
        lambda: {
            "pairs": [_pair_json(pair) for pair in pairs],
            "total": search.found,
            "looked_at": search.total,
        },
        lambda: _lines(pairs),
        remarks=remarks,
    )


def _pair_json(pair: DuplicatePair) -> dict[str, Any]:
    return {
        "a": _customer_json(pair.first),
        "b": _customer_json(pair.second),
        "score": pair.score,
        "reasons": list(pair.reasons),
    }


def _customer_json(customer: Customer) -> dict[str, Any]:
    from store.commands.shapes import customer_ref

    return {**customer_ref(customer), "phones": list(customer.phones)}


def _lines(pairs: list[DuplicatePair]) -> Iterator[str]:
    for pair in pairs:
        reasons = _("; ").join(pair.reasons)
        yield f"{pair.score:>3}  {_who(pair.first)}  =  {_who(pair.second)}"
        yield f"     {reasons}"


def _who(customer: Customer) -> str:
    return f"{customer.number} {customer.shown_name}"
