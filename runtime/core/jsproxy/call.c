/* Functions: calls, and `new`. */
#include "arguments.h"
#include "depth.h"
#include "error.h"
#include "jsproxy.h"
#include "own.h"

/* `names` are those of the last arguments, which become the properties of one object; NULL = no such object. */
static PyObject *
call(PyObject *self, PyObject *const *args, Py_ssize_t positional, PyObject *names)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Arguments frame;
    if (Arguments_Fill(&frame, args, positional, names) == 0) {
        JsPart *part = JsProxy_Part(self);
        JsVal function = JsRef_Get(part->js);
        /* null stands for "no receiver". */
        JsVal receiver = part->receiver ? JsRef_Get(part->receiver) : __builtin_wasm_ref_null_extern();
        if (names == NULL) {
            jsv_call(function, receiver, frame.slots, (int32_t)positional);
        } else {
            jsv_call_kwargs(
                function, receiver, frame.slots, (int32_t)positional, (int32_t)PyTuple_GET_SIZE(names));
        }
        result = Slot_DecodeNew(&frame.slots[0]);
        Arguments_Free(&frame);
    }
    Depth_Leave();
    return result;
}

PyObject *
JsProxy_Vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    PyObject *result = call(self, args, PyVectorcall_NARGS(nargsf), names);
    if (result != NULL && JsProxy_Check(result) && JsProxy_Flags(result) & JS_FLAG_IS_AWAITABLE) {
        return JsPromise_FutureStealNew(result);
    }
    return result;
}

static PyObject *
construct(PyObject *self, PyObject *const *args, Py_ssize_t positional, PyObject *names)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Arguments frame;
    if (Arguments_Fill(&frame, args, positional, names) == 0) {
        int32_t keywords = names ? (int32_t)PyTuple_GET_SIZE(names) : -1;
        jsv_construct(JsProxy_Get(self), frame.slots, (int32_t)positional, keywords);
        result = Slot_DecodeNew(&frame.slots[0]);
        Arguments_Free(&frame);
    }
    Depth_Leave();
    return result;
}

/* _pyodide_core.call(function, new, names or None, *values): what a signature makes of a call. Empty names are an empty
 * object. */
PyObject *
JsCall_Call(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count < 3 || !JsProxy_Check(args[0]) || !(JsProxy_Flags(args[0]) & JS_FLAG_IS_CALLABLE)
        || (args[2] != Py_None && !PyTuple_Check(args[2]))) {
        PyErr_SetString(PyExc_TypeError, "call() takes a JavaScript function, whether to use `new`, and a tuple of names");
        return NULL;
    }
    PyObject *names = args[2] == Py_None ? NULL : args[2];
    Py_ssize_t positional = count - 3 - (names ? PyTuple_GET_SIZE(names) : 0);
    if (positional < 0) {
        PyErr_SetString(PyExc_TypeError, "call() takes a value for each name");
        return NULL;
    }
    return (args[1] == Py_True ? construct : call)(args[0], args + 3, positional, names);
}

/* As attribute of a class: a function whose `this` is the instance. */
static PyObject *
bind(PyObject *self, PyObject *instance, PyObject *Py_UNUSED(type))
{
    if (instance == NULL || instance == Py_None) {
        return Py_NewRef(self);
    }
    OWNED PyObject *receiver = JsProxy_Check(instance)
                                   ? Py_NewRef(instance)
                                   : JsOp_New(NULL, JS_OP_PROXY_NEW, (PyObject *[]){instance, Py_False, Py_False}, 3);
    if (receiver == NULL) {
        return NULL;
    }
    PyObject *bound = JsSignature_New(self, JsProxy_Part(self)->signature);
    if (bound != NULL) {
        JsPart *part = JsProxy_Part(bound);
        JsRef_Decref(part->receiver);
        part->receiver = JsRef_Incref(JsProxy_Borrow(receiver));
    }
    return bound;
}

static const PyMethodDef methods[] = {
    {"new", (PyCFunction)(void (*)(void))construct, METH_FASTCALL | METH_KEYWORDS, "JavaScript's `new`."},
    {},
};

static PyMemberDef members[] = {
    {"__vectorcalloffset__", Py_T_PYSSIZET, offsetof(JsProxy, part.vectorcall), Py_READONLY, NULL},
    {},
};

static const PyType_Slot slots[] = {
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, bind},
    {Py_tp_members, members},
    {},
};

const JsFamily JsFamily_Callable = {
    .all = JS_FLAG_IS_CALLABLE,
    .none = JS_FLAG_IS_ERROR,
    .slots = slots,
    .methods = methods,
};
