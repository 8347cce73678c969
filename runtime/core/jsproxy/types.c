/* The table of JsProxy types: JsFlag bits -> one Python type, made on demand, never freed.
 *
 * Owns the types and the arrays that they point into.
 */
#include "jsproxy.h"

#include "own.h"

#define SLOTS_MAX 96
#define TABLE_FIRST 64

/* Which families there are. When two of them fill one slot, the later row wins. */
static const JsFamily *const families[] = {
    &JsFamily_Callable,
};

typedef struct {
    uint32_t flags;
    PyTypeObject *type; /* NULL = empty row */
} Row;

/* Open addressing; at most half full. */
static Row *table;
static uint32_t table_size, table_used;
static Row last; /* the type asked for last */

PyObject *JsException_Type;

PyTypeObject JsProxyMeta_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "pyodide.ffi.JsProxyMeta",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_TYPE_SUBCLASS,
};

static inline Row *
find(Row *rows, uint32_t size, uint32_t flags)
{
    uint32_t i = (flags * 2654435761u) & (size - 1);
    while (rows[i].type != NULL && rows[i].flags != flags) {
        i = (i + 1) & (size - 1);
    }
    return &rows[i];
}

static int
reserve_row(void)
{
    if (table_used * 2 < table_size) {
        return 0;
    }
    uint32_t size = table_size ? table_size * 2 : TABLE_FIRST;
    Row *bigger = PyMem_Calloc(size, sizeof *bigger);
    if (bigger == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (uint32_t i = 0; i < table_size; i++) {
        if (table[i].type != NULL) {
            *find(bigger, size, table[i].flags) = table[i];
        }
    }
    PyMem_Free(table);
    table = bigger;
    table_size = size;
    return 0;
}

static inline int
applies(const JsFamily *family, uint32_t flags)
{
    return (flags & family->all) == family->all && !(flags & family->none);
}

/* All rows of the families that apply, as one zero-ended array; NULL without exception if there are none. */
static void *
join_rows(uint32_t flags, size_t offset, size_t row_size, int *error)
{
    char *joined = NULL;
    size_t used = 0;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        if (!applies(families[i], flags)) {
            continue;
        }
        const char *rows = *(const char *const *)((const char *)families[i] + offset);
        for (; rows != NULL && *(const char *const *)rows != NULL; rows += row_size) {
            char *bigger = PyMem_Realloc(joined, used + 2 * row_size);
            if (bigger == NULL) {
                PyMem_Free(joined);
                PyErr_NoMemory();
                *error = 1;
                return NULL;
            }
            joined = bigger;
            memcpy(joined + used, rows, row_size);
            used += row_size;
            memset(joined + used, 0, row_size);
        }
    }
    return joined;
}

static PyTypeObject *
make_type(uint32_t flags)
{
    int is_error = (flags & JS_FLAG_IS_ERROR) != 0;
    int error = 0;
    PyMethodDef *methods = join_rows(flags, offsetof(JsFamily, methods), sizeof *methods, &error);
    PyGetSetDef *getset = error ? NULL : join_rows(flags, offsetof(JsFamily, getset), sizeof *getset, &error);
    if (error) {
        PyMem_Free(methods);
        return NULL;
    }
    PyType_Slot slots[SLOTS_MAX];
    size_t count = 0;
    /* Otherwise a heap type gets a dealloc that calls ours and releases the type a second time. */
    slots[count++] = (PyType_Slot){Py_tp_dealloc, JsProxy_Type.tp_dealloc};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        if (!applies(families[i], flags)) {
            continue;
        }
        for (const PyType_Slot *slot = families[i]->slots; slot != NULL && slot->slot; slot++) {
            assert(count < SLOTS_MAX - 3);
            size_t where = 0;
            while (where < count && slots[where].slot != slot->slot) {
                where++;
            }
            slots[where] = *slot;
            count += where == count;
        }
    }
    if (methods != NULL) {
        slots[count++] = (PyType_Slot){Py_tp_methods, methods};
    }
    if (getset != NULL) {
        slots[count++] = (PyType_Slot){Py_tp_getset, getset};
    }
    slots[count] = (PyType_Slot){0};
    PyType_Spec spec = {
        .name = is_error ? "pyodide.ffi.JsException" : "pyodide.ffi.JsProxy",
        .basicsize = is_error ? sizeof(JsError) : sizeof(JsProxy),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION
                 | (flags & JS_FLAG_IS_CALLABLE ? Py_TPFLAGS_HAVE_VECTORCALL : 0),
        .slots = slots,
    };
    PyObject *base = is_error ? JsException_Type : (PyObject *)&JsProxy_Type;
    OWNED PyObject *type = PyType_FromMetaclass(&JsProxyMeta_Type, NULL, &spec, base);
    if (type == NULL) {
        PyMem_Free(methods);
        PyMem_Free(getset);
        return NULL;
    }
    /* Now the type points into the arrays, and both stay. */
    OWNED PyObject *number = PyLong_FromUnsignedLong(flags);
    if (number == NULL || PyObject_SetAttrString(type, "_js_type_flags", number) < 0) {
        return NULL;
    }
    return (PyTypeObject *)Own_Give(&type);
}

PyTypeObject *
JsTypes_Borrow(uint32_t flags)
{
    if (last.flags == flags && last.type != NULL) {
        return last.type;
    }
    Row *row = table_size ? find(table, table_size, flags) : NULL;
    if (row == NULL || row->type == NULL) {
        if (reserve_row() < 0) {
            return NULL;
        }
        PyTypeObject *type = make_type(flags);
        if (type == NULL) {
            return NULL;
        }
        row = find(table, table_size, flags); /* making a type may have made others */
        *row = (Row){flags, type};
        table_used++;
    }
    last = *row;
    return row->type;
}

/* The glue asks before it writes a frame with an object whose flags are new: making a type runs Python code. */
int32_t
jsproxy_prepare(uint32_t flags)
{
    return JsTypes_Borrow(flags) ? KIND_UNDEFINED : KIND_ERROR;
}

int
JsTypes_Init(void)
{
    JsProxyMeta_Type.tp_base = &PyType_Type;
    if (PyType_Ready(&JsProxyMeta_Type) < 0 || PyType_Ready(&JsProxy_Type) < 0) {
        return -1;
    }
    JsException_Type = JsException_New();
    return JsException_Type ? 0 : -1;
}
