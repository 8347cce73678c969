/* Operations of the glue on JavaScript objects, for all families. */
#include "arguments.h"
#include "depth.h"
#include "error.h"
#include "jsproxy.h"
#include "own.h"

int Depth_Now;
int Depth_Max;

/* What a missing key or index raises in Python. */
static void
raise_missing(JsOp op, PyObject *key)
{
    switch (op) {
    case JS_OP_MAP_GET:
    case JS_OP_MAP_DELETE:
    case JS_OP_OWN_GET:
    case JS_OP_OWN_DELETE: {
        OWNED PyObject *arguments = PyTuple_Pack(1, key); /* a key that is a tuple must stay one */
        if (arguments != NULL) {
            PyErr_SetObject(PyExc_KeyError, arguments);
        }
        return;
    }
    case JS_OP_ARRAY_POP:
        PyErr_SetString(PyExc_IndexError, "pop index out of range");
        return;
    default:
        PyErr_SetString(PyExc_IndexError, "index out of range");
    }
}

/* For the operations that make a PyProxy even of what has a form in JavaScript. Frees the frame on failure. */
static int
force_proxy(Arguments *frame, PyObject *const *args, Py_ssize_t count)
{
    Slot_Clear(&frame->slots[0]);
    if (Slot_EncodeObject(&frame->slots[0], args[0]) != KIND_ERROR) {
        return 0;
    }
    while (--count > 0) {
        Slot_Clear(&frame->slots[count]);
    }
    Arguments_Free(frame);
    return -1;
}

static int
fill(Arguments *frame, JsOp op, PyObject *const *args, Py_ssize_t count)
{
    if (Arguments_Fill(frame, args, count, NULL) < 0) {
        return -1;
    }
    int forced = (op == JS_OP_PROXY_NEW || op == JS_OP_PROXY_NEW_ONCE) && count > 0;
    return forced ? force_proxy(frame, args, count) : 0;
}

uint32_t
JsOp_Run(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count, Slot result[2])
{
    if (Depth_Enter() < 0) {
        return KIND_ERROR;
    }
    uint32_t kind = KIND_ERROR;
    Arguments frame;
    if (fill(&frame, op, args, count) == 0) {
        JsVal object = self ? JsProxy_Get(self) : __builtin_wasm_ref_null_extern();
        kind = (uint32_t)jsv_operate(object, op, frame.slots, (int32_t)count);
        result[0] = frame.slots[0];
        result[1] = frame.slots[1];
        Arguments_Free(&frame);
        if (kind == KIND_ERROR) {
            Error_FromJs();
        } else if (kind == KIND_MISSING && (op == JS_OP_NEXT || op == JS_OP_THROW || op == JS_OP_RETURN)) {
            PyErr_SetString(PyExc_TypeError, "the iterator gave no object with `done` and `value`, or a promise of one");
            kind = KIND_ERROR;
        }
    }
    Depth_Leave();
    return kind;
}

PyObject *
JsOp_New(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count)
{
    Slot result[2];
    switch (JsOp_Run(self, op, args, count, result)) {
    case KIND_ERROR:
        return NULL;
    case KIND_MISSING:
        raise_missing(op, count ? args[0] : Py_None);
        return NULL;
    case KIND_DONE: {
        OWNED PyObject *value = Slot_DecodeNew(&result[1]);
        OWNED PyObject *stop = value ? PyObject_CallOneArg(PyExc_StopIteration, value) : NULL;
        if (stop != NULL) {
            PyErr_SetObject(PyExc_StopIteration, stop);
        }
        return NULL;
    }
    default:
        return Slot_DecodeNew(&result[0]);
    }
}

int
JsOp_Do(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count)
{
    OWNED PyObject *result = JsOp_New(self, op, args, count);
    return result ? 0 : -1;
}

Py_ssize_t
JsOp_Size(PyObject *self, JsOp op)
{
    OWNED PyObject *size = JsOp_New(self, op, NULL, 0);
    return size ? PyNumber_AsSsize_t(size, PyExc_OverflowError) : -1;
}

/* _pyodide_core.operate(object or None, operation, *arguments): for the half of the border that is in Python. */
PyObject *
JsOp_Operate(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count)
{
    if (count < 2 || (args[0] != Py_None && !JsProxy_Check(args[0]))) {
        PyErr_SetString(PyExc_TypeError, "operate() takes a JsProxy or None, and the number of an operation");
        return NULL;
    }
    unsigned long op = PyLong_AsUnsignedLong(args[1]);
    if (op > JS_OP_PROXY_DESTROY_ALL) {
        if (!PyErr_Occurred()) {
            PyErr_SetString(PyExc_ValueError, "there is no such operation");
        }
        return NULL;
    }
    return JsOp_New(args[0] == Py_None ? NULL : args[0], (JsOp)op, args + 2, count - 2);
}
