/* How deep Python and JavaScript may call each other.
 *
 * Each level takes several kilobytes of the host's own stack, and a host that runs out of it throws through the
 * WebAssembly frames, past all cleanup; so Python raises RecursionError before that.
 */
#pragma once

#include <Python.h>

extern int Depth_Now; /* operate.c */
extern int Depth_Max; /* set once, by core_start; runtime/glue/depth.ts measures it */

/* Before an import that may run foreign code; 0, or -1 with RecursionError set. */
static inline int
Depth_Enter(void)
{
    if (__builtin_expect(Depth_Now >= Depth_Max, 0)) {
        PyErr_SetString(PyExc_RecursionError, "maximum recursion depth exceeded between Python and JavaScript");
        return -1;
    }
    Depth_Now++;
    return 0;
}

static inline void
Depth_Leave(void)
{
    Depth_Now--;
}
