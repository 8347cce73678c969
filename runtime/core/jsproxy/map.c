/* Maps, what looks like one, and objects seen as one. Their methods come from collections.abc. */
#include "jsproxy.h"
#include "own.h"

static PyObject *
get(PyObject *self, PyObject *key)
{
    return JsOp_New(self, JS_OP_MAP_GET, &key, 1);
}

static int
set(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        return JsOp_Do(self, JS_OP_MAP_DELETE, &key, 1);
    }
    return JsOp_Do(self, JS_OP_MAP_SET, (PyObject *[]){key, value}, 2);
}

static PyObject *
keys(PyObject *self)
{
    return JsOp_New(self, JS_OP_MAP_KEYS, NULL, 0);
}

static PyObject *
own_get(PyObject *self, PyObject *key)
{
    return JsObject_AdaptSteal(self, JsOp_New(self, JS_OP_OWN_GET, &key, 1));
}

static int
own_set(PyObject *self, PyObject *key, PyObject *value)
{
    if (value == NULL) {
        return JsOp_Do(self, JS_OP_OWN_DELETE, &key, 1);
    }
    if (!PyUnicode_Check(key)) {
        PyErr_Format(PyExc_TypeError, "the keys of an object are strings, not %T", key);
        return -1;
    }
    return JsOp_Do(self, JS_OP_OWN_SET, (PyObject *[]){key, value}, 2);
}

static PyObject *
own_keys(PyObject *self)
{
    OWNED PyObject *array = JsOp_New(self, JS_OP_OBJECT_KEYS, NULL, 0);
    return array ? PyObject_GetIter(array) : NULL;
}

static Py_ssize_t
own_length(PyObject *self)
{
    return JsOp_Size(self, JS_OP_OWN_LENGTH);
}

static int
own_contains(PyObject *self, PyObject *key)
{
    OWNED PyObject *found = JsOp_New(self, JS_OP_OWN_HAS, &key, 1);
    return found ? found == Py_True : -1;
}

static const PyType_Slot get_slots[] = {
    {Py_mp_subscript, get},
    {},
};

static const PyType_Slot set_slots[] = {
    {Py_mp_ass_subscript, set},
    {},
};

static const PyType_Slot map_slots[] = {
    {Py_tp_iter, keys},
    {},
};

static const PyType_Slot object_map_slots[] = {
    {Py_mp_subscript, own_get},
    {Py_mp_ass_subscript, own_set},
    {Py_mp_length, own_length},
    {Py_sq_length, own_length},
    {Py_sq_contains, own_contains},
    {Py_tp_iter, own_keys},
    {},
};

static PyObject *
clear(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_MAP_CLEAR, NULL, 0);
}

static const PyMethodDef mutable_methods[] = {
    {"clear", clear, METH_NOARGS, "Removes all items."},
    {},
};

#define READING "keys values items get"
#define WRITING " pop popitem update setdefault _MutableMapping__marker" /* the last is pop's own default */
#define MUTABLE(all_names) {.module = "_collections_abc", .cls = "MutableMapping", .names = all_names, .register_type = 1}

static const JsMixin mapping
    = {.module = "_collections_abc", .cls = "Mapping", .names = READING, .register_type = 1};
static const JsMixin mutable_mapping = MUTABLE(READING WRITING);
static const JsMixin object_mapping = MUTABLE(READING WRITING " clear");

#define MAP (JS_FLAG_HAS_GET | JS_FLAG_HAS_LENGTH | JS_FLAG_IS_ITERABLE)

#define INDEXED (JS_FLAG_IS_ARRAY | JS_FLAG_IS_TYPEDARRAY)

/* `[]` needs no more than the method: Headers and FormData have no size, WeakMaps are not iterable. */
const JsFamily JsFamily_Get = {.all = JS_FLAG_HAS_GET, .none = INDEXED, .slots = get_slots};
const JsFamily JsFamily_Set = {.all = JS_FLAG_HAS_SET, .none = INDEXED, .slots = set_slots};
const JsFamily JsFamily_Map = {.all = MAP, .none = INDEXED, .slots = map_slots, .mixin = &mapping};
const JsFamily JsFamily_MutableMap
    = {.all = MAP | JS_FLAG_HAS_SET, .none = INDEXED, .methods = mutable_methods, .mixin = &mutable_mapping};
const JsFamily JsFamily_ObjectMap
    = {.all = JS_FLAG_IS_OBJECT_MAP, .slots = object_map_slots, .mixin = &object_mapping};
const JsFamily JsFamily_JsonDict
    = {.all = JS_FLAG_IS_PY_JSON_DICT, .slots = object_map_slots, .mixin = &object_mapping};
