"""The lock between processes: one file, never replaced or removed, freed by the system when its holder dies."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

from locales import _
from store.engine.files import CREATE, READ_WRITE, FileCalls
from store.engine.trouble import told
from store.errors import ShopBusy

TIMEOUT = 10.0
"""Seconds to wait for another process before saying that the shop is busy."""


class WriteLock:
    """Held by whoever changes the shop. Not re-entrant; the engine counts."""

    def __init__(self, files: FileCalls, path: Path, timeout: float = TIMEOUT) -> None:
        self.path = path
        self.timeout = timeout
        self._files = files
        self._descriptor = -1
        self._process = 0
        self._named = False

    def acquire(self, timeout: float | None = None) -> None:
        """Take the lock, waiting at most `timeout` seconds (None: the usual time).

        Raises:
            ShopBusy: another process holds it for too long; names its pid.
            NoRights: the lock file can be neither made nor opened for writing.
        """
        self._open()
        limit = self.timeout if timeout is None else timeout
        deadline = time.monotonic() + limit
        pause = 0.0001
        while not self._try():
            if time.monotonic() >= deadline:
                raise self._busy(limit)
            # A random share keeps several waiting processes from always asking at the same moment.
            time.sleep(pause * (0.5 + random.random()))  # noqa: S311
            pause = min(pause * 1.5, 0.004)
        self._write_name()

    def try_acquire(self) -> bool:
        """Take the lock only if it is free now."""
        self._open()
        if not self._try():
            return False
        self._write_name()
        return True

    def _try(self) -> bool:
        with told(self.path, writing=True):
            return self._files.lock(self._descriptor)

    def release(self) -> None:
        """Give the lock back."""
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
        # A forked child shares its parent's open file, and with it the lock: it must have its own.
        if self._descriptor >= 0 and self._process == os.getpid():
            return
        with told(self.path, writing=True):
            self._descriptor = self._open_file()
        self._process = os.getpid()
        self._named = False

    def _open_file(self) -> int:
        # Opened before it is made, so that a file which others may write too keeps the rights it was given.
        try:
            return self._files.open(self.path, READ_WRITE)
        except FileNotFoundError:
            try:
                return self._files.open(self.path, CREATE)
            except FileExistsError:
                return self._files.open(self.path, READ_WRITE)

    def _write_name(self) -> None:
        """Leave our pid in the file, once: on Linux the system itself knows who holds the lock."""
        if self._named:
            return
        text = b"%d\n" % self._process
        try:
            if self._files.read_at(self._descriptor, 64, 0) != text:
                self._files.truncate(self._descriptor, 0)
                self._files.write_at(self._descriptor, text, 0)
        except OSError:
            # The name is a courtesy: a full disk must not keep anybody from the lock.
            return
        self._named = self._files.lock_owner(self._descriptor) is not None

    def _busy(self, waited: float) -> ShopBusy:
        pid = self._files.lock_owner(self._descriptor)
        if pid is None:
            text = self._files.read_at(self._descriptor, 64, 0).strip()
            pid = int(text) if text.isdigit() else 0
        sentence = _(
            "Another process (pid {pid}) has been changing this shop for {seconds:.0f} seconds; try again."
        )
        return ShopBusy(sentence.format(pid=pid, seconds=waited), pid=pid)
