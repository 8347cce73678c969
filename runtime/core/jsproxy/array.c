/* Arrays, array-likes and typed arrays as sequences. What Python's comparison decides (index, count, remove) comes from
 * collections.abc. */
#include "jsproxy.h"

#include "depth.h"
#include "error.h"
#include "frame.h"
#include "own.h"

typedef struct {
    Py_ssize_t start, step, count;
} Range;

/* What a slice means for the array as long as it is now. */
static int
range_of_slice(PyObject *self, PyObject *slice, Range *range)
{
    Py_ssize_t stop;
    if (PySlice_Unpack(slice, &range->start, &stop, &range->step) < 0) {
        return -1;
    }
    Py_ssize_t length = JsOp_Size(self, JS_OP_LENGTH);
    if (length < 0) {
        return -1;
    }
    range->count = PySlice_AdjustIndices(length, &range->start, &stop, range->step);
    return 0;
}

/* Start, step and count as arguments of an operation, perhaps with further ones behind them. */
static int
call_with_range(PyObject *self, JsOp op, const Py_ssize_t *numbers, Py_ssize_t numbers_count, PyObject *values)
{
    Py_ssize_t values_count = values ? PySequence_Fast_GET_SIZE(values) : 0;
    OWNED PyObject *args = PyTuple_New(numbers_count + values_count);
    if (args == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < numbers_count; i++) {
        PyObject *number = PyLong_FromSsize_t(numbers[i]);
        if (number == NULL) {
            return -1;
        }
        PyTuple_SET_ITEM(args, i, number);
    }
    for (Py_ssize_t i = 0; i < values_count; i++) {
        PyTuple_SET_ITEM(args, numbers_count + i, Py_NewRef(PySequence_Fast_GET_ITEM(values, i)));
    }
    return JsOp_Do(self, op, ((PyTupleObject *)args)->ob_item, PyTuple_GET_SIZE(args));
}

static PyObject *
get_slice(PyObject *self, PyObject *slice)
{
    Range range;
    if (range_of_slice(self, slice, &range) < 0) {
        return NULL;
    }
    OWNED PyObject *start = PyLong_FromSsize_t(range.start);
    OWNED PyObject *step = PyLong_FromSsize_t(range.step);
    OWNED PyObject *count = PyLong_FromSsize_t(range.count);
    if (start == NULL || step == NULL || count == NULL) {
        return NULL;
    }
    return JsOp_New(self, JS_OP_ARRAY_SLICE, (PyObject *[]){start, step, count}, 3);
}

static PyObject *
raise_no_index(PyObject *key)
{
    PyErr_Format(PyExc_TypeError, "indices must be integers or slices, not %T", key);
    return NULL;
}

/* The most frequent operation of all has an import of its own. */
static PyObject *
get_near(PyObject *self, Py_ssize_t index)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    Slot item;
    int32_t kind = jsv_item(JsProxy_Get(self), (int32_t)index, &item);
    Depth_Leave();
    if (kind == KIND_ERROR) {
        Error_FromJs();
        return NULL;
    }
    if (kind == KIND_MISSING) {
        PyErr_SetString(PyExc_IndexError, "index out of range");
        return NULL;
    }
    return Slot_DecodeNew(&item);
}

static PyObject *
get_index(PyObject *self, PyObject *key)
{
    if (PyLong_CheckExact(key) && PyUnstable_Long_IsCompact((PyLongObject *)key)) {
        Py_ssize_t index = PyUnstable_Long_CompactValue((PyLongObject *)key);
        if (index >= 0) {
            return JsObject_AdaptSteal(self, get_near(self, index));
        }
    }
    OWNED PyObject *index = PyNumber_Index(key);
    return index ? JsObject_AdaptSteal(self, JsOp_New(self, JS_OP_INDEX_GET, &index, 1)) : NULL;
}

static PyObject *
get(PyObject *self, PyObject *key)
{
    if (PyIndex_Check(key)) {
        return get_index(self, key);
    }
    return PySlice_Check(key) ? JsObject_AdaptSteal(self, get_slice(self, key)) : raise_no_index(key);
}

