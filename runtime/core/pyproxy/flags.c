/* Type flags of PyProxies, from the slots of the object's type; never from the object's attributes.
 *
 * Owns a small cache keyed by type and type version: an entry is right as long as the version is, because CPython gives
 * a changed type another one and never uses one again.
 */
#include "flags.h"

#include "own.h"

#define CACHE_SIZE 256 /* a power of two */

typedef struct {
    PyTypeObject *type; /* not owned; the version proves that it is the same type */
    unsigned version;
    uint32_t flags;
} Entry;

static Entry cache[CACHE_SIZE];

/* The ABCs that have no slot of their own, from collections.abc; owned, made on first use. */
static PyObject *abc_sequence, *abc_mutable_sequence, *abc_generator, *abc_async_generator;

static int
import_abcs(void)
{
    if (abc_sequence != NULL) {
        return 0;
    }
    OWNED PyObject *module = PyImport_ImportModule("_collections_abc");
    if (module == NULL) {
        return -1;
    }
    struct {
        PyObject **where;
        const char *name;
    } rows[] = {
        {&abc_generator, "Generator"},
        {&abc_async_generator, "AsyncGenerator"},
        {&abc_mutable_sequence, "MutableSequence"},
        {&abc_sequence, "Sequence"}, /* last: it says that all are there */
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(rows); i++) {
        PyObject *abc = PyObject_GetAttrString(module, rows[i].name);
        if (abc == NULL) {
            return -1;
        }
        Py_XSETREF(*rows[i].where, abc);
    }
    return 0;
}

/* Adds `bit` if the type is a subclass of the ABC. */
static int
add_abc(PyTypeObject *type, PyObject *abc, uint32_t bit, uint32_t *flags)
{
    int yes = PyObject_IsSubclass((PyObject *)type, abc);
    if (yes > 0) {
        *flags |= bit;
    }
    return yes < 0 ? -1 : 0;
}

static int
flags_of_type(PyObject *object, uint32_t *result)
{
    PyTypeObject *type = Py_TYPE(object);
    const PySequenceMethods *sequence = type->tp_as_sequence;
    const PyMappingMethods *mapping = type->tp_as_mapping;
    const PyAsyncMethods *async = type->tp_as_async;
    uint32_t flags = 0;
    if ((sequence && sequence->sq_length) || (mapping && mapping->mp_length)) {
        flags |= PY_FLAG_HAS_LENGTH;
    }
    if ((sequence && sequence->sq_item) || (mapping && mapping->mp_subscript)) {
        flags |= PY_FLAG_HAS_GET;
    }
    if ((sequence && sequence->sq_ass_item) || (mapping && mapping->mp_ass_subscript)) {
        flags |= PY_FLAG_HAS_SET;
    }
    if (sequence && sequence->sq_contains) {
        flags |= PY_FLAG_HAS_CONTAINS;
    }
    if (PyIter_Check(object)) {
        flags |= PY_FLAG_IS_ITERATOR;
    } else if (type->tp_iter || (sequence && sequence->sq_item && type != &PyDict_Type)) {
        flags |= PY_FLAG_IS_ITERABLE;
    }
    if (async) {
        flags |= async->am_await ? PY_FLAG_IS_AWAITABLE : 0;
        flags |= async->am_anext ? PY_FLAG_IS_ASYNC_ITERATOR : async->am_aiter ? PY_FLAG_IS_ASYNC_ITERABLE : 0;
    }
    if (type->tp_as_buffer && type->tp_as_buffer->bf_getbuffer) {
        flags |= PY_FLAG_IS_BUFFER;
    }
    if (type->tp_call) {
        flags |= PY_FLAG_IS_CALLABLE;
    }
    if (type == &PyDict_Type) {
        flags |= PY_FLAG_IS_DICT;
    } else if (type == &PyList_Type) {
        flags |= PY_FLAG_IS_SEQUENCE | PY_FLAG_IS_MUTABLE_SEQUENCE;
    } else if (type == &PyTuple_Type) {
        flags |= PY_FLAG_IS_SEQUENCE;
    } else {
        if (flags & (PY_FLAG_IS_ITERATOR | PY_FLAG_IS_ASYNC_ITERATOR | PY_FLAG_HAS_GET) && import_abcs() < 0) {
            return -1;
        }
        if (flags & PY_FLAG_IS_ITERATOR && add_abc(type, abc_generator, PY_FLAG_IS_GENERATOR, &flags) < 0) {
            return -1;
        }
        if (flags & PY_FLAG_IS_ASYNC_ITERATOR
            && add_abc(type, abc_async_generator, PY_FLAG_IS_ASYNC_GENERATOR, &flags) < 0) {
            return -1;
        }
        const uint32_t container = PY_FLAG_HAS_GET | PY_FLAG_HAS_LENGTH | PY_FLAG_HAS_CONTAINS;
        if ((flags & container) == container) { /* not so memoryview, which may have several dimensions */
            if (add_abc(type, abc_sequence, PY_FLAG_IS_SEQUENCE, &flags) < 0) {
                return -1;
            }
            if (flags & PY_FLAG_IS_SEQUENCE
                && add_abc(type, abc_mutable_sequence, PY_FLAG_IS_MUTABLE_SEQUENCE, &flags) < 0) {
                return -1;
            }
        }
    }
    *result = flags;
    return 0;
}

/* Classes answer `[]` if they define __class_getitem__; that is a question about the object, hence not cached. */
static uint32_t
flags_of_class(PyObject *object)
{
    PyObject *found = NULL;
    if (PyObject_GetOptionalAttrString(object, "__class_getitem__", &found) < 0) {
        PyErr_Clear();
    }
    int has = found != NULL;
    Py_XDECREF(found);
    return has ? PY_FLAG_HAS_GET : 0;
}

int
PyFlags_Of(PyObject *object, uint32_t *flags)
{
    PyTypeObject *type = Py_TYPE(object);
    Entry *entry = &cache[((uintptr_t)type >> 4) & (CACHE_SIZE - 1)];
    if (entry->type == type && entry->version == type->tp_version_tag && entry->version != 0) {
        *flags = entry->flags;
    } else {
        if (flags_of_type(object, flags) < 0) {
            return -1;
        }
        /* 0 (none left, or none yet) never matches. */
        PyUnstable_Type_AssignVersionTag(type);
        *entry = (Entry){type, type->tp_version_tag, *flags};
    }
    if (PyType_Check(object)) {
        *flags |= flags_of_class(object);
    }
    return 0;
}
