"""The lock between processes: one file, never replaced or removed, freed by the system when its holder dies."""

from __future__ import annotations

import contextlib
import os
import random
import time
import weakref
from collections.abc import Callable
from pathlib import Path

from locales import _
from store.engine.drives import require_locks
from store.engine.files import CREATE, READ, READ_WRITE, FileCalls, Identity
from store.engine.trouble import from_system, told
from store.errors import ShopBusy, ShopUnusable

TIMEOUT = 10.0
"""Seconds to wait for another process before saying that the shop is busy."""

_FIRST, _MOST, _NEXT = 0.0001, 0.008, 0.0001
"""Seconds between two questions: at first, at the most, and when one is next."""

_LONG, _VERY_LONG = 0.05, 1.0
"""Seconds after which one wants to be next, and after which one asks often whoever is next: that one may be stopped."""

_ASIDE, _RECENT = 0.0002, 1.0
"""Seconds that one steps aside for who is next, and for how long after having waited one looks whether anybody is."""

_ATTEMPTS = 20
"""Times that the lock file may be removed under our hands."""

_locks: weakref.WeakSet[WriteLock] = weakref.WeakSet()


def _after_fork() -> None:
    """In a forked child: let go of the parent's locks.

    The child's copy of an open file would keep a lock held when the parent has died.
    """
    for lock in list(_locks):
        lock.forget()


