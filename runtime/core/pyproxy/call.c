/* Calls of Python objects from JavaScript. */
#include "error.h"
#include "frame.h"
#include "own.h"

#define ARGS_ON_STACK 8

/* One array of `count` arguments with a free place in front, as vectorcall likes it. */
typedef struct {
    PyObject *small[ARGS_ON_STACK + 1];
    PyObject **place;
} Args;

static void
args_clear(Args *args, int32_t count)
{
    for (int32_t i = 1; i <= count; i++) {
        Py_DECREF(args->place[i]);
    }
    if (args->place != args->small) {
        PyMem_Free(args->place);
    }
}

/* Empties the frame, in any case. */
static int
args_decode(Args *args, Slot *frame, int32_t count)
{
    args->place = args->small;
    if (__builtin_expect(count > ARGS_ON_STACK, 0)) {
        args->place = PyMem_New(PyObject *, (size_t)count + 1);
        if (args->place == NULL) {
            Frame_Discard(frame, count);
            PyErr_NoMemory();
            return -1;
        }
    }
    args->place[0] = NULL;
    for (int32_t i = 0; i < count; i++) {
        args->place[i + 1] = Slot_DecodeNew(&frame[i]);
        if (__builtin_expect(args->place[i + 1] == NULL, 0)) {
            Frame_Discard(frame + i + 1, count - i - 1);
            args_clear(args, i);
            return -1;
        }
    }
    return 0;
}

int32_t
py_call(PyObject *callable, Slot *frame, int32_t count)
{
    Args args;
    if (args_decode(&args, frame, count) < 0) {
        return KIND_ERROR;
    }
    PyObject *result
        = PyObject_Vectorcall(callable, args.place + 1, (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
    args_clear(&args, count);
    return (int32_t)Slot_EncodeSteal(frame, result);
}

/* The frame: positional arguments, keyword arguments, their names. */
int32_t
py_call_kwargs(PyObject *callable, Slot *frame, int32_t positional, int32_t keywords)
{
    int32_t values = positional + keywords;
    int32_t count = values + keywords;
    Args args;
    if (args_decode(&args, frame, count) < 0) {
        return KIND_ERROR;
    }
    PyObject *result = NULL;
    OWNED PyObject *names = PyTuple_New(keywords);
    if (names != NULL) {
        for (int32_t i = 0; i < keywords; i++) {
            PyTuple_SET_ITEM(names, i, Py_NewRef(args.place[values + i + 1]));
        }
        result = PyObject_Vectorcall(
            callable, args.place + 1, (size_t)positional | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    }
    args_clear(&args, count);
    return (int32_t)Slot_EncodeSteal(frame, result);
}
