/* Python structures to tapes, for to_js and PyProxy.toJs. */
#include "frame.h"
#include "jsnull.h"
#include "jsproxy/jsproxy.h"
#include "own.h"
#include "pyproxy/flags.h"
#include "tape.h"

PyObject *ConversionError;

typedef struct {
    PyObject *container; /* kept alive by the tape */
    uint32_t number;
} Seen;

typedef struct {
    Slot *slots;
    uint32_t used, capacity;
    PyObject **pins; /* owned: what the slots borrow from */
    uint32_t pins_used, pins_capacity;
    Seen *seen; /* open addressing, at most half full */
    uint32_t seen_size, containers;
    int shallow;
} Tape;

static int write_value(Tape *tape, PyObject *value, int depth);

/* A bigger block, or NULL with MemoryError; the old one stays valid then. */
static void *
doubled(void *block, uint32_t *capacity, size_t size)
{
    uint32_t next = *capacity ? *capacity * 2 : 64;
    void *bigger = PyMem_Realloc(block, next * size);
    if (bigger == NULL) {
        PyErr_NoMemory();
        return NULL;
    }
    *capacity = next;
    return bigger;
}

/* A new slot; the pointer is good until the next one. */
static Slot *
append(Tape *tape)
{
    if (tape->used == tape->capacity) {
        Slot *bigger = doubled(tape->slots, &tape->capacity, sizeof *bigger);
        if (bigger == NULL) {
            return NULL;
        }
        tape->slots = bigger;
    }
    return &tape->slots[tape->used++];
}

static int
pin_steal(Tape *tape, PyObject *object)
{
    if (tape->pins_used == tape->pins_capacity) {
        PyObject **bigger = doubled(tape->pins, &tape->pins_capacity, sizeof *bigger);
        if (bigger == NULL) {
            Py_DECREF(object);
            return -1;
        }
        tape->pins = bigger;
    }
    tape->pins[tape->pins_used++] = object;
    return 0;
}

static Seen *
find(Seen *seen, uint32_t size, PyObject *container)
{
    uint32_t i = ((uint32_t)(uintptr_t)container >> 3) * 2654435761u >> 7 & (size - 1);
    while (seen[i].container != NULL && seen[i].container != container) {
        i = (i + 1) & (size - 1);
    }
    return &seen[i];
}

static int
write_ref(Tape *tape, const Seen *seen)
{
    Slot *slot = append(tape);
    if (slot == NULL) {
        return -1;
    }
    *slot = (Slot){.kind = KIND_REF, .aux = seen->number};
    return 0;
}