class WriteLock:
    """Held by whoever changes the shop. Not re-entrant; the engine counts. A forked child has none of it."""

    _watching = False

    def __init__(self, files: FileCalls, path: Path, timeout: float = TIMEOUT) -> None:
        self.path = path
        self.timeout = timeout
        self._files = files
        self._descriptor = -1
        self._name = str(path)
        self._identity: Identity = (0, 0)
        self._process = 0
        self._named = False
        self._proved = False
        self._waited = 0.0

    def acquire(
        self,
        timeout: float | None = None,
        meanwhile: Callable[[], None] | None = None,
        turn: Callable[[], int] | None = None,
    ) -> None:
        """Take the lock, waiting at most `timeout` seconds (None: the usual time).

        `meanwhile` is called again and again while one is the next to have it: what can be done then need not be done
        under the lock, where everybody else waits for it. `turn` tells an open file that is locked by who is next and
        by nobody else; without it everybody who has waited for long is.

        Raises:
            ShopBusy: another process holds it for too long; names its pid.
            ShopUnusable: the lock file is removed again and again.
            NoRights: the lock file can be neither made nor opened for writing.
        """
        if self._waited:
            self._step_aside(turn)
        for _attempt in range(_ATTEMPTS):
            if self._descriptor < 0:
                self._open()
            if not self._try():
                self._wait(self.timeout if timeout is None else timeout, meanwhile, turn)
            if self._is_in_place():
                break
            # Somebody removed the file: whoever made it anew locks another one than we do.
            self.close()
        else:
            sentence = _("The file {path} keeps being removed by another program; nothing was changed.")
            raise ShopUnusable(sentence.format(path=self.path), file=str(self.path))
        if not self._named:
            self._prove()

    def _is_in_place(self) -> bool:
        """Whether the file that is locked still bears its name."""
        try:
            return self._files.identity(self._name) == self._identity
        except FileNotFoundError:
            return False
        except OSError as error:
            raise from_system(error, self.path, writing=True) from error

    def _wait(
        self, limit: float, meanwhile: Callable[[], None] | None, turn: Callable[[], int] | None
    ) -> None:
        """Ask again and again until the lock is free.

        The lock goes to whoever asks at the right moment. Who has just come asks seldom, so that the one who has it
        gets several changes done in a row. Of those who have waited for long one is next, and asks often.
        """
        begun = now = time.monotonic()
        pause, held = _FIRST, -1
        try:
            while not self._try():
                now = time.monotonic()
                if now - begun >= limit:
                    raise self._busy(limit)
                pause = min(pause * 1.5, _MOST)
                if now - begun > _LONG:
                    if held < 0 and turn is not None and self._take_turn(turn()):
                        held = turn()
                    if held >= 0 or turn is None or now - begun > _VERY_LONG:
                        pause = _NEXT
                        if meanwhile is not None:
                            meanwhile()
                # A random share keeps several waiting processes from always asking at the same moment.
                time.sleep(pause * (0.5 + random.random()))  # noqa: S311
        finally:
            self._waited = now
            if held >= 0:
                self._leave_turn(held)

    def _step_aside(self, turn: Callable[[], int] | None) -> None:
        """Leave a moment to who is next, where one has waited not long ago: then there are several who change much."""
        if turn is None or time.monotonic() - self._waited > _RECENT:
            self._waited = 0.0
        elif self._take_turn(turn()):
            self._leave_turn(turn())
        else:
            time.sleep(_ASIDE)

    def _take_turn(self, descriptor: int) -> bool:
        """Be the next one if nobody is. A courtesy between those who wait, on which nothing rests."""
        try:
            return self._files.lock(descriptor)
        except OSError:
            return False

    def _leave_turn(self, descriptor: int) -> None:
        # Following closes the journal when there is a new one, and the turn is free then.
        with contextlib.suppress(OSError):
            self._files.unlock(descriptor)

    def try_acquire(self) -> bool:
        """Take the lock only if it is free now."""
        if self._descriptor < 0:
            self._open()
        if not self._try():
            return False
        if not self._named:
            self._prove()
        return True

    def _try(self) -> bool:
        try:
            return self._files.lock(self._descriptor)
        except OSError as error:
            raise from_system(error, self.path, writing=True) from error

    @property
    def is_ours(self) -> bool:
        """Whether this process is the one that opened the lock, rather than a fork of it."""
        return self._process != 0

    def forget(self) -> None:
        """Close our copy of what a forked process inherited; the lock stays with the parent."""
        descriptor, self._descriptor, self._process = self._descriptor, -1, 0
        if descriptor >= 0:
            with contextlib.suppress(OSError):
                self._files.close(descriptor)

    def release(self) -> None:
        """Give the lock back."""
        if self._descriptor < 0:
            return
        try:
            self._files.unlock(self._descriptor)
        except OSError:
            # Closing the file frees the lock as well; an error here must not hide what the caller has to say.
            self.close()

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            self._files.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> None:
        if not WriteLock._watching and hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_after_fork)
            WriteLock._watching = True
        with told(self.path, writing=True):
            self._descriptor = self._open_file()
            self._identity = self._files.identity_of(self._descriptor)
        self._process = os.getpid()
        self._named = False
        _locks.add(self)

    def _open_file(self) -> int:
        # Opened before it is made, so that a file which others may write too keeps the rights it was given.
        way = READ if self._files.tells_lock_owner else READ_WRITE
        try:
            return self._files.open(self.path, way)
        except FileNotFoundError:
            try:
                return self._files.open(self.path, CREATE)
            except FileExistsError:
                return self._files.open(self.path, way)

    def _prove(self) -> None:
        """Once: see that the lock holds, and leave our pid in it where the system does not know who holds it."""
        if not self._proved:
            try:
                require_locks(self._files, self.path)
            except BaseException:
                self.release()
                raise
            self._proved = True
        self._named = self._files.tells_lock_owner
        if self._named:
            return
        text = b"%d\n" % self._process
        # The name is a courtesy: a full disk must not keep anybody from the lock.
        with contextlib.suppress(OSError):
            if self._files.read_at(self._descriptor, 64, 0) != text:
                self._files.truncate(self._descriptor, 0)
                self._files.write_at(self._descriptor, text, 0)

    def _busy(self, waited: float) -> ShopBusy:
        pid = self._files.lock_owner(self._descriptor)
        if pid is None:
            text = self._files.read_at(self._descriptor, 64, 0).strip()
            pid = int(text) if text.isdigit() else 0
        sentence = _(
            "Another process (pid {pid}) has been changing this shop for {seconds:.0f} seconds; try again."
        )
        return ShopBusy(sentence.format(pid=pid, seconds=waited), pid=pid)
