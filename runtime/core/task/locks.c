/* threading.Lock in tasks: who waits for a lock lets the tasks run that may release it.
 *
 * CPython's own way is to park the thread, of which there is only one. Its methods are replaced in place, in the table
 * that their descriptors share; they still do all that does not wait. Condition, Event, Semaphore, Barrier and
 * queue.Queue wait by these.
 */
#include "task.h"

#include <math.h>

#include "jsproxy/jsproxy.h"
#include "own.h"

static PyCFunctionWithKeywords own_acquire;
static PyCFunction own_release;
static PyObject *at_once; /* own_acquire's arguments */
static PyObject *waiting; /* a dict: of each lock that tasks wait for, a list of the promises that they wait for */

/* Lets the one go on that waits for the lock longest. */
static int
wake(PyObject *lock)
{
    PyObject *promises;
    if (PyDict_GET_SIZE(waiting) == 0 || (promises = PyDict_GetItemWithError(waiting, lock)) == NULL) {
        return PyErr_Occurred() ? -1 : 0;
    }
    OWNED PyObject *first = Py_NewRef(PyList_GET_ITEM(promises, 0));
    return (PyList_GET_SIZE(promises) > 1 ? PyList_SetSlice(promises, 0, 1, NULL) : PyDict_DelItem(waiting, lock)) < 0
        ? -1
        : JsOp_Do(first, JS_OP_TIMER_END, NULL, 0);
}

/* Waits until the lock may be free, or for so many milliseconds. -1 with an exception set. */
static int
wait_for(PyObject *lock, double milliseconds)
{
    OWNED PyObject *limit = PyFloat_FromDouble(milliseconds);
    OWNED PyObject *promise = limit ? JsOp_New(NULL, JS_OP_TIMER, &limit, 1) : NULL;
    OWNED PyObject *none = promise ? PyList_New(0) : NULL;
    OWNED PyObject *promises = NULL;
    if (none == NULL || PyDict_SetDefaultRef(waiting, lock, none, &promises) < 0
        || PyList_Append(promises, promise) < 0) {
        return -1;
    }
    OWNED PyObject *done = Task_AwaitNew(JsProxy_Get(promise));
    /* It is still there if it was not woken. */
    OWNED PyObject *raised = PyErr_GetRaisedException();
    int listed = PySequence_Contains(promises, promise);
    if (listed > 0) {
        OWNED PyObject *removed = PyObject_CallMethod(promises, "remove", "O", promise);
        listed = removed == NULL || JsOp_Do(promise, JS_OP_TIMER_CANCEL, NULL, 0) < 0 ? -1 : 1;
        if (PyList_GET_SIZE(promises) == 0 && PyDict_Pop(waiting, lock, NULL) < 0) {
            listed = -1;
        }
    } else if (listed == 0 && done == NULL) {
        listed = wake(lock); /* it does not take its turn */
    }
    if (raised != NULL) {
        PyErr_Clear();
        PyErr_SetRaisedException(Own_Give(&raised));
    }
    return done == NULL || listed < 0 ? -1 : 0;
}

/* For a lock that is held. */
static PyObject *
wait_and_acquire(PyObject *lock, PyObject *arguments, PyObject *keywords, double seconds)
{
    double end = seconds > 0 ? jsv_now() + seconds * 1000 : INFINITY;
    for (;;) {
        const char *obstacle = Task_Obstacle();
        if (obstacle != NULL && seconds > 0) {
            return own_acquire(lock, arguments, keywords);
        }
        if (obstacle != NULL) {
            return PyErr_Format(
                PyExc_RuntimeError, "This lock is held, and nobody else can run to release it: %s", obstacle);
        }
        double left = end - jsv_now();
        if (left <= 0) {
            Py_RETURN_FALSE;
        }
        if (wait_for(lock, left) < 0) {
            return NULL;
        }
        PyObject *got = own_acquire(lock, at_once, NULL);
        if (got != Py_False) {
            return got;
        }
    }
}

static PyObject *
acquire(PyObject *lock, PyObject *arguments, PyObject *keywords)
{
    static char *names[] = {"blocking", "timeout", NULL};
    int blocking = 1;
    PyObject *timeout = NULL;
    double seconds = -1;
    if ((PyTuple_GET_SIZE(arguments) > 0 || keywords != NULL)
        && !PyArg_ParseTupleAndKeywords(arguments, keywords, "|pO:acquire", names, &blocking, &timeout)) {
        return NULL;
    }
    if (timeout != NULL && (seconds = PyFloat_AsDouble(timeout)) == -1 && PyErr_Occurred()) {
        PyErr_Clear();
        blocking = 0;
    }
    if (!blocking || !(seconds > 0 || seconds == -1) || seconds * 1e6 > (double)PY_TIMEOUT_MAX) {
        return own_acquire(lock, arguments, keywords); /* which complains of what is wrong */
    }
    PyObject *got = own_acquire(lock, at_once, NULL);
    return got == Py_False ? wait_and_acquire(lock, arguments, keywords, seconds) : got;
}

static PyObject *
release(PyObject *lock, PyObject *ignored)
{
    OWNED PyObject *result = own_release(lock, ignored);
    if (result != NULL && wake(lock) < 0) {
        return NULL;
    }
    return Own_Give(&result);
}

/* Replaces a method and returns what it was. NULL with an exception set. */
static PyCFunction
replace(PyObject *type, const char *name, PyCFunction method)
{
    OWNED PyObject *descriptor = PyObject_GetAttrString(type, name);
    if (descriptor == NULL) {
        return NULL;
    }
    PyMethodDef *entry = ((PyMethodDescrObject *)descriptor)->d_method;
    PyCFunction was = entry->ml_meth;
    entry->ml_meth = method;
    return was;
}

int
Locks_Init(void)
{
    OWNED PyObject *module = PyImport_ImportModule("_thread");
    OWNED PyObject *type = module ? PyObject_GetAttrString(module, "lock") : NULL;
    at_once = type ? PyTuple_Pack(1, Py_False) : NULL;
    waiting = at_once ? PyDict_New() : NULL;
    if (waiting == NULL) {
        return -1;
    }
    for (const char **name = (const char *[]){"acquire", "acquire_lock", "__enter__", NULL}; *name; name++) {
        own_acquire = (PyCFunctionWithKeywords)(void *)replace(type, *name, (PyCFunction)(void *)acquire);
    }
    for (const char **name = (const char *[]){"release", "release_lock", "__exit__", NULL}; *name; name++) {
        own_release = replace(type, *name, release);
    }
    return own_acquire && own_release ? 0 : -1;
}
