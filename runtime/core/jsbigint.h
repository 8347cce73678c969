/* JsBigInt, the Python value of a JavaScript bigint: a subclass of int that becomes a bigint again. */
#pragma once

#include <Python.h>

extern PyTypeObject JsBigInt_Type;

static inline int
JsBigInt_Check(PyObject *value)
{
    return PyObject_TypeCheck(value, &JsBigInt_Type);
}

/* The JsBigInt of an int, which it takes over. NULL for NULL. */
PyObject *JsBigInt_StealNew(PyObject *value);

int JsBigInt_Init(void);
