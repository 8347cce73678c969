/* Attributes of Python objects, for JavaScript. Names are interned strings that the glue keeps (py_intern). */
#include "error.h"
#include "frame.h"
#include "own.h"

/* The name as a Python string that lives until py_release; NULL with an exception set. */
PyObject *
py_intern(Slot *text)
{
    PyObject *name = Slot_DecodeNew(text);
    if (name != NULL) {
        PyUnicode_InternInPlace(&name);
    }
    return name;
}

/* Attribute proxies are cached by identity: for a method of the object that of its function, because the method itself
 * is a new object each time. */
static uint32_t
identity_of(PyObject *object, PyObject *value)
{
    const void *identity = value;
    if (PyMethod_Check(value) && PyMethod_GET_SELF(value) == object) {
        identity = PyMethod_GET_FUNCTION(value);
    } else if (PyCFunction_CheckExact(value) && PyCFunction_GET_SELF(value) == object) {
        identity = ((PyCFunctionObject *)value)->m_ml;
    }
    return (uint32_t)(uintptr_t)identity;
}

int32_t
py_getattr(PyObject *object, PyObject *name, Slot *out)
{
    OWNED PyObject *value = NULL;
    int found = PyObject_GetOptionalAttr(object, name, &value);
    if (found <= 0) {
        return (int32_t)(out->kind = found < 0 ? KIND_ERROR : KIND_MISSING);
    }
    uint32_t kind = Slot_Encode(out, value);
    if (kind == KIND_PYOBJ) {
        out->hi = identity_of(object, value);
    }
    return (int32_t)kind;
}

int32_t
py_setattr(PyObject *object, PyObject *name, Slot *value)
{
    OWNED PyObject *python = Slot_DecodeNew(value);
    return python && PyObject_SetAttr(object, name, python) == 0 ? KIND_UNDEFINED : KIND_ERROR;
}

int32_t
py_delattr(PyObject *object, PyObject *name)
{
    return PyObject_DelAttr(object, name) == 0 ? KIND_UNDEFINED : KIND_ERROR;
}

int32_t
py_hasattr(PyObject *object, PyObject *name)
{
    return Kind_OfTruth(PyObject_HasAttrWithError(object, name));
}

/* dir() as one string, its names separated by NUL: one crossing for all of them. */
int32_t
py_dir(PyObject *object, Slot *out)
{
    OWNED PyObject *names = PyObject_Dir(object);
    OWNED PyObject *separator = names ? PyUnicode_FromStringAndSize("\0", 1) : NULL;
    return (int32_t)Slot_EncodeSteal(out, separator ? PyUnicode_Join(separator, names) : NULL);
}
