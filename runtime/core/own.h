/* The one cleanup idiom of the core: a variable declared OWNED drops its reference when it leaves its scope.
 *
 *     OWNED PyObject *list = PyList_New(0);
 *     …
 *     return Own_Give(&list);      // hands the reference on and empties the variable
 *
 * Verbs in names tell who owns what: a function …New returns a new reference, …Steal takes over the one it is
 * given (also when it fails), …Borrow returns one that somebody else owns.
 */
#pragma once

#include <Python.h>

static inline void
Own_Clear(PyObject **variable)
{
    Py_XDECREF(*variable);
}

static inline PyObject *
Own_Give(PyObject **variable)
{
    PyObject *value = *variable;
    *variable = NULL;
    return value;
}

#define OWNED __attribute__((cleanup(Own_Clear)))
