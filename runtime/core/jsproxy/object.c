/* What every JavaScript object offers beyond its attributes, and the views of objects as Python's JSON structures. */
#include "frame.h"
#include "jsproxy.h"
#include "own.h"

static PyObject *
object_keys(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_OBJECT_KEYS, NULL, 0);
}

static PyObject *
object_values(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_OBJECT_VALUES, NULL, 0);
}

static PyObject *
object_entries(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_OBJECT_ENTRIES, NULL, 0);
}

static PyObject *
to_weakref(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    return JsOp_New(self, JS_OP_WEAK_REF, NULL, 0);
}

static PyObject *
to_py(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"depth", "default_converter", NULL};
    int depth = -1;
    PyObject *converter = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$iO:to_py", names, &depth, &converter)) {
        return NULL;
    }
    OWNED PyObject *number = PyLong_FromLong(depth);
    if (number == NULL) {
        return NULL;
    }
    Slot result[2];
    switch (JsOp_Run(self, JS_OP_TO_PY, (PyObject *[]){number, converter}, 2, result)) {
    case KIND_ERROR:
        return NULL;
    case KIND_MISSING:
        return Py_NewRef(self);
    default:
        return Slot_DecodeNew(&result[0]);
    }
}

/* The same object with other flags. */
static PyObject *
view_new(PyObject *self, uint32_t flags, int hereditary)
{
    PyObject *view = JsProxy_StealNew(JsRef_Incref(JsProxy_Borrow(self)), flags);
    if (view != NULL) {
        JsProxy_Part(view)->hereditary = hereditary;
    }
    return view;
}

/* The view of a value inside a view. */
PyObject *
JsObject_AdaptSteal(PyObject *self, PyObject *value)
{
    const uint32_t json = JS_FLAG_IS_PY_JSON_DICT | JS_FLAG_IS_PY_JSON_SEQUENCE;
    JsPart *part = JsProxy_Part(self);
    int is_json = (part->flags & json) != 0;
    if (value == NULL || !(is_json || part->hereditary) || !JsProxy_Check(value)) {
        return value;
    }
    uint32_t flags = JsProxy_Flags(value);
    PyObject *view;
    if (is_json && flags & JS_FLAG_IS_ARRAY) {
        view = view_new(value, flags | JS_FLAG_IS_PY_JSON_SEQUENCE, 0);
    } else if ((flags & ~JS_FLAG_HAS_LENGTH) == 0) { /* a property may be called length */
        view = view_new(value, is_json ? JS_FLAG_IS_PY_JSON_DICT : JS_FLAG_IS_OBJECT_MAP, !is_json);
    } else {
        return value;
    }
    Py_DECREF(value);
    return view;
}

static PyObject *
as_object_map(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"hereditary", NULL};
    int hereditary = 0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|$p:as_object_map", names, &hereditary)
        || PyErr_WarnEx(PyExc_RuntimeWarning, "as_object_map() is deprecated, use as_py_json()", 1) < 0) {
        return NULL;
    }
    return view_new(self, JS_FLAG_IS_OBJECT_MAP, hereditary);
}

static PyObject *
as_py_json(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    uint32_t flags = JsProxy_Flags(self);
    int is_sequence = (flags & (JS_FLAG_IS_ARRAY | JS_FLAG_IS_ARRAY_LIKE)) != 0;
    return view_new(self, is_sequence ? flags | JS_FLAG_IS_PY_JSON_SEQUENCE : JS_FLAG_IS_PY_JSON_DICT, 0);
}

PyMethodDef JsObject_Methods[] = {
    {"object_keys", object_keys, METH_NOARGS, "Object.keys of it."},
    {"object_values", object_values, METH_NOARGS, "Object.values of it."},
    {"object_entries", object_entries, METH_NOARGS, "Object.entries of it."},
    {"to_py", (PyCFunction)(void (*)(void))to_py, METH_VARARGS | METH_KEYWORDS, "A deep conversion to Python."},
    {"to_weakref", to_weakref, METH_NOARGS, "A JavaScript WeakRef of it."},
    {"bind_sig", JsSignature_Bind, METH_O,
        "The same object, typed as the parameters and annotations of a function or the members of a class say."},
    {"bind_class", JsSignature_BindClass, METH_O, "The same object, typed as a class itself."},
    {"__dir__", JsProxy_Dir, METH_NOARGS, NULL},
    {},
};

static const PyMethodDef map_methods[] = {
    {"as_object_map", (PyCFunction)(void (*)(void))as_object_map, METH_VARARGS | METH_KEYWORDS,
        "A mapping of its own properties."},
    {},
};

static const PyMethodDef json_methods[] = {
    {"as_py_json", as_py_json, METH_NOARGS, "A view of it in which objects are dicts and arrays are lists."},
    {},
};

/* Items are adapted by `[]` only, so that must do the iterating. */
static const PyType_Slot json_sequence_slots[] = {
    {Py_tp_iter, PySeqIter_New},
    {},
};

#define NO_MAP (JS_FLAG_IS_CALLABLE | JS_FLAG_IS_BUFFER | JS_FLAG_IS_ERROR | JS_FLAG_IS_DOUBLE_PROXY)

const JsFamily JsFamily_Mappable = {.none = NO_MAP | JS_FLAG_IS_ARRAY | JS_FLAG_IS_ARRAY_LIKE, .methods = map_methods};
const JsFamily JsFamily_Jsonable = {.none = NO_MAP, .methods = json_methods};
const JsFamily JsFamily_JsonSequence = {.all = JS_FLAG_IS_PY_JSON_SEQUENCE, .slots = json_sequence_slots};
