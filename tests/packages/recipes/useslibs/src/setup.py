# mypy: ignore-errors
from setuptools import Extension, setup

setup(
    name="useslibs",
    version="1.0",
    ext_modules=[Extension("useslibs", ["useslibs.c"], libraries=["twice", "thrice"])],
)
