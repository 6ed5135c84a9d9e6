"""Finding customers: phone numbers, readings of Chinese names, search keys, matching and ranking.

Of the rest of the store it knows errors and text only. The door is `LookupIndex`.
"""

from __future__ import annotations

from store.lookup.index import LookupIndex
from store.lookup.match import Found, Mark, Match, customer_number

__all__ = ["Found", "LookupIndex", "Mark", "Match", "customer_number"]
