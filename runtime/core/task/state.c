/* The state of tasks that wait. The idea, and what belongs to it, is greenlet's (PyThreadState.cpp there).
 *
 * There is one thread state for all tasks: thread identity, threading.local, trace functions and the event loop are
 * shared. A task's Python frames stay where they are, in a chunk of the data stack that the task takes along; the
 * others get another chunk. Its part of the shadow stack is copied.
 */
#define Py_BUILD_CORE 1
#include "state.h"

#include <internal/pycore_interp.h>
#include <internal/pycore_interpframe_structs.h>
#include <internal/pycore_pystate.h>
#include <internal/pycore_tstate.h>

/* Bytes of the chunk that the frames of others begin in: some 30 frames. CPython adds larger ones as needed. */
#define CHUNK_SIZE 4096
#define SPARE_MAX 64

/* A frame whose caller's is behind one on the C stack. */
typedef struct {
    struct _PyInterpreterFrame *frame;
    struct _PyInterpreterFrame *entry;
} Link;

struct Suspended {
    ThreadPart thread;
    _PyStackChunk *chunk;
    PyObject **top;
    PyObject **limit;
    size_t link_count;
    Link *links;
    char stack[];
};

static _PyStackChunk *spare; /* chunks that nobody uses, linked by `previous` */
static int spare_count;

int
State_IsCollecting(void)
{
    return _PyInterpreterState_GET()->gc.collecting;
}

ThreadPart
ThreadPart_Get(void)
{
    PyThreadState *state = _PyThreadState_GET();
    return (ThreadPart){
        .context = state->context,
        .asyncio_task = ((_PyThreadStateImpl *)state)->asyncio_running_task,
        .delete_later = state->delete_later,
        .frame = state->current_frame,
        .exc_info = state->exc_info,
        .exc_state = state->exc_state,
        .depth = state->py_recursion_limit - state->py_recursion_remaining,
        .tracing = state->tracing,
        .what_event = state->what_event,
    };
}

static void
put_thread_part(const ThreadPart *part)
{
    PyThreadState *state = _PyThreadState_GET();
    state->context = part->context;
    state->context_ver++; /* what context variables have cached does not hold */
    ((_PyThreadStateImpl *)state)->asyncio_running_task = part->asyncio_task;
    state->delete_later = part->delete_later;
    state->current_frame = part->frame;
    state->exc_info = part->exc_info;
    state->exc_state = part->exc_state;
    state->py_recursion_remaining = state->py_recursion_limit - part->depth;
    state->tracing = part->tracing;
    state->what_event = part->what_event;
}

static _PyStackChunk *
chunk_new(void)
{
    _PyStackChunk *chunk = spare;
    if (chunk != NULL) {
        spare = chunk->previous;
        spare_count--;
    } else {
        chunk = PyMem_RawMalloc(CHUNK_SIZE);
        if (chunk == NULL) {
            return NULL;
        }
        chunk->size = CHUNK_SIZE;
    }
    chunk->previous = NULL;
    chunk->top = 0;
    return chunk;
}

static void
chunk_free(_PyStackChunk *chunk)
{
    /* The first chunk of all is CPython's, and larger. */
    if (spare_count >= SPARE_MAX && chunk->size == CHUNK_SIZE) {
        PyMem_RawFree(chunk);
    } else {
        chunk->previous = spare;
        spare = chunk;
        spare_count++;
    }
}

static void
put_data_stack(_PyStackChunk *chunk, PyObject **top, PyObject **limit)
{
    PyThreadState *state = _PyThreadState_GET();
    state->datastack_chunk = chunk;
    state->datastack_top = top;
    state->datastack_limit = limit;
}

static inline int
is_entry(const struct _PyInterpreterFrame *frame)
{
    return frame->owner == FRAME_OWNED_BY_INTERPRETER;
}

/* Counts the frames whose `previous` is on the C stack. With `links`, notes them and lets them refer to the next
 * frame that is not: somebody may hold a frame of the task and ask for f_back while the C stack belongs to others. */
static size_t
find_links(struct _PyInterpreterFrame *frame, Link *links)
{
    size_t count = 0;
    while (frame != NULL) {
        struct _PyInterpreterFrame *previous = frame->previous;
        if (!is_entry(frame) && previous != NULL && is_entry(previous)) {
            struct _PyInterpreterFrame *entry = previous;
            while (previous != NULL && is_entry(previous)) {
                previous = previous->previous;
            }
            if (links != NULL) {
                links[count] = (Link){frame, entry};
                frame->previous = previous;
            }
            count++;
        }
        frame = previous;
    }
    return count;
}

Suspended *
Suspended_New(const ThreadPart *outside, size_t size)
{
    PyThreadState *state = _PyThreadState_GET();
    size_t count = find_links(state->current_frame, NULL);
    Suspended *self = PyMem_RawMalloc(sizeof(Suspended) + size + count * sizeof(Link));
    _PyStackChunk *chunk = self ? chunk_new() : NULL;
    if (chunk == NULL) {
        PyMem_RawFree(self);
        PyErr_NoMemory();
        return NULL;
    }
    *self = (Suspended){
        .thread = ThreadPart_Get(),
        .chunk = state->datastack_chunk,
        .top = state->datastack_top,
        .limit = state->datastack_limit,
        .link_count = count,
        .links = (Link *)(self->stack + size), /* the stack is aligned to 16 bytes, so is its size */
    };
    find_links(state->current_frame, self->links);
    /* A root chunk leaves its first place free: so CPython never takes it for one that it can drop. */
    put_data_stack(chunk, &chunk->data[1], (PyObject **)((char *)chunk + chunk->size));
    put_thread_part(outside);
    return self;
}

char *
Suspended_Stack(Suspended *self)
{
    return self->stack;
}

void
Suspended_Resume(Suspended *self)
{
    chunk_free(_PyThreadState_GET()->datastack_chunk); /* nothing runs, so it is one chunk, and empty */
    put_data_stack(self->chunk, self->top, self->limit);
    put_thread_part(&self->thread);
    for (size_t i = 0; i < self->link_count; i++) {
        self->links[i].frame->previous = self->links[i].entry;
    }
    PyMem_RawFree(self);
}
