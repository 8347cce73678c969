/* Disposables as context managers. */
#include "jsproxy.h"

static PyObject *
enter(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return Py_NewRef(self);
}

static PyObject *
leave(PyObject *self, PyObject *Py_UNUSED(args))
{
    return JsOp_New(self, JS_OP_DISPOSE, NULL, 0);
}

static const PyMethodDef methods[] = {
    {"__enter__", enter, METH_NOARGS, NULL},
    {"__exit__", leave, METH_VARARGS, NULL},
    {},
};

static const JsMixin async_mixin = {.module = "_pyodide._jsmixins", .cls = "AsyncDisposable", .names = "__aenter__ __aexit__"};

const JsFamily JsFamily_Disposable = {.all = JS_FLAG_HAS_DISPOSE, .methods = methods};
const JsFamily JsFamily_AsyncDisposable = {.all = JS_FLAG_HAS_ASYNC_DISPOSE, .mixin = &async_mixin};
