# mypy: ignore-errors
from pybind11.setup_helpers import Pybind11Extension
from setuptools import setup

setup(name="thrower", version="1.0", ext_modules=[Pybind11Extension("thrower", ["thrower.cpp"])])
