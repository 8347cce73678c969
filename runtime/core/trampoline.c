/* Where CPython keeps the table index of the trampoline that it calls C functions through. A start in JavaScript writes
 * it there (Python/emscripten_trampoline.c): 0 on a host that cannot have one. A snapshot brings another host's.
 *
 * The variable is internal to CPython, which has no public function for its address.
 */
#define Py_BUILD_CORE 1
#include <Python.h>

#include <internal/pycore_runtime.h>

#include "abi.h"

uint32_t
trampoline_address(void)
{
    return (uint32_t)(uintptr_t)&_PyRuntime.emscripten_trampoline;
}
