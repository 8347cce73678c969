/* Iterators and generators for JavaScript. A step leaves the next value in slot 0, or KIND_DONE there and the return
 * value in slot 1.
 */
#include "error.h"
#include "frame.h"
#include "own.h"

/* The result of a step into slot 0. Takes over the value; NULL stands for an exception. */
static int32_t
answer_steal(Slot *frame, PySendResult result, PyObject *value)
{
    if (result != PYGEN_RETURN) {
        return (int32_t)Slot_EncodeSteal(frame, value);
    }
    uint32_t kind = Slot_EncodeSteal(&frame[1], value);
    return (int32_t)(frame->kind = kind == KIND_ERROR ? KIND_ERROR : KIND_DONE);
}

/* What ends a generator: StopIteration with its value. KIND_ERROR for any other exception, which stays set. */
static int32_t
answer_stop(Slot *frame)
{
    if (!PyErr_ExceptionMatches(PyExc_StopIteration)) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    OWNED PyObject *stop = PyErr_GetRaisedException();
    return answer_steal(frame, PYGEN_RETURN, Py_NewRef(((PyStopIterationObject *)stop)->value));
}

int32_t
py_iter(PyObject *object, Slot *out)
{
    return (int32_t)Slot_EncodeSteal(out, PyObject_GetIter(object));
}

/* next(), or send() of what stands in slot 0 if that is not None. */
int32_t
py_send(PyObject *iterator, Slot *frame)
{
    OWNED PyObject *argument = Slot_DecodeNew(&frame[0]);
    if (argument == NULL) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    PyObject *value = NULL;
    PySendResult result = PyIter_Send(iterator, argument, &value);
    return answer_steal(frame, result, value);
}

/* Raises the exception of slot 0 where the generator waits. */
int32_t
py_throw(PyObject *generator, Slot *frame)
{
    OWNED PyObject *exception = Slot_DecodeNew(&frame[0]);
    if (exception == NULL) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    PyObject *value = PyObject_CallMethod(generator, "throw", "O", exception);
    return value ? answer_steal(frame, PYGEN_NEXT, value) : answer_stop(frame);
}

/* JavaScript's return(): raises GeneratorExit where the generator waits. If that comes out again, the generator has
 * ended with the value of slot 0. */
int32_t
py_return(PyObject *generator, Slot *frame)
{
    OWNED PyObject *result = Slot_DecodeNew(&frame[0]);
    if (result == NULL) {
        return (int32_t)(frame->kind = KIND_ERROR);
    }
    PyObject *value = PyObject_CallMethod(generator, "throw", "O", PyExc_GeneratorExit);
    if (value != NULL) {
        return answer_steal(frame, PYGEN_NEXT, value);
    }
    if (PyErr_ExceptionMatches(PyExc_GeneratorExit)) {
        PyErr_Clear();
        return answer_steal(frame, PYGEN_RETURN, Own_Give(&result));
    }
    return answer_stop(frame);
}
