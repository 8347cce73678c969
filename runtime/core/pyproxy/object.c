/* What JavaScript can do with any Python object: keep it, drop it, show it, import it. */
#include "frame.h"
#include "own.h"

void
py_release(PyObject *object)
{
    Py_DECREF(object);
}

void
py_retain(PyObject *object)
{
    Py_INCREF(object);
}

int32_t
py_type_name(PyObject *object, Slot *out)
{
    return (int32_t)Slot_EncodeSteal(out, PyUnicode_FromString(Py_TYPE(object)->tp_name));
}

int32_t
py_str(PyObject *object, Slot *out)
{
    return (int32_t)Slot_EncodeSteal(out, PyObject_Str(object));
}

int32_t
py_repr(PyObject *object, Slot *out)
{
    return (int32_t)Slot_EncodeSteal(out, PyObject_Repr(object));
}

/* What "a.b.c" names in the first slot: a module, or an attribute of the module "a.b". The answer goes there too. */
int32_t
py_import(Slot *frame)
{
    OWNED PyObject *path = Slot_DecodeNew(&frame[0]);
    if (path == NULL) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    if (!PyUnicode_Check(path)) {
        PyErr_Format(PyExc_TypeError, "pyimport takes the name of a module as a string, not %T", path);
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    Py_ssize_t length = PyUnicode_GET_LENGTH(path);
    Py_ssize_t dot = PyUnicode_FindChar(path, '.', 0, length, -1);
    if (dot < 0) {
        return (int32_t)Slot_EncodeSteal(frame, PyImport_Import(path));
    }
    OWNED PyObject *stem = PyUnicode_Substring(path, 0, dot);
    OWNED PyObject *leaf = stem ? PyUnicode_Substring(path, dot + 1, length) : NULL;
    OWNED PyObject *module = leaf ? PyImport_Import(stem) : NULL;
    OWNED PyObject *found = NULL;
    if (module == NULL || PyObject_GetOptionalAttr(module, leaf, &found) < 0) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    return (int32_t)Slot_EncodeSteal(frame, found ? Own_Give(&found) : PyImport_Import(path));
}

int32_t
py_check_signals(void)
{
    return PyErr_CheckSignals() == 0 ? KIND_UNDEFINED : KIND_ERROR;
}