/* For the C API of sequences, whose indices are not negative. */
static PyObject *
item(PyObject *self, Py_ssize_t i)
{
    OWNED PyObject *index = PyLong_FromSsize_t(i);
    return index ? get_index(self, index) : NULL;
}

static int
splice(PyObject *self, Py_ssize_t start, Py_ssize_t gone, PyObject *values)
{
    return call_with_range(self, JS_OP_ARRAY_SPLICE, (Py_ssize_t[]){start, gone}, 2, values);
}

static int
set_slice(PyObject *self, PyObject *slice, PyObject *value)
{
    OWNED PyObject *values = value ? PySequence_Fast(value, "can only assign an iterable") : NULL;
    Range range;
    if ((value != NULL && values == NULL) || range_of_slice(self, slice, &range) < 0) {
        return -1;
    }
    if (range.step == 1) {
        return splice(self, range.start, range.count, values);
    }
    if (values == NULL) {
        return call_with_range(self, JS_OP_ARRAY_DELETE_STRIDED, &range.start, 3, NULL);
    }
    if (PySequence_Fast_GET_SIZE(values) != range.count) {
        PyErr_Format(PyExc_ValueError, "attempt to assign sequence of size %zd to extended slice of size %zd",
            PySequence_Fast_GET_SIZE(values), range.count);
        return -1;
    }
    return call_with_range(self, JS_OP_ARRAY_SET_STRIDED, &range.start, 2, values);
}

static int
set_index(PyObject *self, PyObject *key, PyObject *value)
{
    OWNED PyObject *index = PyNumber_Index(key);
    return index ? JsOp_Do(self, JS_OP_INDEX_SET, (PyObject *[]){index, value}, 2) : -1;
}

static int
set(PyObject *self, PyObject *key, PyObject *value)
{
    if (PySlice_Check(key)) {
        return set_slice(self, key, value);
    }
    if (!PyIndex_Check(key)) {
        raise_no_index(key);
        return -1;
    }
    if (value != NULL) {
        return set_index(self, key, value);
    }
    OWNED PyObject *index = PyNumber_Index(key);
    return index ? JsOp_Do(self, JS_OP_ARRAY_POP, &index, 1) : -1;
}

static PyObject *
concat(PyObject *self, PyObject *other)
{
    OWNED PyObject *values = PySequence_Fast(other, "can only concatenate a sequence to an array");
    if (values == NULL) {
        return NULL;
    }
    return JsOp_New(self, JS_OP_ARRAY_CONCAT, PySequence_Fast_ITEMS(values), PySequence_Fast_GET_SIZE(values));
}

static PyObject *
repeat(PyObject *self, Py_ssize_t times)
{
    OWNED PyObject *number = PyLong_FromSsize_t(times < 0 ? 0 : times);
    return number ? JsOp_New(self, JS_OP_ARRAY_REPEAT, &number, 1) : NULL;
}

static PyObject *
repeat_in_place(PyObject *self, Py_ssize_t times)
{
    OWNED PyObject *number = PyLong_FromSsize_t(times < 0 ? 0 : times);
    return number && JsOp_Do(self, JS_OP_ARRAY_REPEAT_IN_PLACE, &number, 1) == 0 ? Py_NewRef(self) : NULL;
}

static PyObject *
append(PyObject *self, PyObject *value)
{
    return JsOp_New(self, JS_OP_ARRAY_APPEND, &value, 1);
}

static PyObject *
extend(PyObject *self, PyObject *iterable)
{
    OWNED PyObject *values = PySequence_Fast(iterable, "can only extend with an iterable");
    Py_ssize_t length = values ? JsOp_Size(self, JS_OP_LENGTH) : -1;
    return length >= 0 && splice(self, length, 0, values) == 0 ? Py_None : NULL;
}

static PyObject *
concat_in_place(PyObject *self, PyObject *other)
{
    return extend(self, other) ? Py_NewRef(self) : NULL;
}

