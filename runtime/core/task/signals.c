/* Where the signals of other threads are looked for.
 *
 * Python's evaluation loop looks at the signal buffer each time that CPython's clock has run down. The event loop's own
 * code must not: raised there, KeyboardInterrupt would lose a callback and reach nobody who could catch it. A turn of
 * the loop holds the clock therefore, and so does what adds a callback; within a turn, each callback has it running. */
#define Py_BUILD_CORE 1 /* for the clock */
#include "task.h"

#include <internal/pycore_emscripten_signal.h>
#include <limits.h>

static int holding;
static int held; /* while holding: what the clock shows when it goes on */

static void
hold(void)
{
    holding = 1;
    held = _Py_emscripten_signal_clock;
    _Py_emscripten_signal_clock = INT_MAX;
}

/* Not run down: what comes before the first look is done in any case. A callback may be no longer than that. */
static void
go_on(void)
{
    holding = 0;
    _Py_emscripten_signal_clock = held > 0 ? held : 1;
}

PyObject *
Signals_Hold(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (count == 0) {
        PyErr_SetString(PyExc_TypeError, "hold_signals() takes a callable");
        return NULL;
    }
    int was_holding = holding;
    if (!was_holding) {
        hold();
    }
    PyObject *result = PyObject_Vectorcall(args[0], args + 1, (size_t)count - 1, names);
    if (!was_holding) {
        go_on();
    }
    return result;
}

PyObject *
Signals_Heed(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count == 0 || !holding) {
        PyErr_SetString(PyExc_TypeError, "heed_signals() takes a callable, within hold_signals()");
        return NULL;
    }
    go_on();
    PyObject *result = PyObject_Vectorcall(args[0], args + 1, (size_t)count - 1, NULL);
    hold();
    return result;
}
