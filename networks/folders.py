"""Folders that are whole: a new one takes the old one's place in one step."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # Linux, renameat2(2)
# The file system or the kernel cannot exchange two names, or the folder is a mount point.
CANNOT = (errno.EINVAL, errno.ENOSYS, errno.EBUSY, errno.EXDEV, errno.EPERM, errno.ENOTSUP)


@contextmanager
def folder_atomically(target: Path, ours: Collection[str] = ()) -> Iterator[Path]:
    """Give a scratch folder that takes the place of the target in one step when the block ends well.

    What lies in the target and is not written anew stays, but for the entries named in `ours`: they are of a run
    before, and go. If the block raises, the target is untouched. Where the system cannot exchange two folders, and
    where the target is the folder one stands in, files replace those of the target one after another.
    """
    target = Path(os.path.realpath(target))
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
    try:
        yield scratch
        _flush(scratch)
        if not target.exists():
            scratch.chmod(0o777 & ~_umask())
            os.rename(scratch, target)
        elif target == Path.cwd() or not _exchanged(scratch, target, ours):
            _replace_each(scratch, target, ours)
        _sync(target.parent)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _exchanged(scratch: Path, target: Path, ours: Collection[str]) -> bool:
    """Put what stays of the target into the scratch folder, and let the two change places; False if they cannot."""
    scratch.chmod(target.stat().st_mode & 0o7777)
    linked = [*_keep(target, scratch, ours)]
    libc = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(scratch), os.fsencode(target)
    if hasattr(libc, "renameat2") and libc.renameat2(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno() if hasattr(libc, "renameat2") else errno.ENOSYS
    for path in linked:
        path.unlink()
    if number not in CANNOT:
        raise OSError(number, os.strerror(number), str(target))
    return False


def _keep(old: Path, new: Path, ours: Collection[str]) -> Iterator[Path]:
    """Link the old folder's files into the new one where it has none of that name, but for those named; yield each."""
    for path in sorted(old.iterdir()):
        place = new / path.name
        if path.name in ours:
            continue
        if path.is_dir() and not path.is_symlink():
            place.mkdir(exist_ok=True)
            yield from _keep(path, place, ())
        elif not os.path.lexists(place):
            _link(path, place)
            yield place


def _link(source: Path, place: Path) -> None:
    try:
        os.link(source, place, follow_symlinks=False)
    except OSError:  # no hard links here
        shutil.copy2(source, place, follow_symlinks=False)


def _replace_each(scratch: Path, target: Path, ours: Collection[str]) -> None:
    written = sorted(path for path in scratch.rglob("*") if path.is_file())
    for source in written:
        destination = target / source.relative_to(scratch)
        destination.parent.mkdir(parents=True, exist_ok=True)
        os.replace(source, destination)
    kept = {source.relative_to(scratch) for source in written}
    for path in [found for name in ours for found in [target / name, *(target / name).rglob("*")]]:
        if path.is_file() and path.relative_to(target) not in kept:
            path.unlink()


def _flush(folder: Path) -> None:
    """Bring all files of a folder to the disk, before their names."""
    for path in folder.rglob("*"):
        if path.is_file():
            _sync(path)
            path.chmod(0o666 & ~_umask())
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
