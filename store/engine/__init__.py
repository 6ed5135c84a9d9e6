"""The store engine: TinyDB over a folder, crash-safe, for several processes, at the cost of what is touched."""

from __future__ import annotations

from store.engine.database import Database, open_database
from store.engine.files import FileCalls
from store.engine.history import Change, Commit
from store.engine.table import Table
from store.engine.transaction import Transaction
from store.engine.trouble import NotStorable

__all__ = [
    "Change",
    "Commit",
    "Database",
    "FileCalls",
    "NotStorable",
    "Table",
    "Transaction",
    "open_database",
]
