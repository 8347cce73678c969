"""Run a program with a log file; on failure show the end of the log."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from buildlib.errors import BuildError

TAIL_LINES = 40

verbose = False
"""Show each command on the terminal as well (the build's verbose=1)."""


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path,
    log: Path,
    env: Mapping[str, str] | None = None,
    append: bool = True,
) -> None:
    """Run `argv` in `cwd`, its whole output in `log`.

    `env` replaces the environment; None inherits it. Raises BuildError with
    the end of the log if the program cannot start or exits non-zero.
    """
    words = [os.fspath(word) for word in argv]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab" if append else "wb") as out:
        command = f"$ {' '.join(words)}"
        if verbose:
            print(command, flush=True)
        out.write(f"{command}\n".encode())
        out.flush()
        try:
            code = subprocess.run(
                words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False
            ).returncode
        except OSError as error:
            raise BuildError(f"cannot run {words[0]}: {error.strerror}", "Is it installed and on PATH?") from error
    if code:
        raise BuildError(f"{Path(words[0]).name} failed with exit code {code}\n{tail(log)}", f"Whole output: {log}")


def output(argv: Sequence[str | os.PathLike[str]], *, cwd: Path, env: Mapping[str, str] | None = None) -> str:
    """The standard output of a short program. Raises BuildError as `run` does."""
    words = [os.fspath(word) for word in argv]
    try:
        done = subprocess.run(
            words, cwd=cwd, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
    except OSError as error:
        raise BuildError(f"cannot run {words[0]}: {error.strerror}", "Is it installed and on PATH?") from error
    if done.returncode:
        raise BuildError(f"{Path(words[0]).name} failed with exit code {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log, indented."""
    text = log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:]
    return "\n".join(f"  | {line}" for line in text)
