"""The block in which a shop is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from store.engine.transaction import Mark, Transaction

if TYPE_CHECKING:
    from store.engine.engine import Engine


class Writing:
    """The block in which a shop is changed. A block inside a block joins it, and fails alone."""

    __slots__ = ("_arguments", "_engine", "_joined", "_mark", "_transaction")

    def __init__(self, engine: Engine, *arguments: Any) -> None:
        self._engine = engine
        self._arguments = arguments

    def __enter__(self) -> Transaction:
        engine = self._engine
        engine.mutex.acquire()
        try:
            outer = engine.transaction
            self._joined = outer is not None
            if outer is not None:
                self._mark: Mark = outer.mark()
                self._transaction = outer
            else:
                self._transaction = engine.begin(*self._arguments)
        except BaseException:
            engine.mutex.release()
            raise
        return self._transaction

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: object) -> None:
        try:
            if not self._joined:
                self._engine.end(self._transaction, failed=kind is not None)
            elif kind is not None:
                self._transaction.rollback_to(self._mark)
        finally:
            self._engine.mutex.release()
