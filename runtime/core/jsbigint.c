/* JsBigInt: int with operators that stay JsBigInt.
 *
 * + - * & | ^ give a JsBigInt when both operands are one and a plain int when they are mixed, as documented; the
 * others follow their left operand. Comparison and hash are those of int.
 */
#include "jsbigint.h"

#include "own.h"

PyObject *
JsBigInt_StealNew(PyObject *value)
{
    if (value == NULL) {
        return NULL;
    }
    PyObject *result = PyObject_CallOneArg((PyObject *)&JsBigInt_Type, value);
    Py_DECREF(value);
    return result;
}

/* NotImplemented and errors pass. */
static PyObject *
wrap_steal(PyObject *value, int wanted)
{
    return value != NULL && wanted && PyLong_CheckExact(value) ? JsBigInt_StealNew(value) : value;
}

#define UNARY(slot)                                                                                                    \
    static PyObject *slot(PyObject *self)                                                                              \
    {                                                                                                                  \
        return wrap_steal(PyLong_Type.tp_as_number->slot(self), 1);                                                    \
    }
#define SYMMETRIC(slot)                                                                                                \
    static PyObject *slot(PyObject *left, PyObject *right)                                                             \
    {                                                                                                                  \
        int both = JsBigInt_Check(left) && JsBigInt_Check(right);                                                      \
        return wrap_steal(PyLong_Type.tp_as_number->slot(left, right), both);                                          \
    }
#define LEFT(slot)                                                                                                     \
    static PyObject *slot(PyObject *left, PyObject *right)                                                             \
    {                                                                                                                  \
        return wrap_steal(PyLong_Type.tp_as_number->slot(left, right), JsBigInt_Check(left));                          \
    }

SYMMETRIC(nb_add)
SYMMETRIC(nb_subtract)
SYMMETRIC(nb_multiply)
SYMMETRIC(nb_and)
SYMMETRIC(nb_or)
SYMMETRIC(nb_xor)
LEFT(nb_floor_divide)
LEFT(nb_remainder)
LEFT(nb_lshift)
LEFT(nb_rshift)
UNARY(nb_negative)
UNARY(nb_positive)
UNARY(nb_absolute)
UNARY(nb_invert)

static PyObject *
nb_power(PyObject *base, PyObject *exponent, PyObject *modulus)
{
    return wrap_steal(PyLong_Type.tp_as_number->nb_power(base, exponent, modulus), JsBigInt_Check(base));
}

static PyNumberMethods as_number = {
    .nb_add = nb_add,
    .nb_subtract = nb_subtract,
    .nb_multiply = nb_multiply,
    .nb_and = nb_and,
    .nb_or = nb_or,
    .nb_xor = nb_xor,
    .nb_floor_divide = nb_floor_divide,
    .nb_remainder = nb_remainder,
    .nb_lshift = nb_lshift,
    .nb_rshift = nb_rshift,
    .nb_negative = nb_negative,
    .nb_positive = nb_positive,
    .nb_absolute = nb_absolute,
    .nb_invert = nb_invert,
    .nb_power = nb_power,
};

PyTypeObject JsBigInt_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "pyodide.ffi.JsBigInt",
    .tp_doc = "An int that becomes a JavaScript bigint, whatever its size.",
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_as_number = &as_number,
};

int
JsBigInt_Init(void)
{
    JsBigInt_Type.tp_base = &PyLong_Type;
    return PyType_Ready(&JsBigInt_Type);
}