/* 1 if the container stands on the tape: then a REF to it is written. Otherwise it is noted under the next number. */
static int
write_seen(Tape *tape, PyObject *container)
{
    if (tape->containers * 2 >= tape->seen_size) {
        uint32_t size = tape->seen_size ? tape->seen_size * 2 : 16;
        Seen *bigger = PyMem_Calloc(size, sizeof *bigger);
        if (bigger == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        for (uint32_t i = 0; i < tape->seen_size; i++) {
            if (tape->seen[i].container != NULL) {
                *find(bigger, size, tape->seen[i].container) = tape->seen[i];
            }
        }
        PyMem_Free(tape->seen);
        tape->seen = bigger;
        tape->seen_size = size;
    }
    Seen *place = find(tape->seen, tape->seen_size, container);
    if (place->container != NULL) {
        return write_ref(tape, place) < 0 ? -1 : 1;
    }
    if (pin_steal(tape, Py_NewRef(container)) < 0) {
        return -1;
    }
    *place = (Seen){container, tape->containers++};
    return 0;
}

/* A scalar, a JsProxy, or an object that becomes a PyProxy. */
static int
write_leaf(Tape *tape, PyObject *value)
{
    Slot slot;
    if (Slot_Encode(&slot, value) == KIND_ERROR) {
        return -1;
    }
    PyObject *owner = NULL;
    switch ((Kind)slot.kind) {
    case KIND_PYOBJ:
        owner = value; /* the slot's own reference */
        break;
    case KIND_JSREF:
        JsRef_Decref(slot.lo); /* the pin keeps the proxy, the proxy its handle */
        owner = Py_NewRef(value);
        break;
    case KIND_ASCII:
    case KIND_LATIN1:
    case KIND_UCS2:
    case KIND_UCS4:
    case KIND_BIGINT:
        owner = (PyObject *)(uintptr_t)slot.hi;
        slot.hi = 0;
        break;
    default:
        break;
    }
    if (owner != NULL && pin_steal(tape, owner) < 0) {
        return -1;
    }
    Slot *place = append(tape);
    if (place == NULL) {
        return -1;
    }
    *place = slot;
    return 0;
}

static int
is_scalar(PyObject *value)
{
    return value == Py_None || PyLong_Check(value) || PyUnicode_Check(value) || PyFloat_Check(value)
           || value == JsNull_Borrow();
}

/* A container's own slot. */
static int
begin(Tape *tape, PyObject *container, Kind kind, Py_ssize_t count)
{
    Slot *slot = append(tape);
    if (slot == NULL) {
        return -1;
    }
    *slot = (Slot){.kind = kind, .aux = (uint32_t)count, .lo = (uint32_t)(uintptr_t)container};
    return 0;
}

static int
write_sequence(Tape *tape, PyObject *sequence, int depth)
{
    Py_ssize_t count = PySequence_Fast_GET_SIZE(sequence);
    if (begin(tape, sequence, KIND_LIST, count) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        /* Nothing here runs Python code but the calls of `items` below; they may shrink the list. */
        if (i >= PySequence_Fast_GET_SIZE(sequence)) {
            PyErr_SetString(PyExc_RuntimeError, "list changed size during conversion");
            return -1;
        }
        if (write_value(tape, PySequence_Fast_GET_ITEM(sequence, i), depth) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
write_pair(Tape *tape, PyObject *key, PyObject *value, int depth)
{
    if (!is_scalar(key)) {
        PyErr_Format(ConversionError, "Cannot use %R as a key for a Javascript Map", key);
        return -1;
    }
    return write_leaf(tape, key) < 0 ? -1 : write_value(tape, value, depth);
}

static int
write_dict(Tape *tape, PyObject *dict, int depth)
{
    if (PyDict_CheckExact(dict)) {
        Py_ssize_t count = PyDict_GET_SIZE(dict);
        if (begin(tape, dict, KIND_DICT, count) < 0) {
            return -1;
        }
        PyObject *key, *value;
        Py_ssize_t position = 0, written = 0;
        while (PyDict_Next(dict, &position, &key, &value)) {
            if (++written > count || write_pair(tape, key, value, depth) < 0) {
                break;
            }
        }
        if (!PyErr_Occurred() && written != count) {
            PyErr_SetString(PyExc_RuntimeError, "dictionary changed size during conversion");
        }
        return PyErr_Occurred() ? -1 : 0;
    }
    PyObject *items = PyMapping_Items(dict);
    if (items == NULL || pin_steal(tape, items) < 0 || begin(tape, dict, KIND_DICT, PyList_GET_SIZE(items)) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items); i++) {
        PyObject *pair = PyList_GET_ITEM(items, i);
        if (!PyTuple_Check(pair) || PyTuple_GET_SIZE(pair) != 2) {
            PyErr_SetString(PyExc_TypeError, "items() did not give pairs");
            return -1;
        }
        if (write_pair(tape, PyTuple_GET_ITEM(pair, 0), PyTuple_GET_ITEM(pair, 1), depth) < 0) {
            return -1;
        }
    }
    return 0;
}

static int
write_set(Tape *tape, PyObject *set)
{
    if (begin(tape, set, KIND_SET, PySet_GET_SIZE(set)) < 0) {
        return -1;
    }
    OWNED PyObject *iterator = PyObject_GetIter(set);
    PyObject *item;
    while (iterator != NULL && (item = PyIter_Next(iterator)) != NULL) {
        int failed = 0;
        if (!is_scalar(item) && !JsProxy_Check(item)) {
            PyErr_Format(ConversionError, "Cannot use %R as a key for a Javascript Set", item);
            failed = 1;
        }
        failed = failed || write_leaf(tape, item) < 0;
        Py_DECREF(item);
        if (failed) {
            return -1;
        }
    }
    return PyErr_Occurred() ? -1 : 0;
}

static int
write_container(Tape *tape, PyObject *value, int depth)
{
    int seen = write_seen(tape, value);
    if (seen != 0) {
        return seen < 0 ? -1 : 0;
    }
    if (PyList_Check(value) || PyTuple_Check(value)) {
        return write_sequence(tape, value, depth - 1);
    }
    if (PyDict_Check(value)) {
        return write_dict(tape, value, depth - 1);
    }
    return write_set(tape, value);
}

/* `depth` containers may still be opened; negative: any number. */
static int
write_value(Tape *tape, PyObject *value, int depth)
{
    int leaf = depth == 0 || (tape->shallow && tape->used > 0);
    if (leaf && tape->containers > 0) { /* what has been converted already is used below the depth, too */
        Seen *known = find(tape->seen, tape->seen_size, value);
        if (known->container != NULL) {
            return write_ref(tape, known);
        }
    }
    if (leaf || is_scalar(value)) {
        return write_leaf(tape, value);
    }
    if (PyList_Check(value) || PyTuple_Check(value) || PyDict_Check(value) || PyAnySet_CheckExact(value)
        || PySet_Check(value)) {
        if (PyFrozenSet_Check(value)) {
            return write_leaf(tape, value);
        }
        if (Py_EnterRecursiveCall(" while converting to JavaScript")) {
            return -1;
        }
        int result = write_container(tape, value, depth);
        Py_LeaveRecursiveCall();
        return result;
    }
    uint32_t at = tape->used;
    if (write_leaf(tape, value) < 0) {
        return -1;
    }
    if (tape->slots[at].kind == KIND_PYOBJ && PyObject_CheckBuffer(value)) {
        tape->slots[at].kind = KIND_BUFFER;
    }
    return 0;
}

void
tape_free(uint32_t address)
{
    Tape *tape = (Tape *)(uintptr_t)address;
    for (uint32_t i = 0; i < tape->pins_used; i++) {
        Py_DECREF(tape->pins[i]);
    }
    PyMem_Free(tape->pins);
    PyMem_Free(tape->slots);
    PyMem_Free(tape->seen);
    PyMem_Free(tape);
}

/* Writes the object, with its contents up to `depth`; `shallow`: all that is inside it as leaves.
 * out: lo is the address of the first slot, hi what tape_free wants. */
int32_t
tape_write(PyObject *object, int32_t depth, int32_t shallow, Slot *out)
{
    Tape *tape = PyMem_Calloc(1, sizeof *tape);
    if (tape == NULL) {
        PyErr_NoMemory();
        return KIND_ERROR;
    }
    tape->shallow = shallow;
    if (write_value(tape, object, depth) < 0) {
        tape_free((uint32_t)(uintptr_t)tape);
        return KIND_ERROR;
    }
    *out = (Slot){.lo = (uint32_t)(uintptr_t)tape->slots, .hi = (uint32_t)(uintptr_t)tape};
    return KIND_UNDEFINED;
}

/* The glue found something that cannot be converted: answers KIND_ERROR with the exception set. */
int32_t
raise_conversion_error(Slot *message)
{
    OWNED PyObject *text = Slot_DecodeNew(message);
    if (text != NULL) {
        PyErr_SetObject(ConversionError, text);
    }
    return KIND_ERROR;
}

int
Tape_Init(void)
{
    ConversionError = PyErr_NewExceptionWithDoc(
        "pyodide.ffi.ConversionError", "A value could not be converted between Python and JavaScript.", NULL, NULL);
    return ConversionError ? 0 : -1;
}
