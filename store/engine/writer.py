"""Adding lines to the journal: on the disk when confirmed, cut back when refused, never tried twice on a sick disk."""

from __future__ import annotations

from locales import _
from store.engine.generation import Generation
from store.engine.snapshot import write_whole
from store.engine.trouble import DENIED, FULL, from_system, no_room
from store.errors import OutcomeUnknown, ShopUnusable


class JournalWriter:
    """Appends to the journal of one generation. Used under the lock.

    Attributes:
        sick: whether the disk has once failed to confirm a write to this journal. It is not written to again: after a
            failed sync the system forgets which bytes it could not write, and a second sync would confirm what is
            not there.
    """

    def __init__(self, generation: Generation) -> None:
        self.sick = False
        self._generation = generation
        self._files = generation.files
        self._journal = generation.journal
        self._names_synced = False
        self._name = str(generation.journal_path)
        self._identity = self._files.identity_of(self._journal)
        self._disturbed = False

    def _require_undisturbed(self, end: int) -> None:
        """See that the journal is where it was, and ends where we are going to write.

        Somebody may have removed the lock, and somebody else changed the shop by the help of another one; or put
        another file in the place of the journal. Writing then would be confirmed and lost.

        Raises:
            ShopUnusable: it is not; nothing was written.
        """
        self._disturbed = True
        try:
            identity, size = self._files.identity_and_size(self._name)
        except OSError as error:
            raise from_system(error, self._generation.journal_path, writing=True) from error
        if identity != self._identity:
            raise self._generation.moved(self._generation.journal_path)
        if size != end:
            path = self._generation.journal_path
            sentence = _(
                "Another program wrote to {path} while this change was being made; it was not made. Try again."
            )
            raise ShopUnusable(sentence.format(path=path), file=str(path))
        self._disturbed = False

    def append(self, line: bytes, end: int, position: int) -> int:
        """Write the line that commits an action at `end`, and return the new end when all of it is on the disk.

        `position` is the end of what was committed before; a bulk action has written lines behind it already.

        Raises:
            NoRoom: the disk is full; the journal is as it was.
            NoRights: writing is not allowed; the journal is as it was.
            OutcomeUnknown: the disk did not confirm.
            ShopUnusable: the journal is not where it was, or was written to by somebody else.
        """
        self._require_undisturbed(end)
        syncing = False
        try:
            if not self._names_synced:
                self.sync_names()
            if self._files.write_at(self._journal, line, end) != len(line):
                write_whole(self._files, self._journal, line, end)
            syncing = True
            self._files.sync(self._journal)
        except OSError as error:
            raise self._refused(error, position, syncing=syncing) from error
        except BaseException:
            self.cut_back(position)
            raise
        return end + len(line)

    def extend(self, line: bytes, end: int, position: int) -> int:
        """Write a line of a bulk action that has not ended yet, unsynced; returns the new end.

        Raises:
            As `append`.
        """
        self.require_healthy()
        self._require_undisturbed(end)
        try:
            write_whole(self._files, self._journal, line, end)
        except OSError as error:
            raise self._refused(error, position, syncing=False) from error
        return end + len(line)

    def _refused(self, error: OSError, position: int, *, syncing: bool) -> Exception:
        """Cut back what was written, and tell why."""
        was_sick = self.sick
        self.cut_back(position)
        path = self._generation.journal_path
        cut = self.sick == was_sick
        if error.errno in FULL and cut:
            # A full disk that shows only at the sync (quotas, network folders) lost nothing that was confirmed,
            # but its pages are forgotten all the same.
            self.sick = syncing
            return no_room(path)
        if error.errno in DENIED and not syncing and cut:
            return from_system(error, path, writing=True)
        self.sick = True
        return self.unknown()

    def cut(self, position: int) -> None:
        """Drop what an interrupted write left behind `position`.

        Raises:
            ShopUnusable: the system does not let us.
        """
        try:
            self._files.truncate(self._journal, position)
        except OSError as error:
            raise from_system(error, self._generation.journal_path, writing=True) from error

    def cut_back(self, position: int) -> None:
        """Take away what was written of a refused action, so that nobody builds on it."""
        if self._disturbed:
            # What stands there now may be somebody else's, and confirmed.
            return
        try:
            self._files.truncate(self._journal, position)
        except OSError:
            self.sick = True

    def require_healthy(self) -> None:
        """Raise `OutcomeUnknown` when the disk has once failed to confirm a write to this journal."""
        if self.sick:
            raise self.unknown()

    def sync_names(self) -> None:
        """See that the name of this generation is on the disk, whoever made it may have died before.

        Raises:
            OSError: as the system says.
        """
        self._files.sync_folder(self._generation.folder)
        self._names_synced = True

    def names_are_synced(self) -> None:
        """We made this generation ourselves, and its name is on the disk."""
        self._names_synced = True

    def fail(self) -> None:
        """Refuse all further writes: whether the last step is on the disk is not known."""
        self.sick = True

    def unknown(self) -> OutcomeUnknown:
        """What to say while this writer is sick."""
        path = self._generation.journal_path
        sentence = _(
            "The disk did not confirm the last change to {path}. Whether it was kept shows when the shop is opened "
            "again; until then nothing more can be changed here."
        )
        return OutcomeUnknown(sentence.format(path=path), file=str(path))
