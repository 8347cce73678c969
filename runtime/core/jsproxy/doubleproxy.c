/* JsDoubleProxy: a PyProxy that Python holds as a JavaScript object. */
#include "jsproxy.h"

static PyObject *
destroy(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_PROXY_DESTROY, NULL, 0);
}

static PyObject *
unwrap(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_PROXY_UNWRAP, NULL, 0);
}

static const PyMethodDef methods[] = {
    {"destroy", destroy, METH_NOARGS, "Gives up the Python object; the proxy cannot be used any more."},
    {"unwrap", unwrap, METH_NOARGS, "The Python object."},
    {},
};

const JsFamily JsFamily_DoubleProxy = {.all = JS_FLAG_IS_DOUBLE_PROXY, .methods = methods};
