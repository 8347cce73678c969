/* threading.Lock and RLock in tasks: who waits for a lock lets the tasks run that may release it.
 *
 * CPython's own way is to park the thread, of which there is only one. Its methods are replaced in place, in the table
 * that their descriptors share; they still do all that does not wait. Condition, Event, Semaphore, Barrier and
 * queue.Queue wait by these.
 *
 * An RLock belongs to a thread, so CPython lets every task in. What is held by a task that waits is another's here. A
 * task that ends without a release, as the event loop's callbacks do while a coroutine awaits, leaves its locks to all:
 * coroutines of one event loop share one thread anywhere.
 */
#define Py_BUILD_CORE 1 /* for the locks' own state */
#include "task.h"

#include <internal/pycore_lock.h>
#include <math.h>

#include "jsproxy/jsproxy.h"
#include "own.h"

/* _threadmodule.c keeps these to itself. */
typedef struct {
    PyObject_HEAD
    PyMutex mutex;
} Lock;

typedef struct {
    PyObject_HEAD
    _PyRecursiveMutex mutex;
} RLock;

/* An RLock, not counted, and the task that holds it. */
typedef struct {
    PyObject *lock;
    uint32_t task;
} Held;

static PyCFunctionWithKeywords own_acquire, own_enter;
static PyCFunction own_release, own_leave, own_is_owned, own_release_save, own_acquire_restore;
static Held *held; /* by tasks that have not ended */
static size_t held_count, held_max;
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

/* For a lock that is held. `take` does all but wait. */
static PyObject *
wait_and_take(PyCFunctionWithKeywords take, PyObject *lock, PyObject *arguments, PyObject *keywords, double seconds)
{
    double end = seconds > 0 ? jsv_now() + seconds * 1000 : INFINITY;
    for (;;) {
        const char *obstacle = Task_Obstacle();
        if (obstacle != NULL && seconds > 0) {
            return take(lock, arguments, keywords);
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
        PyObject *got = take(lock, at_once, NULL);
        if (got != Py_False) {
            return got;
        }
    }
}

static PyObject *
take_or_wait(PyCFunctionWithKeywords take, PyObject *lock, PyObject *arguments, PyObject *keywords)
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
        return take(lock, arguments, keywords); /* which complains of what is wrong */
    }
    PyObject *got = take(lock, at_once, NULL);
    return got == Py_False ? wait_and_take(take, lock, arguments, keywords, seconds) : got;
}

/* Lock.acquire() that does not wait; parsing at_once would take as long as all the rest. */
static PyObject *
acquire_now(PyObject *lock, PyObject *arguments, PyObject *keywords)
{
    return arguments == at_once ? PyBool_FromLong(PyMutex_LockFast(&((Lock *)lock)->mutex))
                                : own_acquire(lock, arguments, keywords);
}

