"""Find or install an Emscripten. `install` is the whole interface; `Toolchain` is what it returns."""

from buildlib.toolchain.install import PROVIDERS, install
from buildlib.toolchain.model import Toolchain
from buildlib.toolchain.pin import ToolchainPin, load_pin

__all__ = ["PROVIDERS", "Toolchain", "ToolchainPin", "install", "load_pin"]
