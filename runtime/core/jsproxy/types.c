/* The table of JsProxy types: JsFlag bits -> one Python type, made on demand, never freed.
 *
 * Owns the types.
 */
#include "jsproxy.h"

#include "own.h"

#define SLOTS_MAX 96
#define TABLE_FIRST 64

/* Which families there are. When two of them fill one slot, the later row wins. */
static const JsFamily *const families[] = {
    &JsFamily_Mappable,
    &JsFamily_Jsonable,
    &JsFamily_Callable,
    &JsFamily_Sized,
    &JsFamily_Includes,
    &JsFamily_Has,
    &JsFamily_Iterable,
    &JsFamily_Iterator,
    &JsFamily_Generator,
    &JsFamily_AsyncIterable,
    &JsFamily_AsyncIterator,
    &JsFamily_AsyncGenerator,
    &JsFamily_Promise,
    &JsFamily_Get,
    &JsFamily_Set,
    &JsFamily_Map,
    &JsFamily_MutableMap,
    &JsFamily_ArrayLike,
    &JsFamily_Array,
    &JsFamily_TypedArray,
    &JsFamily_Buffer,
    &JsFamily_Disposable,
    &JsFamily_AsyncDisposable,
    &JsFamily_DoubleProxy,
    &JsFamily_ObjectMap,
    &JsFamily_JsonDict,
    &JsFamily_JsonSequence,
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

/* The methods of the families that apply, as one zero-ended array in a bytes object: the type keeps it as an attribute,
 * and it goes with a type that could not be finished. */
static PyObject *
join_methods_new(uint32_t flags)
{
    size_t count = 0;
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        for (const PyMethodDef *row = families[i]->methods; row != NULL && row->ml_name != NULL; row++) {
            count += applies(families[i], flags) != 0;
        }
    }
    PyObject *joined = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)((count + 1) * sizeof(PyMethodDef)));
    if (joined == NULL) {
        return NULL;
    }
    PyMethodDef *next = (PyMethodDef *)PyBytes_AS_STRING(joined);
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        for (const PyMethodDef *row = families[i]->methods; row != NULL && row->ml_name != NULL; row++) {
            if (applies(families[i], flags)) {
                *next++ = *row;
            }
        }
    }
    *next = (PyMethodDef){};
    return joined;
}

static int
add_mixin(PyObject *type, const JsMixin *mixin)
{
    OWNED PyObject *module = PyImport_ImportModule(mixin->module);
    OWNED PyObject *cls = module ? PyObject_GetAttrString(module, mixin->cls) : NULL;
    OWNED PyObject *joined = cls ? PyUnicode_FromString(mixin->names) : NULL;
    OWNED PyObject *names = joined ? PyUnicode_Split(joined, NULL, -1) : NULL;
    if (names == NULL) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(names); i++) {
        PyObject *name = PyList_GET_ITEM(names, i); /* borrowed */
        OWNED PyObject *method = PyObject_GetAttr(cls, name);
        if (method == NULL || PyObject_SetAttr(type, name, method) < 0) {
            return -1;
        }
    }
    if (!mixin->register_type) {
        return 0;
    }
    OWNED PyObject *registered = PyObject_CallMethod(cls, "register", "O", type);
    return registered ? 0 : -1;
}

static PyTypeObject *
make_type(uint32_t flags)
{
    int is_error = (flags & JS_FLAG_IS_ERROR) != 0;
    OWNED PyObject *methods = join_methods_new(flags);
    if (methods == NULL) {
        return NULL;
    }
    PyType_Slot slots[SLOTS_MAX];
    size_t count = 0;
    /* Otherwise a heap type gets a dealloc that calls ours and releases the type a second time. */
    slots[count++] = (PyType_Slot){Py_tp_dealloc, JsProxy_Type.tp_dealloc};
    slots[count++] = (PyType_Slot){Py_tp_traverse, JsProxy_Traverse};
    slots[count++] = (PyType_Slot){Py_tp_clear, JsProxy_Clear};
    slots[count++] = (PyType_Slot){Py_tp_methods, PyBytes_AS_STRING(methods)};
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        if (!applies(families[i], flags)) {
            continue;
        }
        for (const PyType_Slot *slot = families[i]->slots; slot != NULL && slot->slot; slot++) {
            assert(count < SLOTS_MAX - 1);
            size_t where = 0;
            while (where < count && slots[where].slot != slot->slot) {
                where++;
            }
            slots[where] = *slot;
            count += where == count;
        }
    }
    slots[count] = (PyType_Slot){0};
    PyType_Spec spec = {
        .name = is_error ? "pyodide.ffi.JsException" : "pyodide.ffi.JsProxy",
        .basicsize = is_error ? sizeof(JsError) : sizeof(JsProxy),
        .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_HAVE_GC
                 | (flags & JS_FLAG_IS_CALLABLE ? Py_TPFLAGS_HAVE_VECTORCALL : 0),
        .slots = slots,
    };
    PyObject *base = is_error ? JsException_Type : (PyObject *)&JsProxy_Type;
    OWNED PyObject *type = PyType_FromMetaclass(&JsProxyMeta_Type, NULL, &spec, base);
    OWNED PyObject *number = PyLong_FromUnsignedLong(flags);
    if (type == NULL || number == NULL || PyObject_SetAttrString(type, "_js_methods", methods) < 0
        || PyObject_SetAttrString(type, "_js_type_flags", number) < 0) {
        return NULL;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(families); i++) {
        const JsMixin *mixin = families[i]->mixin;
        if (mixin != NULL && applies(families[i], flags) && add_mixin(type, mixin) < 0) {
            return NULL;
        }
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
