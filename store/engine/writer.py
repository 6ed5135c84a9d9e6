"""Adding lines to the journal: on the disk when confirmed, cut back when refused, never tried twice on a sick disk."""

from __future__ import annotations

from locales import _
from store.engine.generation import Generation
from store.engine.journal import MAXIMUM_LINE
from store.engine.snapshot import write_whole
from store.engine.trouble import DENIED, FULL, from_system, no_room
from store.errors import OutcomeUnknown


class JournalWriter:
    """Appends to the journal of one generation. Used under the lock."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._sick = False
        self._names_synced = False

    def append(self, lines: list[bytes], position: int) -> int:
        """Write the lines of one action at `position`, the end of what is committed; returns the new end.

        Returns when they are on the disk.

        Raises:
            NoRoom: the disk is full; the journal is as it was.
            NoRights: writing is not allowed; the journal is as it was.
            OutcomeUnknown: the disk did not confirm. This writer refuses from then on: after a failed sync the
                system forgets which bytes it could not write, and a second sync would confirm what is not there.
        """
        self.require_healthy()
        files, descriptor = self._generation.files, self._generation.journal
        end = position
        syncing = False
        try:
            if not self._names_synced:
                # Whoever made this generation may have died before its name was on the disk.
                files.sync_folder(self._generation.folder)
                self._names_synced = True
            for data in _blocks(lines):
                write_whole(files, descriptor, data, end)
                end += len(data)
            syncing = True
            files.sync(descriptor)
        except OSError as error:
            self._cut_back(position)
            path = self._generation.journal_path
            if error.errno in FULL and not self._sick:
                # A full disk that shows only at the sync (quotas, network folders) lost nothing that was confirmed,
                # but its pages are forgotten all the same.
                self._sick = syncing
                raise no_room(path) from error
            if error.errno in DENIED and not syncing and not self._sick:
                raise from_system(error, path, writing=True) from error
            self._sick = True
            raise _unknown(self._generation) from error
        except BaseException:
            self._cut_back(position)
            raise
        return end

    def cut(self, position: int) -> None:
        """Drop what an interrupted write left behind `position`.

        Raises:
            ShopUnusable: the system does not let us.
        """
        self.require_healthy()
        try:
            self._generation.files.truncate(self._generation.journal, position)
        except OSError as error:
            raise from_system(error, self._generation.journal_path, writing=True) from error

    def require_healthy(self) -> None:
        """Raise `OutcomeUnknown` when the disk has once failed to confirm a write to this journal."""
        if self._sick:
            raise _unknown(self._generation)

    def names_are_synced(self) -> None:
        """We made this generation ourselves, and its name is on the disk."""
        self._names_synced = True

    def fail(self) -> None:
        """Refuse all further writes: whether the last step is on the disk is not known."""
        self._sick = True

    def _cut_back(self, position: int) -> None:
        """Take away what was written of a refused action, so that nobody builds on it."""
        try:
            self._generation.files.truncate(self._generation.journal, position)
        except OSError:
            self._sick = True


def _blocks(lines: list[bytes]) -> list[bytes]:
    """The lines in pieces of about a megabyte; one line is one piece."""
    blocks: list[bytes] = []
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        if waiting and size + len(line) > MAXIMUM_LINE:
            blocks.append(b"".join(waiting))
            waiting, size = [], 0
        waiting.append(line)
        size += len(line)
    blocks.append(waiting[0] if len(waiting) == 1 else b"".join(waiting))
    return blocks


def _unknown(generation: Generation) -> OutcomeUnknown:
    sentence = _(
        "The disk did not confirm the last change to {path}. Whether it was kept shows when the shop is opened again; "
        "until then nothing more can be changed here."
    )
    return OutcomeUnknown(sentence.format(path=generation.journal_path), file=str(generation.journal_path))
