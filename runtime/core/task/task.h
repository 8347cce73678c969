/* Tasks: calls of Python from JavaScript that may wait for promises. See task.c.
 *
 * The host runs each on a stack of its own (JSPI) and comes back when the call ends or waits. One task at most is
 * running; those that wait have taken along all that belongs to them (state.h).
 */
#pragma once

#include <Python.h>

#include "abi.h"

/* The number of the current task; 0 outside of all. */
uint32_t Task_Current(void);

/* Why the current code cannot wait; NULL if it can. */
const char *Task_Obstacle(void);

/* What a promise is fulfilled with, after other code has run. NULL with an exception set: what it is rejected with,
 * what an interrupt raises, or RuntimeError if the host refuses to switch stacks. */
PyObject *Task_AwaitNew(JsVal promise);

/* Waits until the promise is settled, however. 0, or EINTR for a signal that waits to be handled, or EDEADLK if there is
 * an obstacle, or EIO for a promise that was rejected. */
int Task_Wait(JsVal promise);

/* switch.c: copies the shadow stack, whose `size` is that from the caller's frame to `base`, gives it up and waits for
 * the promise; then the stack is back. Null if the host refuses. */
JsVal Task_Switch(JsVal promise, char *base, char *copy, size_t size);

/* The engine can switch stacks; core_start says so. */
void Task_SetSwitching(int can);

/* wait.c: functions of _pyodide_core. */
PyObject *Wait_RunSync(PyObject *module, PyObject *awaitable);
PyObject *Wait_CanRunSync(PyObject *module, PyObject *ignored);
int Wait_Init(void); /* makes time.sleep() one that waits */

/* signals.c: functions of _pyodide_core. */
PyObject *Signals_Hold(PyObject *module, PyObject *const *args, Py_ssize_t count, PyObject *names);
PyObject *Signals_Heed(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* locks.c */
int Locks_Init(void);               /* makes threading's locks ones that wait */
void Locks_TaskEnds(uint32_t task); /* what it holds is everybody's */