static PyObject *
insert(PyObject *self, PyObject *args)
{
    PyObject *place, *value;
    if (!PyArg_UnpackTuple(args, "insert", 2, 2, &place, &value)) {
        return NULL;
    }
    OWNED PyObject *index = PyNumber_Index(place);
    return index ? JsOp_New(self, JS_OP_ARRAY_INSERT, (PyObject *[]){index, value}, 2) : NULL;
}

static PyObject *
pop(PyObject *self, PyObject *args)
{
    PyObject *place = NULL;
    if (!PyArg_UnpackTuple(args, "pop", 0, 1, &place)) {
        return NULL;
    }
    OWNED PyObject *index = place ? PyNumber_Index(place) : PyLong_FromLong(-1);
    return index ? JsOp_New(self, JS_OP_ARRAY_POP, &index, 1) : NULL;
}

static PyObject *
reverse(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_ARRAY_REVERSE, NULL, 0);
}

/* Typed arrays: numbers that can be read and written one by one. */

static PyObject *
typed_get(PyObject *self, PyObject *key)
{
    if (PySlice_Check(key)) {
        PyErr_SetString(PyExc_NotImplementedError, "a typed array has no slices in Python; use its method slice");
        return NULL;
    }
    return PyIndex_Check(key) ? get_index(self, key) : raise_no_index(key);
}

static int
typed_set(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "the length of a typed array cannot change");
    } else if (PySlice_Check(key)) {
        PyErr_SetString(PyExc_NotImplementedError, "a typed array has no slices in Python; use its method set");
    } else if (PyIndex_Check(key)) {
        return set_index(self, key, value);
    } else {
        raise_no_index(key);
    }
    return -1;
}

static const PyMethodDef array_methods[] = {
    {"append", append, METH_O, "Adds a value at the end."},
    {"extend", extend, METH_O, "Adds the values of an iterable at the end."},
    {"insert", insert, METH_VARARGS, "Adds a value before an index."},
    {"pop", pop, METH_VARARGS, "Removes and gives the value at an index, or the last."},
    {"reverse", reverse, METH_NOARGS, "Turns the order around, in place."},
    {},
};

static const PyMethodDef typed_methods[] = {
    {"reverse", reverse, METH_NOARGS, "Turns the order around, in place."},
    {},
};

static const PyType_Slot array_slots[] = {
    {Py_mp_subscript, get},
    {Py_mp_ass_subscript, set},
    {Py_sq_item, item},
    {Py_sq_concat, concat},
    {Py_sq_repeat, repeat},
    {Py_sq_inplace_concat, concat_in_place},
    {Py_sq_inplace_repeat, repeat_in_place},
    {},
};

static const PyType_Slot array_like_slots[] = {
    {Py_mp_subscript, get},
    {Py_sq_item, item},
    {Py_sq_concat, concat},
    {Py_sq_repeat, repeat},
    {},
};

static const PyType_Slot typed_slots[] = {
    {Py_mp_subscript, typed_get},
    {Py_mp_ass_subscript, typed_set},
    {Py_sq_item, item},
    {},
};

#define MIXIN(cls_name, method_names)                                                                                  \
    {.module = "_collections_abc", .cls = cls_name, .names = method_names, .register_type = 1}

static const JsMixin array_mixin = MIXIN("MutableSequence", "index count remove __reversed__");
static const JsMixin array_like_mixin = MIXIN("Sequence", "index count __reversed__");
static const JsMixin typed_mixin = MIXIN("MutableSequence", "index count __reversed__");

const JsFamily JsFamily_Array
    = {.all = JS_FLAG_IS_ARRAY, .slots = array_slots, .methods = array_methods, .mixin = &array_mixin};
const JsFamily JsFamily_ArrayLike = {.all = JS_FLAG_IS_ARRAY_LIKE, .slots = array_like_slots, .mixin = &array_like_mixin};
const JsFamily JsFamily_TypedArray
    = {.all = JS_FLAG_IS_TYPEDARRAY, .slots = typed_slots, .methods = typed_methods, .mixin = &typed_mixin};
