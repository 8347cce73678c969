/* Attributes of JsProxies are the properties of their objects. */
#include "jsproxy.h"

#include "depth.h"
#include "error.h"
#include "frame.h"
#include "own.h"

/* What the import system writes on modules: it stays on the Python side. */
static int
stays_in_python(PyObject *name)
{
    static const char *const names[] = {"__loader__", "__name__", "__package__", "__path__", "__spec__"};
    if (PyUnicode_GET_LENGTH(name) < 8 || PyUnicode_READ_CHAR(name, 0) != '_') {
        return 0;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        if (PyUnicode_EqualToUTF8(name, names[i])) {
            return 1;
        }
    }
    return 0;
}

/* dict() takes what has `keys` for a mapping, which an array is not. */
static int
hides_keys(uint32_t flags)
{
    return (flags & (JS_FLAG_IS_ARRAY | JS_FLAG_IS_TYPEDARRAY)) != 0;
}

static PyObject *
raise_missing(PyObject *self, PyObject *name)
{
    OWNED PyObject *error = PyObject_CallOneArg(PyExc_AttributeError, name);
    if (error != NULL && PyObject_SetAttrString(error, "name", name) == 0
        && PyObject_SetAttrString(error, "obj", self) == 0) {
        PyErr_SetObject(PyExc_AttributeError, error);
    }
    return NULL;
}

/* A function read from an object keeps the object as its `this`. */
static PyObject *
bind_steal(PyObject *value, PyObject *owner)
{
    if (value != NULL && JsProxy_Check(value)) {
        JsPart *part = JsProxy_Part(value);
        if (part->receiver == 0 && JsProxy_Flags(value) & JS_FLAG_IS_CALLABLE) {
            part->receiver = JsRef_Incref(JsProxy_Borrow(owner));
        }
    }
    return value;
}

PyObject *
JsProxy_GetAttr(PyObject *self, PyObject *name)
{
    JsPart *part = JsProxy_Part(self);
    PyObject *own = _PyObject_GenericGetAttrWithDict(self, name, part->attributes, 1);
    if (own != NULL || PyErr_Occurred()) {
        return own;
    }
    if ((hides_keys(part->flags) && PyUnicode_EqualToUTF8(name, "keys")) || stays_in_python(name)) {
        return raise_missing(self, name);
    }
    if (Depth_Enter() < 0) {
        return NULL;
    }
    Slot out;
    int32_t kind = jsv_getattr(JsRef_Get(part->js), JsKey_Get(name), &out);
    Depth_Leave();
    if (kind == KIND_MISSING) {
        /* Only modules have attributes of Python's; `from module import *` asks for this one. */
        if (part->attributes != NULL && PyUnicode_EqualToUTF8(name, "__all__")) {
            return JsOp_New(self, JS_OP_OBJECT_NAMES, NULL, 0);
        }
        return raise_missing(self, name);
    }
    PyObject *value = bind_steal(Slot_DecodeNew(&out), self);
    return part->signature ? JsSignature_AdaptSteal(self, name, value) : value;
}

int
JsProxy_SetAttr(PyObject *self, PyObject *name, PyObject *value)
{
    JsPart *part = JsProxy_Part(self);
    if (stays_in_python(name)) {
        if (part->attributes == NULL) {
            part->attributes = PyDict_New();
            if (part->attributes == NULL) {
                return -1;
            }
            if (!PyObject_GC_IsTracked(self)) {
                PyObject_GC_Track(self);
            }
        }
        if (value != NULL) {
            return PyDict_SetItem(part->attributes, name, value);
        }
        int found = PyDict_Pop(part->attributes, name, NULL);
        if (found == 0) {
            raise_missing(self, name);
        }
        return found > 0 ? 0 : -1;
    }
    PyObject *descriptor = _PyType_Lookup(Py_TYPE(self), name); /* borrowed */
    if (descriptor != NULL && Py_TYPE(descriptor)->tp_descr_set != NULL) {
        return PyObject_GenericSetAttr(self, name, value);
    }
    Slot slot;
    if (value != NULL && Slot_Encode(&slot, value) == KIND_ERROR) {
        return -1;
    }
    if (Depth_Enter() < 0) {
        if (value != NULL) {
            Slot_Clear(&slot);
        }
        return -1;
    }
    JsVal object = JsRef_Get(part->js), key = JsKey_Get(name);
    int32_t kind = value ? jsv_setattr(object, key, &slot) : jsv_delattr(object, key, &slot);
    Depth_Leave();
    if (kind == KIND_MISSING) {
        raise_missing(self, name);
        return -1;
    }
    if (kind == KIND_ERROR) {
        Error_FromJs();
        return -1;
    }
    return 0;
}

/* The names of the type and those of the object, sorted. */
PyObject *
JsProxy_Dir(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    OWNED PyObject *names = PyObject_CallMethod((PyObject *)&PyBaseObject_Type, "__dir__", "O", self);
    if (names == NULL) {
        return NULL;
    }
    OWNED PyObject *all = PySet_New(names);
    if (all == NULL) {
        return NULL;
    }
    if (Depth_Enter() < 0) {
        return NULL;
    }
    Slot out;
    jsv_dir(JsProxy_Get(self), &out);
    Depth_Leave();
    /* One string, because names are many: separated by NUL, which no sane property name contains. */
    OWNED PyObject *joined = Slot_DecodeNew(&out);
    if (joined == NULL) {
        return NULL;
    }
    OWNED PyObject *separator = PyUnicode_FromStringAndSize("\0", 1);
    OWNED PyObject *properties = NULL;
    if (separator != NULL) {
        properties = joined == Py_None ? PyList_New(0) : PyUnicode_Split(joined, separator, -1);
    }
    OWNED PyObject *none = properties ? PyObject_CallMethod(all, "update", "O", properties) : NULL;
    OWNED PyObject *keys = none && hides_keys(JsProxy_Flags(self)) ? PyUnicode_InternFromString("keys") : NULL;
    if (none == NULL || PyErr_Occurred() || (keys != NULL && PySet_Discard(all, keys) < 0)) {
        return NULL;
    }
    PyObject *result = PySequence_List(all);
    if (result != NULL && PyList_Sort(result) < 0) {
        Py_CLEAR(result);
    }
    return result;
}
