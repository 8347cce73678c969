/* Where CPython keeps the current thread state: NULL while C code has given the interpreter lock away, as around system
 * calls. Nothing may be asked of Python then; the glue looks at the word before it enters.
 *
 * The variable is internal to CPython, which has no public function for its address.
 */
#define Py_BUILD_CORE 1
#include <Python.h>

#include <internal/pycore_pystate.h>

#include "abi.h"

uint32_t
thread_state_address(void)
{
    return (uint32_t)(uintptr_t)&_Py_tss_tstate;
}
