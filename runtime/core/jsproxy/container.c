/* What has a length, and what can be asked for a member. */
#include "jsproxy.h"
#include "own.h"

static Py_ssize_t
length(PyObject *self)
{
    return JsOp_Size(self, JS_OP_LENGTH);
}

static int
contains(PyObject *self, PyObject *value)
{
    OWNED PyObject *found = JsOp_New(self, JS_OP_CONTAINS, &value, 1);
    return found ? found == Py_True : -1;
}

/* Both, so that neither PySequence_Size nor PyMapping_Size has to guess what the object is. */
static const PyType_Slot length_slots[] = {
    {Py_sq_length, length},
    {Py_mp_length, length},
    {},
};

static const PyType_Slot contains_slots[] = {
    {Py_sq_contains, contains},
    {},
};

const JsFamily JsFamily_Sized = {.all = JS_FLAG_HAS_LENGTH, .slots = length_slots};
const JsFamily JsFamily_Has = {.all = JS_FLAG_HAS_HAS, .slots = contains_slots};
const JsFamily JsFamily_Includes = {.all = JS_FLAG_HAS_INCLUDES, .slots = contains_slots};
