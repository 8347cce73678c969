/* jsnull, the Python value of JavaScript's null: a falsy singleton. */
#pragma once

#include <Python.h>

typedef struct {
    PyObject_HEAD
} JsNull;

extern JsNull JsNull_Object;
extern PyTypeObject JsNull_Type;

static inline PyObject *
JsNull_Borrow(void)
{
    return (PyObject *)&JsNull_Object;
}

int JsNull_Init(void);
