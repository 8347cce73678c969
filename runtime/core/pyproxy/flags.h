/* What a Python object can do, as PyFlag bits. See flags.c. */
#pragma once

#include <Python.h>

#include "abi.h"

/* The bits of an object. -1 with an exception set if an ABC's subclass test fails. */
int PyFlags_Of(PyObject *object, uint32_t *flags);
