// An extension module too large to be compiled while a page waits: most of it is data.
#include <Python.h>

__attribute__((used)) static const char filler[] = {
#embed FILLER
};

static PyObject *at(PyObject *self, PyObject *index) { return PyLong_FromLong((unsigned char)filler[PyLong_AsLong(index)]); }

static PyMethodDef methods[] = {{"at", at, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "large", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit_large(void) { return PyModule_Create(&definition); }
