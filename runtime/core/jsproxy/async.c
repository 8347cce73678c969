/* Promises, asynchronous iterators and generators. They need an event loop, so their methods are in Python. */
#include "jsproxy.h"

#include "own.h"

#define MODULE "_pyodide._jsmixins"

static const JsMixin promise = {.module = MODULE, .cls = "Promise", .names = "__await__ then catch finally_"};
static const JsMixin iterable = {.module = MODULE, .cls = "AsyncIterable", .names = "__aiter__"};
static const JsMixin iterator = {.module = MODULE, .cls = "AsyncIterator", .names = "__aiter__ __anext__ asend"};
static const JsMixin generator = {.module = MODULE, .cls = "AsyncGenerator", .names = "athrow aclose"};

static PyObject *
athrow(PyObject *self, PyObject *const *args, Py_ssize_t count)
{
    return JsIterator_Throw(self, JS_OP_ASYNC_THROW, args, count);
}

static const PyMethodDef generator_methods[] = {
    {"_athrow", (PyCFunction)(void (*)(void))athrow, METH_FASTCALL, "The promise behind athrow()."},
    {},
};

/* asyncio.gather() and its like keep what they wait for in sets. */
static Py_hash_t
hash_promise(PyObject *self)
{
    return jsv_identity(JsProxy_Get(self));
}

/* A type that brings a hash inherits no comparison. */
static const PyType_Slot promise_slots[] = {
    {Py_tp_hash, hash_promise},
    {Py_tp_richcompare, JsProxy_Compare},
    {},
};

const JsFamily JsFamily_Promise = {.all = JS_FLAG_IS_AWAITABLE, .slots = promise_slots, .mixin = &promise};
const JsFamily JsFamily_AsyncIterable = {.all = JS_FLAG_IS_ASYNC_ITERABLE, .mixin = &iterable};
const JsFamily JsFamily_AsyncIterator = {.all = JS_FLAG_IS_ASYNC_ITERATOR, .mixin = &iterator};
const JsFamily JsFamily_AsyncGenerator
    = {.all = JS_FLAG_IS_ASYNC_GENERATOR, .methods = generator_methods, .mixin = &generator};

/* The type of what call_result() gives; borrowed from its module. */
static PyTypeObject *future_type;

PyObject *
JsPromise_FutureStealNew(PyObject *promise)
{
    OWNED PyObject *convert = PyImport_ImportModuleAttrString(MODULE, "call_result");
    PyObject *future = convert ? PyObject_CallOneArg(convert, promise) : NULL;
    Py_DECREF(promise);
    if (future != NULL) {
        future_type = Py_TYPE(future);
    }
    return future;
}

JsRef
JsPromise_OfFutureNew(PyObject *object)
{
    if (Py_TYPE(object) != future_type) {
        return 0;
    }
    OWNED PyObject *promise = PyObject_GetAttrString(object, "_promise");
    if (promise == NULL) {
        PyErr_Clear();
    }
    return promise != NULL && JsProxy_Check(promise) ? JsRef_Incref(JsProxy_Borrow(promise)) : 0;
}
