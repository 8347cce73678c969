/* jsnull: one static, immortal object. Its type gives out no other. */
#include "jsnull.h"

static PyObject *
repr(PyObject *Py_UNUSED(self))
{
    return PyUnicode_FromString("jsnull");
}

static int
truth(PyObject *Py_UNUSED(self))
{
    return 0;
}

static PyObject *
new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    if (PyTuple_GET_SIZE(args) || (kwargs && PyDict_GET_SIZE(kwargs))) {
        PyErr_SetString(PyExc_TypeError, "JsNull takes no arguments");
        return NULL;
    }
    return JsNull_Borrow();
}

static PyObject *
get_typeof(PyObject *Py_UNUSED(self), void *Py_UNUSED(closure))
{
    return PyUnicode_FromString("object");
}

static PyObject *
reduce(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(ignored))
{
    return PyUnicode_FromString("jsnull");
}

static PyNumberMethods as_number = {.nb_bool = truth};

static PyGetSetDef getset[] = {
    {"typeof", get_typeof, NULL, "typeof null", NULL},
    {},
};

static PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {},
};

PyTypeObject JsNull_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "pyodide.ffi.JsNull",
    .tp_doc = "JsNull()\n--\n\nThe type of jsnull, the Python value of JavaScript's null.",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_repr = repr,
    .tp_as_number = &as_number,
    .tp_getset = getset,
    .tp_methods = methods,
    .tp_new = new,
};

JsNull JsNull_Object = {PyObject_HEAD_INIT(&JsNull_Type)};

int
JsNull_Init(void)
{
    return PyType_Ready(&JsNull_Type);
}
