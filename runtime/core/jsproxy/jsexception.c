/* JavaScript errors as Python exceptions: JsException, the base of every JsProxy type that is an error. */
#include "error.h"
#include "frame.h"
#include "own.h"
#include "jsproxy.h"

/* JsException(name, message="", stack=""): makes the JavaScript error too. */
static PyObject *
new(PyTypeObject *Py_UNUSED(type), PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"name", "message", "stack", NULL};
    PyObject *name, *message = NULL, *stack = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "U|UU:JsException", names, &name, &message, &stack)) {
        return NULL;
    }
    Slot frame[3];
    Slot_Encode(&frame[0], name);
    Slot_Encode(&frame[1], message ? message : Py_None);
    Slot_Encode(&frame[2], stack ? stack : Py_None);
    jsv_make_error(frame);
    return Slot_DecodeNew(&frame[0]);
}

/* Its arguments are those of `new`; BaseException's would keep them. */
static int
init(PyObject *Py_UNUSED(self), PyObject *Py_UNUSED(args), PyObject *Py_UNUSED(kwargs))
{
    return 0;
}

static PyObject *
reduce(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    OWNED PyObject *name = PyObject_GetAttrString(self, "name");
    OWNED PyObject *message = name ? PyObject_GetAttrString(self, "message") : NULL;
    OWNED PyObject *stack = message ? PyObject_GetAttrString(self, "stack") : NULL;
    return stack ? Py_BuildValue("O(OOO)", JsException_Type, name, message, stack) : NULL;
}

static PyObject *
get_js_error(PyObject *self, void *Py_UNUSED(closure))
{
    return Py_NewRef(self);
}

/* JavaScript's errors have no arguments; whoever shows `args` should see the error. What Python sets instead is kept. */
static PyObject *
get_args(PyObject *self, void *Py_UNUSED(closure))
{
    PyObject *args = ((PyBaseExceptionObject *)self)->args;
    return args != NULL && PyTuple_GET_SIZE(args) > 0 ? Py_NewRef(args) : PyTuple_Pack(1, self);
}

static int
set_args(PyObject *self, PyObject *value, void *Py_UNUSED(closure))
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "args may not be deleted");
        return -1;
    }
    PyObject *args = PySequence_Tuple(value);
    if (args == NULL) {
        return -1;
    }
    Py_XSETREF(((PyBaseExceptionObject *)self)->args, args);
    return 0;
}

static PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_NOARGS, NULL},
    {},
};

static PyGetSetDef getset[] = {
    {"js_error", get_js_error, NULL, "The JavaScript error.", NULL},
    {"args", get_args, set_args, "The error itself, until something else is assigned.", NULL},
    {},
};

PyObject *
JsException_New(void)
{
    PyType_Slot slots[] = {
        {Py_tp_doc, "A JavaScript error."},
        {Py_tp_new, new},
        {Py_tp_init, init},
        {Py_tp_dealloc, JsProxy_Type.tp_dealloc},
        {Py_tp_traverse, JsProxy_Traverse},
        {Py_tp_clear, JsProxy_Clear},
        {Py_tp_str, JsProxy_Type.tp_str},
        {Py_tp_repr, JsProxy_Type.tp_repr},
        {Py_tp_getattro, JsProxy_GetAttr},
        {Py_tp_setattro, JsProxy_SetAttr},
        {Py_tp_richcompare, JsProxy_Type.tp_richcompare},
        {Py_tp_hash, PyObject_GenericHash}, /* tools keep sets of exceptions */
        {Py_tp_methods, methods},
        {Py_tp_getset, getset},
        {},
    };
    PyType_Spec spec = {
        .name = "pyodide.ffi.JsException",
        .basicsize = sizeof(JsError),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
        .slots = slots,
    };
    OWNED PyObject *bases = PyTuple_Pack(2, &JsProxy_Type, PyExc_Exception);
    return bases ? PyType_FromMetaclass(&JsProxyMeta_Type, NULL, &spec, bases) : NULL;
}
