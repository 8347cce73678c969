#include <Python.h>

#include "thrice.h"
#include "twice.h"

static PyObject *
six_times(PyObject *module, PyObject *number)
{
    return PyLong_FromLong(twice(thrice((int)PyLong_AsLong(number))));
}

static PyMethodDef functions[] = {{"six_times", six_times, METH_O, NULL}, {NULL}};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "useslibs", .m_methods = functions};

PyMODINIT_FUNC
PyInit_useslibs(void)
{
    return PyModuleDef_Init(&definition);
}
