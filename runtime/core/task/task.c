/* Runs tasks, and lets them wait.
 *
 * The host enters a task from its own event loop, so a task begins where nothing of Python's is on any stack. Each
 * begins at the same address of the shadow stack, its `base`.
 */
#include "task.h"

#include <emscripten/stack.h>
#include <errno.h>

#include "error.h"
#include "frame.h"
#include "jsproxy/depth.h"
#include "own.h"
#include "state.h"

#define REFUSED                                                                                                       \
    "Cannot stack switch because there is a JavaScript function between here and where JavaScript called Python; "    \
    "use await instead"

static int can_switch;
static int running;        /* a task is, and nothing else */
static uint32_t current;   /* the number of the task whose stack this is; 0 outside of all */
static uint32_t last;      /* the number of the latest task */
static ThreadPart outside; /* while a task runs: what the thread state was before it began or went on */
static char *base;         /* likewise the shadow stack */

void
Task_SetSwitching(int can)
{
    can_switch = can;
}

/* For the glue: what task_run will call. The frame is as for py_call_kwargs. 0 with an exception set. */
PyObject *
task_new(PyObject *callable, Slot *frame, int32_t positional, int32_t keywords)
{
    int32_t values = positional + keywords;
    OWNED PyObject *arguments = PyTuple_New(positional);
    OWNED PyObject *named = arguments && keywords ? PyDict_New() : NULL;
    if (arguments == NULL || (keywords && named == NULL)) {
        Frame_Discard(frame, values + keywords);
        return NULL;
    }
    /* All of the frame is emptied before anything else can run. */
    OWNED PyObject *rest = PyTuple_New(2 * keywords);
    int failed = rest == NULL;
    for (int32_t i = 0; i < values + keywords; i++) {
        if (failed) {
            Frame_Discard(frame + i, values + keywords - i);
            return NULL;
        }
        PyObject *value = Slot_DecodeNew(&frame[i]);
        failed = value == NULL;
        if (i < positional) {
            PyTuple_SET_ITEM(arguments, i, value);
        } else {
            PyTuple_SET_ITEM(rest, i - positional, value);
        }
    }
    for (int32_t i = 0; i < keywords && !failed; i++) {
        failed = PyDict_SetItem(named, PyTuple_GET_ITEM(rest, keywords + i), PyTuple_GET_ITEM(rest, i)) < 0;
    }
    return failed ? NULL : PyTuple_Pack(3, callable, arguments, named ? named : Py_None);
}

static PyObject *
call_new(PyObject *call)
{
    PyObject *named = PyTuple_GET_ITEM(call, 2);
    return PyObject_Call(PyTuple_GET_ITEM(call, 0), PyTuple_GET_ITEM(call, 1), named == Py_None ? NULL : named);
}

/* In a context of its own, as a task of asyncio's. */
static PyObject *
run_new(PyObject *call, char *stack)
{
    OWNED PyObject *context = PyContext_CopyCurrent(); /* there is an outer context after that */
    if (context == NULL) {
        return NULL;
    }
    if (running) { /* the caller has not waited for its turn */
        running = 0;
        PyObject *result = call_new(call);
        running = 1;
        return result;
    }
    outside = ThreadPart_Get();
    base = stack;
    if (PyContext_Enter(context) < 0) {
        return NULL;
    }
    running = 1;
    uint32_t number = current = ++last;
    PyObject *result = call_new(call);
    running = 0;
    current = 0;
    Locks_TaskEnds(number);
    if (PyContext_Exit(context) < 0) {
        Py_CLEAR(result);
    }
    return result;
}

/* Runs what task_new has made and takes it over. The glue calls this as a promising function, and says where the shadow
 * stack begins: this function's own frame is part of what is copied. */
void
task_run(JsVal task, PyObject *call, uint32_t stack)
{
    PyObject *result = run_new(call, (char *)(uintptr_t)stack);
    Slot slot;
    Slot_EncodeSteal(&slot, result);
    /* What failed stays set. */
    PyObject *raised = PyErr_GetRaisedException();
    Py_DECREF(call);
    PyErr_SetRaisedException(raised);
    jsv_finish(task, &slot);
}

uint32_t
Task_Current(void)
{
    return current;
}

const char *
Task_Obstacle(void)
{
    if (!can_switch) {
        return "WebAssembly stack switching not supported in this JavaScript runtime; use await instead";
    }
    if (Depth_Now > 0 && running) {
        return "Cannot stack switch because a JavaScript function called this Python code; use await instead, or let "
               "that function return a promise";
    }
    if (!running) {
        return "Cannot stack switch because the Python entrypoint was a synchronous function. Use "
               "pyFunc.callPromising() to fix, or pyodide.runPythonAsync(); or use await instead.";
    }
    if (State_IsCollecting()) {
        return "Cannot stack switch in a finalizer that the garbage collector calls";
    }
    return NULL;
}

/* What jsv_settled understands; null if the host has refused. There must be no obstacle. */
static JsVal
await(JsVal promise)
{
    size_t size = (size_t)(base - (char *)emscripten_stack_get_current());
    Suspended *state = Suspended_New(&outside, size);
    if (state == NULL) {
        return __builtin_wasm_ref_null_extern();
    }
    uint32_t number = current;
    running = 0;
    current = 0;
    JsVal outcome = Task_Switch(promise, base, Suspended_Stack(state), size);
    outside = ThreadPart_Get();
    running = 1;
    current = number;
    Suspended_Resume(state);
    return outcome;
}

PyObject *
Task_AwaitNew(JsVal promise)
{
    const char *obstacle = Task_Obstacle();
    if (obstacle != NULL) {
        PyErr_SetString(PyExc_RuntimeError, obstacle);
        return NULL;
    }
    for (;;) {
        JsVal outcome = await(promise);
        if (__builtin_wasm_ref_is_null_extern(outcome)) {
            if (!PyErr_Occurred()) {
                PyErr_SetString(PyExc_RuntimeError, REFUSED);
            }
            return NULL;
        }
        Slot slot;
        if (jsv_settled(outcome, &slot) != KIND_MISSING) {
            return Slot_DecodeNew(&slot);
        }
        /* Interrupted. PEP 475: unless the signal's handler raises, the wait goes on. */
        if (PyErr_CheckSignals() < 0) {
            return NULL;
        }
    }
}

int
Task_Wait(JsVal promise)
{
    if (Task_Obstacle() != NULL) {
        return EDEADLK;
    }
    JsVal outcome = await(promise);
    if (__builtin_wasm_ref_is_null_extern(outcome)) {
        PyErr_Clear();
        return EDEADLK;
    }
    Slot slot;
    uint32_t kind = (uint32_t)jsv_settled(outcome, &slot);
    if (kind == KIND_MISSING) {
        return EINTR;
    }
    PyObject *value = Slot_DecodeNew(&slot);
    Py_XDECREF(value);
    /* A callback's: the caller raises it when it looks for signals. */
    bool interrupted = value == NULL && PyErr_ExceptionMatches(PyExc_KeyboardInterrupt);
    PyErr_Clear();
    if (interrupted) {
        PyErr_SetInterrupt();
        return EINTR;
    }
    return value ? 0 : EIO;
}
