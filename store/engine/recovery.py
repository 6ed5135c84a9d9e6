"""After a crash: what may be dropped at the end of a journal, what must not be, and which files are left over."""

from __future__ import annotations

import contextlib
from pathlib import Path

from locales import _
from store.engine import journal
from store.engine.files import READ, FileCalls
from store.engine.generation import CLOSED, POINTER, closed_path, generation_of, journal_path, shop_path
from store.engine.trouble import damaged

_ZEROS = bytes(16)
"""What the system shows where a page of a file never reached the disk."""

_CONTROLS = bytes(range(32))


def judge_tail(files: FileCalls, descriptor: int, path: Path, bad: int, end: int, next_action: int) -> None:
    """Return when the bytes [bad, end) are what an interrupted write leaves; they may be dropped.

    An interrupted write was never confirmed. It leaves a line cut short, zeros, or pages in any order, all of one
    action, and nothing of a later action after it. Anything else was confirmed once and has been damaged since.

    Raises:
        ShopDamaged: names the file and the byte.
    """
    unsound: list[bytes] = []
    sound_after = False
    for offset, line in journal.split_lines(files, descriptor, bad, end):
        head = journal.read_head(line)
        if head is None and journal.is_sound(line):
            raise damaged(path, offset, _("what this line says cannot be understood."))
        if head is None:
            unsound.append(line)
        elif offset == bad or head.action != next_action:
            # A sound line that does not follow, or later actions behind an unsound one.
            raise damaged(path, bad, _("sound lines follow after it."))
        else:
            sound_after = True
    text = b"".join(unsound)
    if sound_after and _ZEROS not in text:
        raise damaged(path, bad, _("sound lines follow after it."))
    if not sound_after and _was_whole(text):
        raise damaged(path, bad, _("the checksum of its last line is wrong."))


def _was_whole(text: bytes) -> bool:
    """Whether this is a whole line in which a little was changed, rather than a torn one.

    A written line has no control characters but the line break at its end; torn ones end elsewhere or hold zeros.
    """
    if journal.is_sound(text[:-1] + b"\n") and (text[-1] ^ 10).bit_count() == 1:
        return True
    if not text.endswith(b"\n"):
        return False
    head = b'{"crc":"'
    wrong = sum(one != other for one, other in zip(head, text, strict=False))
    controls = len(text) - 1 - len(text[:-1].translate(None, _CONTROLS))
    return len(text) > len(head) and wrong <= 1 and controls <= 1


def sweep(files: FileCalls, folder: Path, current: int) -> None:
    """Put away what crashed compactions left. Called under the lock; failures are left for the next time.

    A snapshot is only taken for ours where its journal lies beside it: compaction makes the journal first and puts
    it away last. Journals with content are never removed: they go to the closed ones.
    """
    names = files.names(folder)
    changed = f"{POINTER}.tmp" in names
    with contextlib.suppress(OSError):
        if len([name for name in names if generation_of(name) is not None]) > 2:
            # The old generation may only go when the pointer to the new one is on the disk for certain.
            files.sync_folder(folder)
        if changed:
            files.unlink(folder / f"{POINTER}.tmp")
        for name in names:
            number = generation_of(name)
            if name.startswith("journal") and number is not None and number != current:
                put_away(files, folder, number, current)
                changed = True
        if changed:
            files.sync_folder(folder)


def put_away(files: FileCalls, folder: Path, number: int, current: int) -> None:
    """Remove the snapshot of a generation that does not count; close its journal, or remove it when empty.

    Raises:
        OSError: as the system says; what is left is found again by `sweep`.
    """
    path = journal_path(folder, number)
    if number > current and not has_no_content(files, path):
        return
    with contextlib.suppress(FileNotFoundError):
        files.unlink(shop_path(folder, number))
    if number > current:
        files.unlink(path)
        return
    files.make_folder(folder / CLOSED)
    files.rename(path, closed_path(folder, number))
    files.sync_folder(folder / CLOSED)
    files.sync_folder(folder)


def has_no_content(files: FileCalls, path: Path) -> bool:
    """Whether a journal is missing or holds no sound line behind its header (which may be torn itself)."""
    try:
        descriptor = files.open(path, READ)
    except FileNotFoundError:
        return True
    try:
        lines = journal.split_lines(files, descriptor, 0, files.size(descriptor))
        return not any(journal.read_head(line) for _offset, line in lines)
    finally:
        files.close(descriptor)
