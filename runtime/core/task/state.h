/* What belongs to a task while it waits: pieces of Python's thread state, its Python frames, its part of the shadow
 * stack. Only task.c uses this.
 */
#pragma once

#include <Python.h>

/* The pieces of the thread state that a task has of its own. References are moved, not counted. */
typedef struct {
    PyObject *context;
    PyObject *asyncio_task;
    PyObject *delete_later;
    struct _PyInterpreterFrame *frame;
    _PyErr_StackItem *exc_info;
    _PyErr_StackItem exc_state;
    int depth;
    int tracing;
    int what_event;
} ThreadPart;

typedef struct Suspended Suspended;

/* The thread state's pieces, which stay in place. */
ThreadPart ThreadPart_Get(void);

/* Whether the garbage collector is at work: it keeps lists on the shadow stack that others would find. */
int State_IsCollecting(void);

/* Takes the running task's state away and puts `outside` in its place. The shadow stack is only given room, `size`
 * bytes. NULL with MemoryError set, and nothing changed, if there is none. */
Suspended *Suspended_New(const ThreadPart *outside, size_t size);

/* The room for the shadow stack. */
char *Suspended_Stack(Suspended *self);

/* Puts the state back, apart from the shadow stack, which must be in place. Frees it. */
void Suspended_Resume(Suspended *self);
