/* ArrayBuffers and their views: copies to and from the memory of Python. */
#include "frame.h"
#include "jsproxy.h"
#include "own.h"

/* Copies between the JavaScript buffer and `length` bytes at `address`. */
static int
copy(PyObject *self, JsOp op, void *address, Py_ssize_t length)
{
    OWNED PyObject *from = PyLong_FromVoidPtr(address);
    OWNED PyObject *size = PyLong_FromSsize_t(length);
    return from && size ? JsOp_Do(self, op, (PyObject *[]){from, size}, 2) : -1;
}

static PyObject *
transfer(PyObject *self, PyObject *object, JsOp op)
{
    int writable = op == JS_OP_BYTES_READ ? PyBUF_WRITABLE : 0;
    Py_buffer buffer;
    if (PyObject_GetBuffer(object, &buffer, PyBUF_ANY_CONTIGUOUS | writable) < 0) {
        return NULL;
    }
    int failed = 1;
    Py_ssize_t length = JsOp_Size(self, JS_OP_BYTES_LENGTH);
    if (length >= 0 && length != buffer.len) {
        PyErr_Format(PyExc_ValueError, "the JavaScript buffer has %zd bytes, the Python buffer %zd", length, buffer.len);
    } else if (length >= 0) {
        failed = copy(self, op, buffer.buf, length) < 0;
    }
    PyBuffer_Release(&buffer);
    return failed ? NULL : Py_None;
}

static PyObject *
assign(PyObject *self, PyObject *object)
{
    return transfer(self, object, JS_OP_BYTES_WRITE);
}

static PyObject *
assign_to(PyObject *self, PyObject *object)
{
    return transfer(self, object, JS_OP_BYTES_READ);
}

static PyObject *
to_bytes(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t length = JsOp_Size(self, JS_OP_BYTES_LENGTH);
    OWNED PyObject *bytes = length < 0 ? NULL : PyBytes_FromStringAndSize(NULL, length);
    if (bytes == NULL || copy(self, JS_OP_BYTES_READ, PyBytes_AS_STRING(bytes), length) < 0) {
        return NULL;
    }
    return Own_Give(&bytes);
}

static PyObject *
to_memoryview(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Py_ssize_t length = JsOp_Size(self, JS_OP_BYTES_LENGTH);
    OWNED PyObject *bytes = length < 0 ? NULL : PyByteArray_FromStringAndSize(NULL, length);
    if (bytes == NULL || copy(self, JS_OP_BYTES_READ, PyByteArray_AS_STRING(bytes), length) < 0) {
        return NULL;
    }
    OWNED PyObject *view = PyMemoryView_FromObject(bytes);
    OWNED PyObject *format = view ? JsOp_New(self, JS_OP_BYTES_FORMAT, NULL, 0) : NULL;
    if (format == NULL || PyUnicode_EqualToUTF8(format, "B")) {
        return format ? Own_Give(&view) : NULL;
    }
    return PyObject_CallMethod(view, "cast", "O", format);
}

static PyObject *
to_string(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"encoding", NULL};
    PyObject *encoding = Py_None;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|O:to_string", names, &encoding)) {
        return NULL;
    }
    if (encoding != Py_None && !PyUnicode_Check(encoding)) {
        return PyErr_Format(PyExc_TypeError, "encoding must be a str or None, not %T", encoding);
    }
    Slot result[2];
    switch (JsOp_Run(self, JS_OP_BYTES_DECODE, &encoding, 1, result)) {
    case KIND_ERROR:
        return NULL;
    case KIND_MISSING:
        return encoding == Py_None ? PyErr_Format(PyExc_ValueError, "the buffer cannot be decoded as utf-8")
                                   : PyErr_Format(PyExc_ValueError, "the buffer cannot be decoded as %S", encoding);
    default:
        return Slot_DecodeNew(&result[0]);
    }
}

static const PyMethodDef methods[] = {
    {"assign", assign, METH_O, "Copies a Python buffer of the same size into this one."},
    {"assign_to", assign_to, METH_O, "Copies this buffer into a writable Python buffer of the same size."},
    {"to_bytes", to_bytes, METH_NOARGS, "A copy as bytes."},
    {"to_memoryview", to_memoryview, METH_NOARGS, "A copy as memoryview, in the format of the view."},
    {"to_string", (PyCFunction)(void (*)(void))to_string, METH_VARARGS | METH_KEYWORDS, "Decodes it; UTF-8 if not told."},
    {},
};

static const JsMixin files
    = {.module = "_pyodide._jsmixins", .cls = "BufferFiles", .names = "to_file from_file _into_file"};

const JsFamily JsFamily_Buffer = {.all = JS_FLAG_IS_BUFFER, .methods = methods, .mixin = &files};
