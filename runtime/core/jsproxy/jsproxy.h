/* JsProxy: Python objects that stand for JavaScript objects.
 *
 * One heap type per combination of JsFlag bits, made on demand and cached for ever (types.c). Their behaviour is put
 * together from families, one per file of this folder: adding a kind of JavaScript object means one file and one row in
 * the table of types.c.
 */
#pragma once

#include <Python.h>

#include "abi.h"
#include "jsref.h"

/* What every JsProxy holds. Errors have it behind the fields of an exception, all others behind the object head. */
typedef struct {
    JsRef js;       /* owned */
    JsRef receiver; /* owned; `this` of a method, or 0 */
    uint32_t flags; /* JsFlag bits; those of the type */
    PyObject *attributes; /* owned; NULL or a dict of what stays on the Python side (__spec__ and the like) */
    vectorcallfunc vectorcall;
} JsPart;

typedef struct {
    PyObject_HEAD
    JsPart part;
} JsProxy;

typedef struct {
    PyBaseExceptionObject exception;
    JsPart part;
} JsError;

extern PyTypeObject JsProxyMeta_Type; /* the type of every JsProxy type */
extern PyTypeObject JsProxy_Type;     /* their common base; has no instances */
extern PyObject *JsException_Type;    /* the base of those that are errors: JsProxy and Exception */

static inline int
JsProxy_Check(PyObject *value)
{
    return Py_IS_TYPE((PyObject *)Py_TYPE(value), &JsProxyMeta_Type);
}

static inline JsPart *
JsProxy_Part(PyObject *self)
{
    return PyType_HasFeature(Py_TYPE(self), Py_TPFLAGS_BASE_EXC_SUBCLASS) ? &((JsError *)self)->part
                                                                         : &((JsProxy *)self)->part;
}

/* The proxy's handle, borrowed. */
static inline JsRef
JsProxy_Borrow(PyObject *self)
{
    return JsProxy_Part(self)->js;
}

/* Its JavaScript object. */
static inline JsVal
JsProxy_Get(PyObject *self)
{
    return JsRef_Get(JsProxy_Borrow(self));
}

/* A proxy for the object of a handle, which it takes over, also on failure. */
PyObject *JsProxy_StealNew(JsRef js, uint32_t flags);

/* The JsFlag bits of a proxy. */
static inline uint32_t
JsProxy_Flags(PyObject *self)
{
    return JsProxy_Part(self)->flags;
}

/* A family: what JavaScript objects with certain flags can do. All arrays end as CPython wants them; NULL = none. */
typedef struct {
    uint32_t all;  /* flags that must be set */
    uint32_t none; /* flags that must not be */
    const PyType_Slot *slots;
    const PyMethodDef *methods;
    const PyGetSetDef *getset;
} JsFamily;

extern const JsFamily JsFamily_Callable; /* call.c */

/* attributes.c */
PyObject *JsProxy_GetAttr(PyObject *self, PyObject *name);
int JsProxy_SetAttr(PyObject *self, PyObject *name, PyObject *value);
PyObject *JsProxy_Dir(PyObject *self, PyObject *ignored);

/* call.c */
PyObject *JsProxy_Vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names);

/* key.c: the JavaScript string of an attribute name, from a cache. */
JsVal JsKey_Get(PyObject *name);

PyObject *JsException_New(void); /* jsexception.c: makes the type, once */

int JsProxy_Init(void); /* jsproxy.c */
int JsTypes_Init(void); /* types.c */
PyTypeObject *JsTypes_Borrow(uint32_t flags);
