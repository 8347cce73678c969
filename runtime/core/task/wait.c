/* Functions of Python that wait: run_sync(), time.sleep(). */
#define Py_BUILD_CORE 1 /* for time.sleep()'s own conversion */
#include "task.h"

#include <internal/pycore_time.h>

#include "jsproxy/jsproxy.h"
#include "own.h"

/* run_sync(awaitable): its result, when it is there. What is no promise, Python's event loop runs. */
PyObject *
Wait_RunSync(PyObject *Py_UNUSED(module), PyObject *awaitable)
{
    if (JsProxy_Check(awaitable) && JsProxy_Flags(awaitable) & JS_FLAG_IS_AWAITABLE) {
        return Task_AwaitNew(JsProxy_Get(awaitable));
    }
    OWNED PyObject *module = PyImport_ImportModule("_pyodide._waiting");
    return module ? PyObject_CallMethod(module, "run", "(Oz)", awaitable, Task_Obstacle()) : NULL;
}

PyObject *
Wait_CanRunSync(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    return PyBool_FromLong(Task_Obstacle() == NULL);
}

static PyObject *blocking_sleep; /* CPython's own time.sleep() */

static PyObject *
sleep_for(PyObject *Py_UNUSED(module), PyObject *seconds)
{
    if (Task_Obstacle() != NULL) {
        return PyObject_CallOneArg(blocking_sleep, seconds);
    }
    PyTime_t time;
    if (PySys_Audit("time.sleep", "O", seconds) < 0
        || _PyTime_FromSecondsObject(&time, seconds, _PyTime_ROUND_TIMEOUT) < 0) {
        return NULL;
    }
    if (time < 0) {
        PyErr_SetString(PyExc_ValueError, "sleep length must be non-negative");
        return NULL;
    }
    OWNED PyObject *milliseconds = PyFloat_FromDouble(PyTime_AsSecondsDouble(time) * 1000);
    OWNED PyObject *timer = milliseconds ? JsOp_New(NULL, JS_OP_TIMER, &milliseconds, 1) : NULL;
    if (timer == NULL) {
        return NULL;
    }
    PyObject *result = Task_AwaitNew(JsProxy_Get(timer));
    if (result == NULL) { /* interrupted */
        PyObject *raised = PyErr_GetRaisedException();
        if (JsOp_Do(timer, JS_OP_TIMER_CANCEL, NULL, 0) < 0) {
            PyErr_Clear();
        }
        PyErr_SetRaisedException(raised);
    }
    return result;
}

static PyMethodDef sleep_method = {
    "sleep", sleep_for, METH_O, "sleep(seconds)\n\nSuspend this task, or block where that is not possible."};

int
Wait_Init(void)
{
    OWNED PyObject *time = PyImport_ImportModule("time");
    OWNED PyObject *name = PyUnicode_FromString("time");
    OWNED PyObject *sleep = name ? PyCFunction_NewEx(&sleep_method, time, name) : NULL;
    if (time == NULL || sleep == NULL) {
        return -1;
    }
    blocking_sleep = PyObject_GetAttrString(time, "sleep");
    return blocking_sleep ? PyObject_SetAttrString(time, "sleep", sleep) : -1;
}
