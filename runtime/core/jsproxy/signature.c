/* Typed signatures: a proxy that bind_sig() has given one converts arguments, results and attributes as it says. How is
 * decided in Python, in _pyodide.jsbind; here is what calls it. */
#include "jsproxy.h"

#include "own.h"

#define MODULE "_pyodide.jsbind"

/* jsbind.call(proxy without its signature, signature, *args, **kwargs) */
static PyObject *
vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    OWNED PyObject *call = PyImport_ImportModuleAttrString(MODULE, "call");
    OWNED PyObject *bare = call ? JsSignature_New(self, NULL) : NULL;
    if (bare == NULL) {
        return NULL;
    }
    size_t positional = (size_t)PyVectorcall_NARGS(nargsf);
    size_t count = positional + (names ? (size_t)PyTuple_GET_SIZE(names) : 0);
    PyObject **all = PyMem_New(PyObject *, count + 2); /* borrowed references */
    if (all == NULL) {
        return PyErr_NoMemory();
    }
    all[0] = bare;
    all[1] = JsProxy_Part(self)->signature;
    memcpy(all + 2, args, count * sizeof *all);
    PyObject *result = PyObject_Vectorcall(call, all, positional + 2, names);
    PyMem_Free(all);
    return result;
}

PyObject *
JsSignature_New(PyObject *self, PyObject *signature)
{
    JsPart *part = JsProxy_Part(self);
    PyObject *proxy = JsProxy_StealNew(JsRef_Incref(part->js), part->flags);
    if (proxy == NULL) {
        return NULL;
    }
    JsPart *typed = JsProxy_Part(proxy);
    typed->receiver = part->receiver ? JsRef_Incref(part->receiver) : 0;
    if (signature != NULL) {
        typed->signature = Py_NewRef(signature);
        typed->vectorcall = vectorcall;
        if (!PyObject_GC_IsTracked(proxy)) {
            PyObject_GC_Track(proxy);
        }
    }
    return proxy;
}

PyObject *
JsSignature_AdaptSteal(PyObject *self, PyObject *name, PyObject *value)
{
    if (value == NULL) {
        return NULL;
    }
    PyObject *signature = JsProxy_Part(self)->signature; /* borrowed */
    OWNED PyObject *attribute = PyImport_ImportModuleAttrString(MODULE, "attribute");
    PyObject *adapted
        = attribute ? PyObject_CallFunctionObjArgs(attribute, signature, name, value, NULL) : NULL;
    Py_DECREF(value);
    return adapted;
}

PyObject *
JsSignature_Bind(PyObject *self, PyObject *signature)
{
    if (!PyCallable_Check(signature)) {
        return PyErr_Format(PyExc_TypeError, "bind_sig() takes a function or a class, not %R", signature);
    }
    return JsSignature_New(self, signature);
}

PyObject *
JsSignature_BindClass(PyObject *self, PyObject *cls)
{
    if (!PyType_Check(cls)) {
        return PyErr_Format(PyExc_TypeError, "bind_class() takes a class, not %R", cls);
    }
    OWNED PyObject *signature = Py_GenericAlias((PyObject *)&PyType_Type, cls); /* type[cls] */
    return signature ? JsSignature_New(self, signature) : NULL;
}
