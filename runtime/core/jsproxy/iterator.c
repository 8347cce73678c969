/* Iterables, iterators and generators. */
#include "error.h"
#include "frame.h"
#include "jsproxy.h"
#include "own.h"

static PyObject *
iterate(PyObject *self)
{
    return JsOp_New(self, JS_OP_ITERATE, NULL, 0);
}

static PyObject *
iterator_next(PyObject *self)
{
    Slot result[2];
    uint32_t kind = JsOp_Run(self, JS_OP_NEXT, NULL, 0, result);
    if (kind != KIND_DONE) {
        return kind == KIND_ERROR ? NULL : Slot_DecodeNew(&result[0]);
    }
    OWNED PyObject *value = Slot_DecodeNew(&result[1]);
    if (value == NULL || value == Py_None) {
        return NULL; /* the usual end needs no exception */
    }
    OWNED PyObject *stop = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (stop != NULL) {
        PyErr_SetObject(PyExc_StopIteration, stop);
    }
    return NULL;
}

static PyObject *
iterator_send(PyObject *self, PyObject *value)
{
    return JsOp_New(self, JS_OP_NEXT, &value, 1);
}

PyObject *
JsIterator_Throw(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count)
{
    if (count < 1 || count > 3) {
        PyErr_Format(PyExc_TypeError, "throw() takes 1 to 3 arguments, not %zd", count);
        return NULL;
    }
    PyObject *type = args[0], *value = count > 1 && args[1] != Py_None ? args[1] : NULL;
    OWNED PyObject *error = NULL;
    if (PyExceptionInstance_Check(type) && value == NULL) {
        error = Py_NewRef(type);
    } else if (PyExceptionClass_Check(type)) {
        error = value && PyObject_TypeCheck(value, (PyTypeObject *)type) ? Py_NewRef(value)
                : value                                                  ? PyObject_CallOneArg(type, value)
                                                                         : PyObject_CallNoArgs(type);
        if (error == NULL) {
            return NULL;
        }
    }
    if (error == NULL || !PyExceptionInstance_Check(error)) {
        PyErr_SetString(PyExc_TypeError, "exceptions must be classes or instances deriving from BaseException");
        return NULL;
    }
    if (JsProxy_Check(error)) {
        return JsOp_New(self, op, &error, 1);
    }
    PyErr_SetRaisedException(Own_Give(&error)); /* for the glue, which throws it */
    return JsOp_New(self, op, NULL, 0);
}

static PyObject *
generator_throw(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return JsIterator_Throw(self, JS_OP_THROW, args, count);
}

static PyObject *
generator_close(PyObject *self, PyObject *Py_UNUSED(ignored))
{
    Slot result[2];
    switch (JsOp_Run(self, JS_OP_RETURN, NULL, 0, result)) {
    case KIND_ERROR:
        return NULL;
    case KIND_DONE:
        return Slot_DecodeNew(&result[1]);
    default: {
        OWNED PyObject *value = Slot_DecodeNew(&result[0]);
        if (value != NULL) {
            PyErr_SetString(PyExc_RuntimeError, "the JavaScript generator ignored its return()");
        }
        return NULL;
    }
    }
}

static const PyType_Slot iterable_slots[] = {
    {Py_tp_iter, iterate},
    {},
};

static const PyType_Slot iterator_slots[] = {
    {Py_tp_iter, PyObject_SelfIter},
    {Py_tp_iternext, iterator_next},
    {},
};

static const PyMethodDef iterator_methods[] = {
    {"send", iterator_send, METH_O, "The next value, after passing one to JavaScript's next()."},
    {},
};

static const PyMethodDef generator_methods[] = {
    {"throw", (PyCFunction)(void (*)(void))generator_throw, METH_FASTCALL, "Throws an exception into the generator."},
    {"close", generator_close, METH_NOARGS, "Ends the generator."},
    {},
};

const JsFamily JsFamily_Iterable = {.all = JS_FLAG_IS_ITERABLE, .slots = iterable_slots};
const JsFamily JsFamily_Iterator
    = {.all = JS_FLAG_IS_ITERATOR, .slots = iterator_slots, .methods = iterator_methods};
const JsFamily JsFamily_Generator = {.all = JS_FLAG_IS_GENERATOR, .methods = generator_methods};
