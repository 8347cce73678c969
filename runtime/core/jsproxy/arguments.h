/* The frame of a call towards JavaScript. */
#pragma once

#include "frame.h"

#define ARGUMENTS_ON_STACK 12

/* On C's stack, or on the heap when there are many. The first two slots are for the result, whatever the arguments. */
typedef struct {
    Slot small[ARGUMENTS_ON_STACK];
    Slot *slots;
} Arguments;

static inline void
Arguments_Free(Arguments *frame)
{
    if (frame->slots != frame->small) {
        PyMem_Free(frame->slots);
    }
}

/* Encodes positional arguments, then keyword arguments, then their names. */
static inline int
Arguments_Fill(Arguments *frame, PyObject *const *args, Py_ssize_t positional, PyObject *names)
{
    Py_ssize_t keywords = names ? PyTuple_GET_SIZE(names) : 0;
    Py_ssize_t count = positional + 2 * keywords;
    frame->slots = frame->small;
    if (__builtin_expect(count > ARGUMENTS_ON_STACK, 0)) {
        frame->slots = PyMem_New(Slot, (size_t)count);
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
            Arguments_Free(frame);
            return -1;
        }
    }
    return 0;
}
