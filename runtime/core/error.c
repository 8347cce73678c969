/* No exception crosses the border: the callee keeps it, the caller asks for it.
 *
 * JavaScript to Python: an import returns KIND_ERROR, Error_FromJs takes the exception from the glue.
 * Python to JavaScript: an export returns KIND_ERROR with the exception set, the glue calls error_fetch.
 */
#include "error.h"

#include "frame.h"
#include "jsproxy/jsproxy.h"
#include "own.h"

/* In CPython's internal headers; adds a frame outside of those that the current exception's traceback has. */
extern void _PyTraceback_Add(const char *function, const char *file, int line);

/* Shows the JavaScript frames in the traceback of the current exception, which is the proxy of an error. */
static void
add_frames(PyObject *error)
{
    PyObject *raised = PyErr_GetRaisedException();
    OWNED PyObject *joined = JsOp_New(error, JS_OP_ERROR_FRAMES, NULL, 0);
    OWNED PyObject *lines = joined && PyUnicode_Check(joined) ? PyUnicode_Splitlines(joined, 0) : NULL;
    PyErr_Clear(); /* a traceback is not worth another exception */
    PyErr_SetRaisedException(raised);
    for (Py_ssize_t i = 0; lines != NULL && i + 2 < PyList_GET_SIZE(lines); i += 3) {
        const char *function = PyUnicode_AsUTF8(PyList_GET_ITEM(lines, i));
        const char *file = function ? PyUnicode_AsUTF8(PyList_GET_ITEM(lines, i + 1)) : NULL;
        const char *line = file ? PyUnicode_AsUTF8(PyList_GET_ITEM(lines, i + 2)) : NULL;
        if (line == NULL) {
            PyErr_SetRaisedException(raised);
            return;
        }
        _PyTraceback_Add(function, file, atoi(line));
    }
}

void
Error_FromJs(void)
{
    Slot slots[2];
    /* Slot 0: the address of a Python exception, or 0; slot 1: the JavaScript error. */
    jsv_take_error(slots);
    OWNED PyObject *error = Slot_DecodeNew(&slots[1]);
    if (error == NULL) {
        return;
    }
    if (slots[0].lo != PYTHON_ERROR_ADDRESS_NONE) {
        PyObject *last = PySys_GetObject("last_exc"); /* borrowed */
        if ((uint32_t)(uintptr_t)last == slots[0].lo && PyExceptionInstance_Check(last)) {
            PyErr_SetRaisedException(Py_NewRef(last));
            return;
        }
    }
    if (PyExceptionInstance_Check(error)) {
        PyErr_SetRaisedException(Py_NewRef(error));
        add_frames(error);
    } else {
        PyErr_Format(PyExc_SystemError, "JavaScript threw %R, which is not an error", error);
    }
}

/* What `sys` shows of an exception nobody caught. */
static int
set_last_exception(PyObject *exception)
{
    OWNED PyObject *traceback = PyException_GetTraceback(exception);
    if (PySys_SetObject("last_exc", exception) < 0
        || PySys_SetObject("last_type", (PyObject *)Py_TYPE(exception)) < 0
        || PySys_SetObject("last_value", exception) < 0
        || PySys_SetObject("last_traceback", traceback ? traceback : Py_None) < 0) {
        return -1;
    }
    return 0;
}

/* The text that the `traceback` module prints. The name is interned because CPython's cache of types' attributes keeps
 * each string that it is asked for. */
static PyObject *
format_new(PyObject *exception)
{
    OWNED PyObject *module = PyImport_ImportModule("traceback");
    OWNED PyObject *format = module ? PyUnicode_InternFromString("format_exception") : NULL;
    OWNED PyObject *lines = format ? PyObject_CallMethodOneArg(module, format, exception) : NULL;
    if (lines == NULL) {
        return NULL;
    }
    OWNED PyObject *empty = PyUnicode_FromString("");
    return empty ? PyUnicode_Join(empty, lines) : NULL;
}

/* When the traceback cannot be formatted (no memory, recursion): the class alone, which is a literal in memory. */
static PyObject *
format_plainly_new(PyObject *exception)
{
    PyErr_Clear();
    return PyUnicode_FromFormat("%s (its traceback could not be formatted)\n", Py_TYPE(exception)->tp_name);
}

int32_t
error_fetch(Slot *frame)
{
    OWNED PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        PyErr_SetString(PyExc_SystemError, "a call failed without setting an exception");
        exception = PyErr_GetRaisedException();
    }
    OWNED PyObject *message = format_new(exception);
    if (message == NULL) {
        message = format_plainly_new(exception);
    }
    if (set_last_exception(exception) < 0) {
        PyErr_Clear();
    }
    OWNED PyObject *name = PyType_GetQualName(Py_TYPE(exception));
    if (message == NULL || name == NULL) {
        PyErr_Clear();
        return frame[0].kind = KIND_ERROR;
    }
    /* `sys` holds the exception; its address is an identity, not a reference. */
    Slot_Encode(&frame[0], message);
    Slot_Encode(&frame[1], name);
    frame[2] = (Slot){.kind = KIND_I32, .lo = (uint32_t)(uintptr_t)exception};
    return KIND_UNDEFINED;
}
