/* Slots to Python values and back: the implicit translation between the two languages.
 *
 * Owns the mailbox, the frame that JavaScript writes. The rules of ownership stand in frame.h.
 */
#include <Python.h>

#include "error.h"
#include "frame.h"
#include "jsbigint.h"
#include "jsnull.h"
#include "jsproxy/jsproxy.h"
#include "jsref.h"
#include "own.h"
#include "pyproxy/flags.h"

#define MAX_SAFE_INTEGER ((1ll << 53) - 1)

static struct {
    Slot slots[MAILBOX_SLOTS];
    char text[MAILBOX_TEXT];
} mailbox;

static PyObject *null_value = Py_None;

Slot *
frame_address(void)
{
    return mailbox.slots;
}

/* Blocks for the glue, as realloc and free. 0 if there is no memory. */
void *
block_resize(void *block, uint32_t size)
{
    return PyMem_RawRealloc(block, size);
}

void
block_free(void *block)
{
    PyMem_RawFree(block);
}

void
Frame_SetNullIsNone(int yes)
{
    null_value = yes ? Py_None : JsNull_Borrow();
}

/* A block that the slot gave us. */
static inline void
free_block(const Slot *slot)
{
    if (slot->hi) {
        PyMem_RawFree((void *)(uintptr_t)slot->lo);
    }
}

static PyObject *
decode_text(Slot *slot)
{
    Py_ssize_t length = (Py_ssize_t)slot->aux;
    const void *data = (const void *)(uintptr_t)slot->lo;
    PyObject *text;
    if (slot->kind == KIND_ASCII) {
        /* PyUnicode_New shares the empty string, but not those of one character. */
        if (length == 1) {
            text = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, data, 1);
        } else {
            text = PyUnicode_New(length, 127);
            if (text != NULL) {
                memcpy(PyUnicode_1BYTE_DATA(text), data, (size_t)length);
            }
        }
    } else if (slot->kind == KIND_LATIN1) {
        text = PyUnicode_FromKindAndData(PyUnicode_1BYTE_KIND, data, length);
    } else {
        /* UTF-16 with lone surrogates kept. */
        int byteorder = -1;
        text = PyUnicode_DecodeUTF16(data, length * 2, "surrogatepass", &byteorder);
    }
    free_block(slot);
    return text;
}

PyObject *
Slot_DecodeNew(Slot *slot)
{
    switch ((Kind)slot->kind) {
    case KIND_UNDEFINED:
        return Py_None;
    case KIND_NULL:
        return Py_NewRef(null_value);
    case KIND_FALSE:
        return Py_False;
    case KIND_TRUE:
        return Py_True;
    case KIND_I32:
        return PyLong_FromLong(slot->i32);
    case KIND_F64:
        return PyFloat_FromDouble(slot->f64);
    case KIND_F64_INT:
        return PyLong_FromInt64((int64_t)slot->f64);
    case KIND_I64:
        return JsBigInt_StealNew(PyLong_FromInt64(slot->i64));
    case KIND_BIGINT: {
        PyObject *value = PyLong_FromNativeBytes(
            (const void *)(uintptr_t)slot->lo, slot->aux * 8, Py_ASNATIVEBYTES_LITTLE_ENDIAN);
        free_block(slot);
        return JsBigInt_StealNew(value);
    }
    case KIND_ASCII:
    case KIND_LATIN1:
    case KIND_UCS2:
        return decode_text(slot);
    case KIND_PYOBJ: {
        PyObject *object = (PyObject *)(uintptr_t)slot->lo;
        return slot->aux ? object : Py_NewRef(object);
    }
    case KIND_JSREF:
        return JsProxy_StealNew(slot->lo, slot->aux);
    case KIND_ERROR:
        Error_FromJs();
        return NULL;
    default: /* never in a frame towards Python */
        break;
    }
    PyErr_Format(PyExc_SystemError, "cannot decode a slot of kind %u", slot->kind);
    return NULL;
}

void
Slot_BorrowText(Slot *slot, PyObject *text)
{
    static const uint8_t kinds[] = {
        [PyUnicode_1BYTE_KIND] = KIND_LATIN1, [PyUnicode_2BYTE_KIND] = KIND_UCS2, [PyUnicode_4BYTE_KIND] = KIND_UCS4};
    slot->kind = PyUnicode_IS_ASCII(text) ? KIND_ASCII : kinds[PyUnicode_KIND(text)];
    slot->aux = (uint32_t)PyUnicode_GET_LENGTH(text);
    slot->lo = (uint32_t)(uintptr_t)PyUnicode_DATA(text);
    slot->hi = 0;
}

static uint32_t
encode_text(Slot *slot, PyObject *text)
{
    Slot_BorrowText(slot, text);
    slot->hi = (uint32_t)(uintptr_t)Py_NewRef(text);
    return slot->kind;
}

