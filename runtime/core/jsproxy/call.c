/* Functions: calls, and `new`. */
#include "error.h"
#include "frame.h"
#include "own.h"
#include "jsproxy.h"

#define FRAME_ON_STACK 12

/* A frame on C's stack, or on the heap when it is large. */
typedef struct {
    Slot small[FRAME_ON_STACK];
    Slot *slots;
} Frame;

static void
frame_free(Frame *frame)
{
    if (frame->slots != frame->small) {
        PyMem_Free(frame->slots);
    }
}

/* Positional arguments, then keyword arguments, then their names. */
static int
frame_fill(Frame *frame, PyObject *const *args, Py_ssize_t positional, PyObject *names)
{
    Py_ssize_t keywords = names ? PyTuple_GET_SIZE(names) : 0;
    Py_ssize_t count = positional + 2 * keywords;
    frame->slots = frame->small;
    if (__builtin_expect(count > FRAME_ON_STACK, 0)) {
        frame->slots = PyMem_New(Slot, count);
        if (frame->slots == NULL) {
            PyErr_NoMemory();
            return -1;
        }
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *value
            = i < positional + keywords ? args[i] : PyTuple_GET_ITEM(names, i - positional - keywords);
        if (Slot_Encode(&frame->slots[i], value) == KIND_ERROR) {
            while (i-- > 0) {
                Slot_Clear(&frame->slots[i]);
            }
            frame_free(frame);
            return -1;
        }
    }
    return 0;
}

PyObject *
JsProxy_Vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    if (Py_EnterRecursiveCall(" while calling a JavaScript function")) {
        return NULL;
    }
    PyObject *result = NULL;
    Py_ssize_t positional = PyVectorcall_NARGS(nargsf);
    Frame frame;
    if (frame_fill(&frame, args, positional, names) == 0) {
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
        frame_free(&frame);
    }
    Py_LeaveRecursiveCall();
    return result;
}

static PyObject *
construct(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names)
{
    if (Py_EnterRecursiveCall(" while calling a JavaScript constructor")) {
        return NULL;
    }
    PyObject *result = NULL;
    Frame frame;
    if (frame_fill(&frame, args, count, names) == 0) {
        jsv_construct(JsProxy_Get(self), frame.slots, (int32_t)count, names ? (int32_t)PyTuple_GET_SIZE(names) : 0);
        result = Slot_DecodeNew(&frame.slots[0]);
        frame_free(&frame);
    }
    Py_LeaveRecursiveCall();
    return result;
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
    {Py_tp_members, members},
    {},
};

const JsFamily JsFamily_Callable = {
    .all = JS_FLAG_IS_CALLABLE,
    .none = JS_FLAG_IS_ERROR,
    .slots = slots,
    .methods = methods,
};
