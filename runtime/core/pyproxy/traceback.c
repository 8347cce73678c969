/* Where Python was when the runtime died. It allocates nothing and runs no Python, as CPython's own fault handler. */
#define Py_BUILD_CORE 1
#include <Python.h>

#include <internal/pycore_traceback.h>

#include "abi.h"

/* Writes the traceback of the current thread to standard error. */
int32_t
py_dump_traceback(void)
{
    PyThreadState *thread = PyGILState_GetThisThreadState();
    if (thread != NULL) {
        _Py_DumpTraceback(2, thread);
    }
    return KIND_UNDEFINED;
}
