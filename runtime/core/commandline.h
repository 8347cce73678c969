/* The program that the interpreter's command line names. */
#pragma once

#include <Python.h>

/* Runs it, as `python` does; its exit status. For the call of a task: SystemExit may leave through exit(). */
PyObject *CommandLine_RunNew(PyObject *module, PyObject *ignored);
