/* Attribute names as JavaScript strings.
 *
 * Owns a direct-mapped cache from interned Python strings to JavaScript strings in a WebAssembly table of its own.
 * Attribute names in Python code are interned, so one that is used again costs no conversion and no border crossing.
 *
 * Invariant: table slot i holds the JavaScript name of names[i].
 */
#include "jsproxy.h"

#include "frame.h"

#define CACHE_SIZE 1024 /* a power of two */

static PyObject *names[CACHE_SIZE]; /* owned */
static __externref_t table[0];

static const char *const reserved[] = {
#define WORD(word) word,
    RESERVED_WORDS(WORD)
#undef WORD
};

/* The length of the JavaScript name. */
static Py_ssize_t
length_in_js(PyObject *name)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(name);
    if (!PyUnicode_IS_ASCII(name) || length < 3) {
        return length;
    }
    const char *text = (const char *)PyUnicode_1BYTE_DATA(name);
    Py_ssize_t stem = length;
    while (stem > 0 && text[stem - 1] == '_') {
        stem--;
    }
    if (stem == length) {
        return length;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(reserved); i++) {
        if (strlen(reserved[i]) == (size_t)stem && memcmp(reserved[i], text, (size_t)stem) == 0) {
            return length - 1;
        }
    }
    return length;
}

static JsVal
make(PyObject *name)
{
    Slot slot;
    Slot_BorrowText(&slot, name);
    slot.aux = (uint32_t)length_in_js(name);
    return jsv_string(&slot);
}

JsVal
JsKey_Get(PyObject *name)
{
    if (!PyUnicode_CHECK_INTERNED(name)) {
        return make(name);
    }
    uint32_t i = ((uintptr_t)name >> 4) & (CACHE_SIZE - 1);
    if (names[i] == name) {
        return __builtin_wasm_table_get(table, (int)i);
    }
    JsVal value = make(name);
    if (__builtin_wasm_table_size(table) == 0
        && __builtin_wasm_table_grow(table, __builtin_wasm_ref_null_extern(), CACHE_SIZE) == -1) {
        return value;
    }
    __builtin_wasm_table_set(table, (int)i, value);
    Py_XSETREF(names[i], Py_NewRef(name));
    return value;
}

void
JsKey_Forget(void)
{
    for (size_t i = 0; i < CACHE_SIZE; i++) {
        Py_CLEAR(names[i]);
    }
}
