"""One process at a time: a lock that dies with its holder."""

from __future__ import annotations

import contextlib
import fcntl
import os
import sys
from pathlib import Path
from types import TracebackType


class BuildLock:
    """Holds `path` locked while the `with` block runs; waits if another process holds it.

    The lock is the kernel's (flock): it goes when the process goes, however that ends. The file stays, holding
    the process number and command of the last holder, and may be deleted at any time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def __enter__(self) -> BuildLock:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        while self._file is None:
            file = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                self._lock(file)
            except BaseException:
                os.close(file)
                raise
            # While we waited the file may have been deleted, and others may have locked a new one.
            if self._is_current(file):
                self._file = file
            else:
                os.close(file)
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"{os.getpid()} ({' '.join(sys.argv)[:200]})".encode(), 0)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock(self, file: int) -> None:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(file, 300, 0).decode(errors="replace") or "unknown"
            print(f"waiting for process {holder}, which holds {self.path}", file=sys.stderr, flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)

    def _is_current(self, file: int) -> bool:
        with contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(file), self.path.stat())
        return False
