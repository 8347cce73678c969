"""Choose a provider, install it, and build Emscripten's system libraries once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from buildlib.errors import BuildError
from buildlib.process import run
from buildlib.toolchain import activated, debian, emsdk
from buildlib.toolchain.model import Toolchain
from buildlib.toolchain.pin import ToolchainPin

PROVIDERS = ("auto", "activated", "debian", "emsdk")

# Programs that need of the C and the C++ runtime what CPython and side modules need, exceptions and
# longjmp included.
PROBE_C = """\
#include <setjmp.h>
#include <sys/socket.h>
static jmp_buf place;
int main(int argc, char **argv) {
  if (setjmp(place) == 0 && argc > 1) longjmp(place, 1);
  return socket(AF_INET, SOCK_STREAM, 0);
}
"""
PROBE_CXX = """\
#include <iostream>
#include <stdexcept>
int main(int argc, char **argv) {
  try {
    if (argc > 2) throw std::runtime_error(argv[1]);
  } catch (const std::exception &error) {
    std::cout << error.what();
  }
  return 0;
}
"""

PLAIN_LINK = ("-O1", "-sASSERTIONS=0", "-sDEFAULT_TO_CXX=0", "-sAUTO_NATIVE_LIBRARIES=0")
"""How CPython's configure links its tests: no C++, no optimiser, few libraries, because it links 400 of them."""

MAIN_MODULE_LINK = ("-O2", "-fPIC", "-sMAIN_MODULE=2", "-sALLOW_MEMORY_GROWTH", "-sAUTO_NATIVE_LIBRARIES=0")


def install(
    pin: ToolchainPin,
    provider: str,
    *,
    home: Path,
    log: Path,
    abi_flags: Sequence[str],
    say: Callable[[str], None],
) -> Toolchain:
    """An Emscripten from `provider` ("auto": the first that can serve), its system libraries built.

    `home` is the folder for what gets installed, `abi_flags` the flags every object of the
    distribution has. Raises BuildError.
    """
    if provider not in PROVIDERS:
        raise BuildError(f"toolchain={provider}: no such provider", f"Choose one of {', '.join(PROVIDERS)}.")
    home.mkdir(parents=True, exist_ok=True)
    folder = activated.find()
    if provider == "auto":
        provider = "activated" if folder else "emsdk" if debian.usable() else "debian"
    if provider == "activated":
        if folder is None:
            raise BuildError(
                "toolchain=activated: there is no emcc on PATH and none under $EMSDK",
                f"Activate Emscripten {pin.emsdk_version}, or choose another provider.",
            )
        toolchain = activated.provide(pin, folder)
    elif provider == "debian":
        if reason := debian.usable():
            raise BuildError(f"toolchain=debian cannot serve here: {reason}", "Use another provider.")
        toolchain = debian.provide(pin, home, log, say)
    else:
        toolchain = emsdk.provide(pin, home, log)
    activated.check_version(pin, Path(toolchain.emscripten))
    _build_system_libraries(toolchain, home / "probe", abi_flags, log)
    return toolchain


def _build_system_libraries(toolchain: Toolchain, work: Path, abi_flags: Sequence[str], log: Path) -> None:
    """Fill Emscripten's cache with every variant the build links; a cache of ours is frozen afterwards.

    Otherwise the first compile that happens to need a library would build it, several at once.
    """
    done = Path(toolchain.cache) / "complete" if toolchain.cache else None
    if done and done.exists():
        return
    env = {name: value for name, value in toolchain.env().items() if name != "EM_FROZEN_CACHE"}
    work.mkdir(parents=True, exist_ok=True)
    for name, text, flags in (("probe.c", PROBE_C, PLAIN_LINK), ("probe.cpp", PROBE_CXX, MAIN_MODULE_LINK)):
        (work / name).write_text(text)
        run([toolchain.tool("emcc"), *abi_flags, *flags, name, "-o", "probe.js"], cwd=work, env=env, log=log)
    if done:
        done.touch()
