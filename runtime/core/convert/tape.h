/* Tapes: whole structures on their way across the border.
 *
 * A deep conversion crosses once. One side writes the structure as a flat sequence of slots, containers before their
 * elements; the other side reads it and builds its own. A container that occurs again is a REF to its number.
 *
 * A tape towards JavaScript keeps alive what it refers to, owns nothing in its slots, and is freed by tape_free.
 * A tape towards Python is a block of the glue: its slots give C what they own (PYOBJ has a reference, JSREF a handle),
 * and its texts stand behind their slots, padded to whole slots.
 */
#pragma once

#include <Python.h>

#include "abi.h"

/* Raised by conversions; `pyodide.ffi.ConversionError`. */
extern PyObject *ConversionError;

int Tape_Init(void);
