/* Tapes to Python structures, for to_py and pyodide.toPy. */
#include "frame.h"
#include "own.h"
#include "tape.h"

typedef struct {
    Slot *at, *end;
    PyObject **containers; /* owned */
    uint32_t used, capacity;
} Reader;

static PyObject *read_new(Reader *reader);

/* The slots that a text or buffer of `size` bytes takes. */
static uint32_t
padded(uint32_t size)
{
    return (size + sizeof(Slot) - 1) / sizeof(Slot);
}

/* The bytes behind a slot. */
static uint32_t
trailing(const Slot *slot)
{
    switch ((Kind)slot->kind) {
    case KIND_ASCII:
    case KIND_LATIN1:
    case KIND_BUFFER:
        return slot->aux;
    case KIND_UCS2:
        return slot->aux * 2;
    case KIND_BIGINT:
        return slot->aux * 8;
    default:
        return 0;
    }
}

/* Gives the container its number. It is owned, so that REFs are good whatever becomes of the structure. */
static int
keep(Reader *reader, PyObject *container)
{
    if (reader->used == reader->capacity) {
        uint32_t next = reader->capacity ? reader->capacity * 2 : 64;
        PyObject **bigger = PyMem_Realloc(reader->containers, next * sizeof *bigger);
        if (bigger == NULL) {
            PyErr_NoMemory();
            return -1;
        }
        reader->containers = bigger;
        reader->capacity = next;
    }
    reader->containers[reader->used++] = Py_NewRef(container);
    return 0;
}

static PyObject *
read_list_new(Reader *reader, uint32_t count)
{
    OWNED PyObject *list = PyList_New(count);
    if (list == NULL || keep(reader, list) < 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        PyObject *item = read_new(reader);
        if (item == NULL) {
            return NULL;
        }
        PyList_SET_ITEM(list, i, item);
    }
    return Own_Give(&list);
}

static PyObject *
read_dict_new(Reader *reader, uint32_t count)
{
    OWNED PyObject *dict = PyDict_New();
    if (dict == NULL || keep(reader, dict) < 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        OWNED PyObject *key = read_new(reader);
        OWNED PyObject *value = key ? read_new(reader) : NULL;
        if (value == NULL || PyDict_SetItem(dict, key, value) < 0) {
            return NULL;
        }
    }
    return Own_Give(&dict);
}

static PyObject *
read_set_new(Reader *reader, uint32_t count)
{
    OWNED PyObject *set = PySet_New(NULL);
    if (set == NULL || keep(reader, set) < 0) {
        return NULL;
    }
    for (uint32_t i = 0; i < count; i++) {
        OWNED PyObject *item = read_new(reader);
        if (item == NULL || PySet_Add(set, item) < 0) {
            return NULL;
        }
    }
    return Own_Give(&set);
}

/* A writable memoryview of a copy, in the format that `lo` holds as a character. */
static PyObject *
read_buffer_new(const Slot *slot)
{
    OWNED PyObject *bytes = PyByteArray_FromStringAndSize((const char *)(slot + 1), slot->aux);
    OWNED PyObject *view = bytes ? PyMemoryView_FromObject(bytes) : NULL;
    if (view == NULL || slot->lo == 'B') {
        return Own_Give(&view);
    }
    return PyObject_CallMethod(view, "cast", "C", (int)slot->lo);
}

static PyObject *
read_container_new(Reader *reader, const Slot *slot)
{
    if (Py_EnterRecursiveCall(" while converting from JavaScript")) {
        return NULL;
    }
    PyObject *result = slot->kind == KIND_LIST   ? read_list_new(reader, slot->aux)
                       : slot->kind == KIND_DICT ? read_dict_new(reader, slot->aux)
                                                 : read_set_new(reader, slot->aux);
    Py_LeaveRecursiveCall();
    return result;
}

static PyObject *
read_new(Reader *reader)
{
    Slot *slot = reader->at;
    uint32_t behind = trailing(slot);
    reader->at += 1 + padded(behind);
    switch ((Kind)slot->kind) {
    case KIND_LIST:
    case KIND_DICT:
    case KIND_SET:
        return read_container_new(reader, slot);
    case KIND_REF:
        return Py_NewRef(reader->containers[slot->aux]);
    case KIND_BUFFER:
        return read_buffer_new(slot);
    case KIND_ASCII:
    case KIND_LATIN1:
    case KIND_UCS2:
    case KIND_BIGINT:
        /* Also of nothing: copying no bytes from an address outside memory traps. */
        slot->lo = (uint32_t)(uintptr_t)(slot + 1);
        slot->hi = 0;
        return Slot_DecodeNew(slot);
    default:
        return Slot_DecodeNew(slot);
    }
}

/* Gives up what the slots own. */
void
tape_drop(Slot *tape, uint32_t size)
{
    for (Slot *slot = tape; slot < tape + size; slot += 1 + padded(trailing(slot))) {
        if (slot->kind == KIND_PYOBJ || slot->kind == KIND_JSREF) {
            Frame_Discard(slot, 1);
        }
    }
}

/* Builds the structure, using up what the `size` slots own. The result goes into `out` as a PyProxy, also if it could
 * be something simpler: the caller knows that it is a container. */
int32_t
tape_build(Slot *tape, uint32_t size, Slot *out)
{
    Reader reader = {.at = tape, .end = tape + size};
    PyObject *result = read_new(&reader);
    if (result == NULL) {
        tape_drop(reader.at, (uint32_t)(reader.end - reader.at));
    }
    for (uint32_t i = 0; i < reader.used; i++) {
        Py_DECREF(reader.containers[i]);
    }
    PyMem_Free(reader.containers);
    return (int32_t)Slot_EncodeSteal(out, result);
}
