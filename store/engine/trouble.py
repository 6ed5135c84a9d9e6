"""The system's errors as sentences for people."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from locales import _
from store.engine.files import NotAFileError
from store.errors import NoRights, NoRoom, Refused, ShopDamaged, ShopUnusable

FULL = frozenset({errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)})
"""What the system says when a disk, a quota or a file size limit is reached."""

DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What the system says when it will not let this user."""


class NotStorable(Refused, TypeError):  # noqa: N818 - named like the errors of store.errors
    """A value that JSON cannot hold. Also a `TypeError`, which is what TinyDB's own storage raises."""

    kind = "not_storable"


def no_room(path: Path) -> NoRoom:
    """The disk is full; nothing was kept of the change."""
    sentence = _("There is no room left on the disk, so the change was not made: {path}")
    return NoRoom(sentence.format(path=path), file=str(path))


def no_rights(path: Path, *, writing: bool) -> NoRights:
    """This user may not read or not change `path`."""
    if writing:
        sentence = _("You may look at this shop but not change it: {path} cannot be written.")
    else:
        sentence = _("You have no right to read {path}.")
    return NoRights(sentence.format(path=path), file=str(path))


def damaged(path: Path, byte: int, why: str) -> ShopDamaged:
    """`path` is damaged at `byte`; `why` is a sentence already translated."""
    sentence = _("The file {path} is damaged at byte {byte}: {why} Nothing was changed.")
    return ShopDamaged(sentence.format(path=path, byte=byte, why=why), file=str(path), byte=byte)


def from_system(error: OSError, path: Path, *, writing: bool) -> ShopUnusable:
    """The sentence for an error of the system that came from a call on `path`."""
    if isinstance(error, NotAFileError):
        return damaged(path, 0, _("it is no ordinary file."))
    if error.errno in FULL:
        return no_room(path)
    if error.errno in DENIED:
        return no_rights(path, writing=writing)
    sentence = _("The file {path} cannot be used: {reason}")
    return ShopUnusable(sentence.format(path=path, reason=error.strerror or str(error)), file=str(path))


def new_files(path: Path) -> str:
    """The disk failed, and work goes on in new files."""
    sentence = _(
        "The disk did not confirm the last change: whether it was written is not known, so it does not count. All "
        "that was confirmed before has been copied to new files in {path}. Make the change again, and have the disk "
        "looked at."
    )
    return sentence.format(path=path)


def read_only_now(path: Path, reason: str) -> str:
    """The disk failed, and nothing is changed any more."""
    sentence = _(
        "Read only: the disk did not confirm a change, and the shop could not be copied to new files in {path} "
        "({reason}). What was confirmed can be read; have the disk looked at, then open the shop again."
    )
    return sentence.format(path=path, reason=reason.rstrip(".。"))


@contextmanager
def told(path: Path, *, writing: bool = False) -> Iterator[None]:
    """Turn an `OSError` inside the block into a sentence about `path`."""
    try:
        yield
    except OSError as error:
        raise from_system(error, path, writing=writing) from error
