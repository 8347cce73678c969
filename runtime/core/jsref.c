/* The handle table: JavaScript values that live in linear memory.
 *
 * Owns one WebAssembly table of externref and, beside it, one record per table slot. A handle packs the slot's index
 * with the slot's version; freeing a slot changes its version, so that a stale handle is detected and never names
 * another object (the version wraps after 128 reuses of one slot).
 *
 * Invariants:  - slot 0 is never given out, so no handle is 0;
 *              - a free record's `count` is 0 and `next` links the free list;
 *              - a free table slot holds null, so that the garbage collector sees nothing through it.
 *
 * Callers: everything in the core; the glue through handle_new, handle_get and handle_pop. Immortal and unique handles
 * are for extension modules that keep JavaScript values in linear memory.
 */
#include <Python.h>

#include "jsref.h"

#define INDEX_BITS 25
#define VERSION_BITS 7
#define INDEX_MASK ((1u << INDEX_BITS) - 1)
#define VERSION_MASK ((1u << VERSION_BITS) - 1)
#define IMMORTAL UINT32_MAX
#define FIRST_SIZE 256u

_Static_assert(INDEX_BITS + VERSION_BITS == 32, "a handle is 32 bits");

typedef struct {
    uint32_t count; /* references; 0 = free */
    uint32_t next;  /* next free slot while free */
    uint8_t version;
} Record;

static __externref_t table[0];
static Record *records;
static uint32_t size; /* of both */
static uint32_t free_head;
static int32_t live;

static inline JsRef
handle_of(uint32_t index)
{
    return index | ((uint32_t)records[index].version << INDEX_BITS);
}

static _Noreturn void
die_stale(JsRef ref)
{
    char message[64];
    PyOS_snprintf(message, sizeof message, "stale or invalid JavaScript handle 0x%x", ref);
    Py_FatalError(message);
}

/* The slot of a valid handle. */
static inline uint32_t
index_of(JsRef ref)
{
    uint32_t index = ref & INDEX_MASK;
    if (__builtin_expect(index >= size || records[index].version != ref >> INDEX_BITS || records[index].count == 0, 0)) {
        die_stale(ref);
    }
    return index;
}

/* Makes the table at least so long. It may be longer: an attempt to grow can fail after it. -1 if memory is out. */
static int
grow_table(uint32_t length)
{
    uint32_t present = (uint32_t)__builtin_wasm_table_size(table);
    if (present >= length) {
        return 0;
    }
    return __builtin_wasm_table_grow(table, __builtin_wasm_ref_null_extern(), (int)(length - present)) == -1 ? -1 : 0;
}

static int
grow(void)
{
    uint32_t next_size = size ? size * 2 : FIRST_SIZE;
    if (next_size > INDEX_MASK + 1) {
        return -1;
    }
    Record *bigger = PyMem_RawRealloc(records, next_size * sizeof *records);
    if (bigger == NULL) {
        return -1;
    }
    records = bigger;
    if (grow_table(next_size) < 0) {
        return -1;
    }
    /* Low indices first. */
    uint32_t first = size ? size : 1;
    for (uint32_t i = next_size; i-- > first;) {
        records[i] = (Record){.next = free_head};
        free_head = i;
    }
    if (size == 0) {
        records[0] = (Record){.count = 0};
    }
    size = next_size;
    return 0;
}

JsRef
JsRef_New(JsVal value)
{
    if (__builtin_expect(free_head == 0, 0) && grow() < 0) {
        PyErr_NoMemory();
        return 0;
    }
    uint32_t index = free_head;
    Record *record = &records[index];
    free_head = record->next;
    record->count = 1;
    __builtin_wasm_table_set(table, (int)index, value);
    live++;
    return handle_of(index);
}

JsRef
JsRef_NewImmortal(JsVal value)
{
    JsRef ref = JsRef_New(value);
    if (ref != 0) {
        records[ref & INDEX_MASK].count = IMMORTAL;
        live--;
    }
    return ref;
}

JsRef
JsRef_NewUnique(JsVal value)
{
    JsRef known = (JsRef)jsv_known_handle(value);
    /* Versions come round: a handle that is as good as new may be that of another object. */
    if (known != 0 && JsRef_IsLive(known) && jsv_compare(value, JsRef_Get(known), Py_EQ) == 1) {
        return JsRef_Incref(known);
    }
    JsRef ref = JsRef_New(value);
    if (ref != 0) {
        jsv_remember_handle(value, ref);
    }
    return ref;
}

JsVal
JsRef_Get(JsRef ref)
{
    return __builtin_wasm_table_get(table, (int)index_of(ref));
}

JsRef
JsRef_Incref(JsRef ref)
{
    Record *record = &records[index_of(ref)];
    if (record->count != IMMORTAL) {
        record->count++;
    }
    return ref;
}

void
JsRef_Decref(JsRef ref)
{
    if (ref == 0) {
        return;
    }
    uint32_t index = index_of(ref);
    Record *record = &records[index];
    if (record->count == IMMORTAL || --record->count > 0) {
        return;
    }
    record->version = (record->version + 1) & VERSION_MASK;
    record->next = free_head;
    free_head = index;
    __builtin_wasm_table_set(table, (int)index, __builtin_wasm_ref_null_extern());
    live--;
}

JsVal
JsRef_Pop(JsRef ref)
{
    JsVal value = JsRef_Get(ref);
    JsRef_Decref(ref);
    return value;
}

int
JsRef_IsLive(JsRef ref)
{
    uint32_t index = ref & INDEX_MASK;
    return index != 0 && index < size && records[index].count > 0 && records[index].version == ref >> INDEX_BITS;
}

int32_t
JsRef_Count(void)
{
    return live;
}

uint32_t
handle_new(JsVal value)
{
    return JsRef_New(value);
}

uint32_t
handle_new_immortal(JsVal value)
{
    return JsRef_NewImmortal(value);
}

uint32_t
handle_new_unique(JsVal value)
{
    return JsRef_NewUnique(value);
}

JsVal
handle_get(uint32_t handle)
{
    return JsRef_Get(handle);
}

JsVal
handle_pop(uint32_t handle)
{
    return JsRef_Pop(handle);
}

int32_t
handle_count(void)
{
    return live;
}

uint32_t
handle_incref(uint32_t handle)
{
    return JsRef_Incref(handle);
}

int32_t
handle_is_live(uint32_t handle)
{
    return JsRef_IsLive(handle);
}

/* For snapshots: the live handle that follows in the table, from 0 on; 0 after the last. */
uint32_t
handle_next(uint32_t handle)
{
    for (uint32_t index = (handle & INDEX_MASK) + 1; index < size; index++) {
        if (records[index].count > 0) {
            return handle_of(index);
        }
    }
    return 0;
}

/* Puts the value back that a handle had where the snapshot was made: the records are as they were, the table, which is
 * not in linear memory, is empty. Nothing for a handle that was freed meanwhile. 0 if memory is out. */
int32_t
handle_restore(uint32_t handle, JsVal value)
{
    if (grow_table(size) < 0) {
        return 0;
    }
    if (JsRef_IsLive(handle)) {
        __builtin_wasm_table_set(table, (int)(handle & INDEX_MASK), value);
    }
    return 1;
}
