"""The desk: the one store thread, and everything a screen asks of the shop.

Knows nothing of Textual, so that the shop can open on its thread while Textual is still being imported.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from store.errors import CrmError

if TYPE_CHECKING:
    from store.engine import Commit
    from store.lookup.index import LookupIndex
    from store.shop import Done, Shop

Result = TypeVar("Result")

LOOK_EVERY: Final = 0.15
"""Seconds between two looks at what others committed."""


class Desk:
    """The shop on its own thread.

    Args:
        open_it: opens the shop; called once, on the store thread.
    """

    def __init__(self, open_it: Callable[[], Shop]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._opening: Future[Shop] = self._thread.submit(open_it)
        self._listener: Callable[[list[Commit]], None] | None = None

    @classmethod
    def at(cls, folder: Path, *, by: str | None, create: bool) -> Desk:
        """The desk of the shop in `folder`, opening it on the store thread at once."""

        def open_it() -> Shop:
            from store.shop import open_shop

            shop = open_shop(folder, by or "", create=create, origin="screen")
            shop.finding.begin()
            shop.keep_first_rows()
            return shop

        return cls(open_it)

    @property
    def shop(self) -> Shop:
        """The shop; waits until it is open.

        For what may be asked from any thread: `lookup`, `by`, `settings`, `today()`.

        Raises:
            store.errors.ShopUnusable: it could not be opened.
        """
        return self._opening.result()

    @property
    def lookup(self) -> LookupIndex:
        """The look-up index, which may be searched on the main thread; `is_preparing`, those dealt with lately."""
        return self.shop.finding.at_hand

    @property
    def is_preparing(self) -> bool:
        """Whether the look-up index is still being made, beside the work."""
        return self.shop.finding.is_being_made

    async def call(self, ask: Callable[[Shop], Result]) -> Result:
        """What `ask` returns, asked on the store thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: ask(self.shop))

    async def do(self, action: str, **fields: Any) -> Done:
        """Do `action`; returns when it is durable, after everybody on this desk was told of it.

        Raises:
            store.errors.CrmError: it was refused; nothing was changed.
        """
        return await self.run(lambda shop: shop.do(action, **fields))

    async def undo(self, action: int | None = None) -> Done:
        """Take back `action`, or this person's own last one; see `store.history.SPARED`."""
        return await self.run(lambda shop: shop.undo(action, spare=True))

    async def run(self, work: Callable[[Shop], Result]) -> Result:
        """What `work` returns, done on the store thread; everybody on this desk is told of what it committed.

        Raises:
            store.errors.CrmError: it was refused or stopped.
        """

        def work_and_look(shop: Shop) -> tuple[Result, list[Commit]]:
            return work(shop), shop.watch()

        result, commits = await self.call(work_and_look)
        self._tell(commits)
        return result

    async def follow(
        self,
        listener: Callable[[list[Commit]], None],
        trouble: Callable[[CrmError], None],
        standing: Callable[[str], None] = lambda _sentence: None,
        notice: Callable[[str], None] = lambda _sentence: None,
    ) -> None:
        """Tell `listener` what anybody commits, until cancelled; `trouble` once for each kind of error.

        `standing` is told at each look what is wrong with the disk for longer, and "" when all is well again; `notice`
        what there is to be known once.
        """

        def look(shop: Shop) -> tuple[list[Commit], str, list[str]]:
            return shop.watch(), shop.database.trouble or "", shop.database.take_notices()

        self._listener = listener
        told = stands = ""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                commits, wrong, notices = await self.call(look)
                self._tell(commits)
                for sentence in notices:
                    notice(sentence)
                if wrong or stands:
                    standing(wrong)
                stands = wrong
                told = ""
            except CrmError as error:
                if error.message != told:
                    told = error.message
                    trouble(error)

    def _tell(self, commits: list[Commit]) -> None:
        if commits and self._listener is not None:
            self._listener(commits)

    def close(self) -> None:
        """Close the shop and end its thread, when what was begun is done.

        Raises:
            store.errors.CrmError: it could not be closed properly.
        """
        try:
            if self._opening.exception() is None:
                self._thread.submit(self.shop.close).result()
        finally:
            self._thread.shutdown(wait=True)
