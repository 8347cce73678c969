/* How deep Python and JavaScript may call each other.
 *
 * Each level takes several kilobytes of the host's own stack, which nobody can measure. A host that runs out of it
 * throws through the WebAssembly frames, past all cleanup; so Python raises RecursionError before that.
 */
#pragma once

#include <Python.h>

/* Of the host's stack a level takes up to 4.4 KB of code that is not optimised yet, and a worker in Chromium has 500 KB. */
#define DEPTH_MAX 80

extern int Depth_Now; /* operate.c */

/* Before an import that may run foreign code; 0, or -1 with RecursionError set. */
static inline int
Depth_Enter(void)
{
    if (__builtin_expect(Depth_Now >= DEPTH_MAX, 0)) {
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