static uint32_t
encode_bytes_of_int(Slot *slot, PyObject *value)
{
    Py_ssize_t needed = PyLong_AsNativeBytes(value, NULL, 0, Py_ASNATIVEBYTES_LITTLE_ENDIAN);
    if (needed < 0) {
        return slot->kind = KIND_ERROR;
    }
    Py_ssize_t words = (needed + 7) / 8;
    OWNED PyObject *bytes = PyBytes_FromStringAndSize(NULL, words * 8);
    if (bytes == NULL
        || PyLong_AsNativeBytes(value, PyBytes_AS_STRING(bytes), words * 8, Py_ASNATIVEBYTES_LITTLE_ENDIAN) < 0) {
        return slot->kind = KIND_ERROR;
    }
    slot->aux = (uint32_t)words;
    slot->lo = (uint32_t)(uintptr_t)PyBytes_AS_STRING(bytes);
    slot->hi = (uint32_t)(uintptr_t)Own_Give(&bytes);
    return slot->kind = KIND_BIGINT;
}

/* Any int, also of a subclass; `big` for those that are a bigint whatever their size. */
static uint32_t
encode_int(Slot *slot, PyObject *value, int big)
{
    if (!big && PyUnstable_Long_IsCompact((PyLongObject *)value)) {
        /* One digit of 30 bits and a sign. */
        slot->i32 = (int32_t)PyUnstable_Long_CompactValue((PyLongObject *)value);
        return slot->kind = KIND_I32;
    }
    int overflow;
    long long number = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) {
        return encode_bytes_of_int(slot, value);
    }
    if (big || number > MAX_SAFE_INTEGER || number < -MAX_SAFE_INTEGER) {
        slot->i64 = number;
        return slot->kind = KIND_I64;
    }
    slot->f64 = (double)number;
    return slot->kind = KIND_F64_INT;
}

uint32_t
Slot_EncodeObject(Slot *slot, PyObject *value)
{
    Py_INCREF(value); /* first, because asking for the flags may run Python code */
    uint32_t flags;
    if (PyFlags_Of(value, &flags) < 0) {
        Py_DECREF(value);
        return slot->kind = KIND_ERROR;
    }
    slot->aux = flags;
    slot->lo = (uint32_t)(uintptr_t)value;
    return slot->kind = KIND_PYOBJ;
}

uint32_t
Slot_Encode(Slot *slot, PyObject *value)
{
    PyTypeObject *type = Py_TYPE(value);
    if (type == &PyLong_Type) {
        return encode_int(slot, value, 0);
    }
    if (type == &PyUnicode_Type) {
        return encode_text(slot, value);
    }
    if (value == Py_None) {
        return slot->kind = KIND_UNDEFINED;
    }
    if (type == &PyBool_Type) {
        return slot->kind = value == Py_True ? KIND_TRUE : KIND_FALSE;
    }
    if (PyFloat_Check(value)) {
        slot->f64 = PyFloat_AS_DOUBLE(value);
        return slot->kind = KIND_F64;
    }
    if (JsProxy_Check(value)) {
        slot->lo = JsRef_Incref(JsProxy_Borrow(value));
        return slot->kind = KIND_JSREF;
    }
    if (value == JsNull_Borrow()) {
        return slot->kind = KIND_NULL;
    }
    if (PyLong_Check(value)) {
        return encode_int(slot, value, JsBigInt_Check(value));
    }
    if (PyUnicode_Check(value)) {
        return encode_text(slot, value);
    }
    JsRef promise = JsPromise_OfFutureNew(value);
    if (promise) {
        slot->lo = promise;
        return slot->kind = KIND_JSREF;
    }
    return Slot_EncodeObject(slot, value);
}

uint32_t
Slot_EncodeSteal(Slot *slot, PyObject *value)
{
    if (value == NULL) {
        return slot->kind = KIND_ERROR;
    }
    uint32_t kind = Slot_Encode(slot, value);
    Py_DECREF(value);
    return kind;
}

void
Slot_Clear(Slot *slot)
{
    switch ((Kind)slot->kind) {
    case KIND_PYOBJ:
        Py_DECREF((PyObject *)(uintptr_t)slot->lo);
        break;
    case KIND_JSREF:
        JsRef_Decref(slot->lo);
        break;
    case KIND_ASCII:
    case KIND_LATIN1:
    case KIND_UCS2:
    case KIND_UCS4:
    case KIND_BIGINT:
        Py_XDECREF((PyObject *)(uintptr_t)slot->hi);
        break;
    default:
        break;
    }
    slot->kind = KIND_UNDEFINED;
}

void
Frame_Discard(Slot *frame, int32_t count)
{
    for (int32_t i = 0; i < count; i++) {
        switch ((Kind)frame[i].kind) {
        case KIND_PYOBJ:
            if (frame[i].aux) {
                Py_DECREF((PyObject *)(uintptr_t)frame[i].lo);
            }
            break;
        case KIND_JSREF:
            JsRef_Decref(frame[i].lo);
            break;
        case KIND_ASCII:
        case KIND_LATIN1:
        case KIND_UCS2:
        case KIND_BIGINT:
            free_block(&frame[i]);
            break;
        default:
            break;
        }
    }
}

/* A frame that the glue could not finish. */
void
frame_discard(Slot *frame, int32_t count)
{
    Frame_Discard(frame, count);
}
