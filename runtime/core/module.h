/* `_pyodide_core`, the builtin module. See module.c. */
#pragma once

#include <Python.h>

PyMODINIT_FUNC PyInit__pyodide_core(void);
