/* Buffers of Python objects, held open for JavaScript. */
#include "frame.h"
#include "own.h"

typedef struct {
    Py_buffer buffer;                      /* first: the glue's handle is the address of both */
    Py_ssize_t strides[PyBUF_MAX_NDIM];    /* for exporters that leave them out */
} Held;

/* Opens the buffer. Slot 0: lo its address, hi the Py_buffer; 1: lo item size, hi dimensions; 2: lo bytes, hi read-only;
 * 3: lo shape, hi strides, aux 1 = C-contiguous, 2 = Fortran-contiguous; 4: the format as text. */
int32_t
buffer_open(PyObject *object, Slot *frame)
{
    Held *held = PyMem_Malloc(sizeof *held);
    if (held == NULL) {
        PyErr_NoMemory();
        return KIND_ERROR;
    }
    Py_buffer *buffer = &held->buffer;
    if (PyObject_GetBuffer(object, buffer, PyBUF_FULL_RO) < 0) {
        PyMem_Free(held);
        return KIND_ERROR;
    }
    if (buffer->suboffsets != NULL) {
        PyErr_SetString(PyExc_BufferError, "JavaScript cannot use a buffer with suboffsets");
        goto fail;
    }
    PyObject *format = PyUnicode_FromString(buffer->format ? buffer->format : "B");
    if (Slot_EncodeSteal(&frame[4], format) == KIND_ERROR) {
        goto fail;
    }
    const Py_ssize_t *strides = buffer->strides;
    if (strides == NULL) {
        /* ctypes leaves them out although they were asked for. */
        PyBuffer_FillContiguousStrides(buffer->ndim, buffer->shape, held->strides, (int)buffer->itemsize, 'C');
        strides = held->strides;
    }
    frame[0].lo = (uint32_t)(uintptr_t)buffer->buf;
    frame[0].hi = (uint32_t)(uintptr_t)buffer;
    frame[1].lo = (uint32_t)buffer->itemsize;
    frame[1].hi = (uint32_t)buffer->ndim;
    frame[2].lo = (uint32_t)buffer->len;
    frame[2].hi = (uint32_t)buffer->readonly;
    frame[3].lo = (uint32_t)(uintptr_t)buffer->shape;
    frame[3].hi = (uint32_t)(uintptr_t)strides;
    frame[3].aux = (uint32_t)(PyBuffer_IsContiguous(buffer, 'C') | PyBuffer_IsContiguous(buffer, 'F') << 1);
    return KIND_UNDEFINED;
fail:
    PyBuffer_Release(buffer);
    PyMem_Free(held);
    return KIND_ERROR;
}

void
buffer_close(uint32_t handle)
{
    Held *held = (Held *)(uintptr_t)handle;
    PyBuffer_Release(&held->buffer);
    PyMem_Free(held);
}
