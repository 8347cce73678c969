/* Functions: calls, and `new`. */
#include "arguments.h"
#include "depth.h"
#include "error.h"
#include "jsproxy.h"
#include "own.h"

PyObject *
JsProxy_Vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t positional = PyVectorcall_NARGS(nargsf);
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

static PyObject *
construct(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    PyObject *result = NULL;
    Arguments frame;
    if (Arguments_Fill(&frame, args, count, names) == 0) {
        jsv_construct(JsProxy_Get(self), frame.slots, (int32_t)count, names ? (int32_t)PyTuple_GET_SIZE(names) : 0);
        result = Slot_DecodeNew(&frame.slots[0]);
        Arguments_Free(&frame);
    }
    Depth_Leave();
    return result;
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
    PyObject *bound = JsProxy_StealNew(JsRef_Incref(JsProxy_Borrow(self)), JsProxy_Flags(self));
    if (bound != NULL) {
        JsProxy_Part(bound)->receiver = JsRef_Incref(JsProxy_Borrow(receiver));
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
