/* The module `_pyodide_kdf`. */
#pragma once

#include <Python.h>

PyMODINIT_FUNC PyInit__pyodide_kdf(void);
