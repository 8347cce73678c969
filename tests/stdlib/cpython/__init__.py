"""CPython's own test suite on the built distribution: `./scons test-cpython`, or run.py with names of modules."""
