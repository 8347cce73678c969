#include <Python.h>

static PyObject *sum(PyObject *self, PyObject *arguments) {
  long a, b;
  if (!PyArg_ParseTuple(arguments, "ll", &a, &b)) return NULL;
  return PyLong_FromLong(a + b);
}

static PyMethodDef methods[] = {{"sum", sum, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "with_meson", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit_with_meson(void) { return PyModule_Create(&definition); }