static PyObject *
acquire(PyObject *lock, PyObject *arguments, PyObject *keywords)
{
    return take_or_wait(acquire_now, lock, arguments, keywords);
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

static Held *
find_held(PyObject *lock)
{
    for (size_t i = held_count; i-- > 0;) {
        if (held[i].lock == lock) {
            return &held[i];
        }
    }
    return NULL;
}

/* Whether it is free, or belongs to the current task, or to all. */
static int
is_open(PyObject *lock)
{
    Held *found = find_held(lock);
    return found == NULL || found->task == Task_Current() || ((RLock *)lock)->mutex.thread == 0;
}

/* Notes that the current task holds it. -1 with an exception set. */
static int
hold(PyObject *lock)
{
    Held *found = find_held(lock);
    if (found == NULL && Task_Current() != 0) {
        if (held_count == held_max) {
            Held *more = PyMem_RawRealloc(held, (2 * held_max + 8) * sizeof(Held));
            if (more == NULL) {
                PyErr_NoMemory();
                return -1;
            }
            held = more;
            held_max = 2 * held_max + 8;
        }
        found = &held[held_count++];
    }
    if (found != NULL) {
        *found = (Held){lock, Task_Current()};
    }
    return 0;
}

/* After a release: if it is free now, it is nobody's, and who waits goes on. */
static int
let_go(PyObject *lock)
{
    if (((RLock *)lock)->mutex.thread != 0) {
        return 0;
    }
    Held *found = find_held(lock);
    if (found != NULL) {
        *found = held[--held_count];
    }
    return wake(lock);
}

void
Locks_TaskEnds(uint32_t task)
{
    for (size_t i = held_count; i-- > 0;) {
        if (held[i].task == task) {
            held[i] = held[--held_count];
        }
    }
}

/* RLock.acquire() that does not wait. */
static PyObject *
enter_now(PyObject *lock, PyObject *arguments, PyObject *keywords)
{
    int open = is_open(lock);
    if (arguments == at_once) {
        if (!open) {
            Py_RETURN_FALSE;
        }
        _PyRecursiveMutex_Lock(&((RLock *)lock)->mutex); /* free, or this thread's */
        if (hold(lock) < 0) {
            _PyRecursiveMutex_Unlock(&((RLock *)lock)->mutex);
            return NULL;
        }
        Py_RETURN_TRUE;
    }
    OWNED PyObject *got = own_enter(lock, arguments, keywords);
    if (got != Py_True || (open && hold(lock) == 0)) {
        return Own_Give(&got);
    }
    OWNED PyObject *left = own_leave(lock, NULL);
    return left && open ? NULL : PyBool_FromLong(0);
}

static PyObject *
enter(PyObject *lock, PyObject *arguments, PyObject *keywords)
{
    return take_or_wait(enter_now, lock, arguments, keywords);
}

/* What gives up a lock, or complains that it is not held. */
static PyObject *
give_up(PyCFunction own, PyObject *lock)
{
    if (!is_open(lock)) {
        PyErr_SetString(PyExc_RuntimeError, "cannot release un-acquired lock");
        return NULL;
    }
    OWNED PyObject *result = own(lock, NULL);
    return result == NULL || let_go(lock) < 0 ? NULL : Own_Give(&result);
}

static PyObject *
leave(PyObject *lock, PyObject *Py_UNUSED(ignored))
{
    return give_up(own_leave, lock);
}

static PyObject *
release_save(PyObject *lock, PyObject *Py_UNUSED(ignored))
{
    return give_up(own_release_save, lock);
}

/* By Condition, when it has waited: first gets the lock, then restores how often it was held. */
static PyObject *
acquire_restore(PyObject *lock, PyObject *arguments)
{
    OWNED PyObject *none = PyTuple_New(0);
    OWNED PyObject *got = none ? enter(lock, none, NULL) : NULL;
    return got ? own_acquire_restore(lock, arguments) : NULL;
}

static PyObject *
is_owned(PyObject *lock, PyObject *ignored)
{
    return is_open(lock) ? own_is_owned(lock, ignored) : PyBool_FromLong(0);
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
    OWNED PyObject *recursive = type ? PyObject_GetAttrString(module, "RLock") : NULL;
    at_once = recursive ? PyTuple_Pack(1, Py_False) : NULL;
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
    for (const char **name = (const char *[]){"acquire", "__enter__", NULL}; *name; name++) {
        own_enter = (PyCFunctionWithKeywords)(void *)replace(recursive, *name, (PyCFunction)(void *)enter);
    }
    for (const char **name = (const char *[]){"release", "__exit__", NULL}; *name; name++) {
        own_leave = replace(recursive, *name, leave);
    }
    own_is_owned = replace(recursive, "_is_owned", is_owned);
    own_release_save = replace(recursive, "_release_save", release_save);
    own_acquire_restore = replace(recursive, "_acquire_restore", acquire_restore);
    return own_acquire && own_release && own_enter && own_leave && own_is_owned && own_release_save
            && own_acquire_restore
        ? 0
        : -1;
}
