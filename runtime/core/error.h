/* Exceptions across the border. See error.c. */
#pragma once

#include <Python.h>

#include "abi.h"

/* A JavaScript import returned KIND_ERROR: makes its exception the current Python exception. A PythonError whose
 * Python exception is still `sys.last_exc` becomes that exception again. */
void Error_FromJs(void);
