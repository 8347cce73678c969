/* Containers for JavaScript: length, items, membership. The glue writes the key into slot 0, a new value into slot 1. */
#include "error.h"
#include "frame.h"
#include "own.h"

int32_t
py_length(PyObject *object, Slot *out)
{
    Py_ssize_t length = PyObject_Size(object);
    if (length < 0) {
        return (int32_t)(out->kind = KIND_ERROR);
    }
    out->i32 = (int32_t)length;
    return (int32_t)(out->kind = KIND_I32);
}

/* KIND_MISSING for KeyError and IndexError. */
int32_t
py_getitem(PyObject *object, Slot *frame)
{
    OWNED PyObject *key = Slot_DecodeNew(&frame[0]);
    OWNED PyObject *value = key ? PyObject_GetItem(object, key) : NULL;
    if (value == NULL) {
        if (key && (PyErr_ExceptionMatches(PyExc_KeyError) || PyErr_ExceptionMatches(PyExc_IndexError))) {
            PyErr_Clear();
            return (int32_t)(frame->kind = KIND_MISSING);
        }
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    return (int32_t)Slot_Encode(frame, value);
}

int32_t
py_setitem(PyObject *object, Slot *frame)
{
    OWNED PyObject *key = Slot_DecodeNew(&frame[0]);
    if (key == NULL) {
        Frame_Discard(&frame[1], 1);
        return KIND_ERROR;
    }
    OWNED PyObject *value = Slot_DecodeNew(&frame[1]);
    return value && PyObject_SetItem(object, key, value) == 0 ? KIND_UNDEFINED : KIND_ERROR;
}

int32_t
py_delitem(PyObject *object, Slot *frame)
{
    OWNED PyObject *key = Slot_DecodeNew(&frame[0]);
    return key && PyObject_DelItem(object, key) == 0 ? KIND_UNDEFINED : KIND_ERROR;
}

int32_t
py_contains(PyObject *object, Slot *frame)
{
    OWNED PyObject *key = Slot_DecodeNew(&frame[0]);
    return Kind_OfTruth(key ? PySequence_Contains(object, key) : -1);
}

/* The keys of a mapping that JavaScript can write as properties, strings and ints, as one string separated by NUL. */
int32_t
py_keys(PyObject *object, Slot *out)
{
    OWNED PyObject *keys = PyMapping_Keys(object);
    OWNED PyObject *names = keys ? PyList_New(0) : NULL;
    if (names == NULL) {
        return (int32_t)(out->kind = KIND_ERROR);
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(keys); i++) {
        PyObject *key = PyList_GET_ITEM(keys, i);
        if (PyUnicode_CheckExact(key) || PyLong_CheckExact(key)) {
            OWNED PyObject *name = PyObject_Str(key);
            if (name == NULL || PyList_Append(names, name) < 0) {
                return (int32_t)(out->kind = KIND_ERROR);
            }
        }
    }
    OWNED PyObject *separator = PyUnicode_FromStringAndSize("\0", 1);
    return (int32_t)Slot_EncodeSteal(out, separator ? PyUnicode_Join(separator, names) : NULL);
}
