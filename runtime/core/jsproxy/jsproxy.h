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
    int hereditary; /* of an object map: the plain objects in it are object maps too */
    PyObject *attributes; /* owned; NULL or a dict of what stays on the Python side (__spec__ and the like) */
    PyObject *signature;  /* owned; NULL or what bind_sig() was given */
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

/* Methods taken from a Python class when the first type that wants them is made. */
typedef struct {
    const char *module, *cls;
    const char *names; /* separated by spaces */
    int register_type; /* the class is an ABC: the type counts as its subclass */
} JsMixin;

/* A family: what JavaScript objects with certain flags can do. All arrays end as CPython wants them; NULL = none. */
typedef struct {
    uint32_t all;  /* flags that must be set */
    uint32_t none; /* flags that must not be */
    const PyType_Slot *slots;
    const PyMethodDef *methods;
    const JsMixin *mixin;
} JsFamily;

extern const JsFamily JsFamily_Callable;                                                 /* call.c */
extern const JsFamily JsFamily_Sized, JsFamily_Has, JsFamily_Includes;                   /* container.c */
extern const JsFamily JsFamily_Iterable, JsFamily_Iterator, JsFamily_Generator;          /* iterator.c */
extern const JsFamily JsFamily_Array, JsFamily_ArrayLike, JsFamily_TypedArray;           /* array.c */
extern const JsFamily JsFamily_Get, JsFamily_Set, JsFamily_Map, JsFamily_MutableMap;     /* map.c */
extern const JsFamily JsFamily_ObjectMap, JsFamily_JsonDict;                             /* map.c */
extern const JsFamily JsFamily_Mappable, JsFamily_Jsonable, JsFamily_JsonSequence;       /* object.c */
extern const JsFamily JsFamily_Buffer;                                                   /* buffer.c */
extern const JsFamily JsFamily_Disposable, JsFamily_AsyncDisposable;                     /* disposable.c */
extern const JsFamily JsFamily_Promise, JsFamily_AsyncIterable, JsFamily_AsyncIterator;  /* async.c */
extern const JsFamily JsFamily_AsyncGenerator;                                           /* async.c */
extern const JsFamily JsFamily_DoubleProxy;                                              /* doubleproxy.c */

/* operate.c: operations of the glue. `self` may be NULL for those that need no object. Arguments are borrowed. */

/* The bare result: one slot, or two for KIND_DONE. With KIND_ERROR the exception is set. */
uint32_t JsOp_Run(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count, Slot result[2]);
/* The result as a value. A missing index is an IndexError, a missing key a KeyError, the end a StopIteration. */
PyObject *JsOp_New(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count);
/* The same without a value: 0, or -1 with an exception set. */
int JsOp_Do(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count);
/* A result that is a size; -1 with an exception set. */
Py_ssize_t JsOp_Size(PyObject *self, JsOp op);
PyObject *JsOp_Operate(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* iterator.c: THROW or ASYNC_THROW with the arguments of a generator's throw(). */
PyObject *JsIterator_Throw(PyObject *self, JsOp op, PyObject *const *args, Py_ssize_t count);

/* object.c */
extern PyMethodDef JsObject_Methods[]; /* of all types */
PyObject *JsObject_AdaptSteal(PyObject *self, PyObject *value);

/* attributes.c */
PyObject *JsProxy_GetAttr(PyObject *self, PyObject *name);
int JsProxy_SetAttr(PyObject *self, PyObject *name, PyObject *value);
PyObject *JsProxy_Dir(PyObject *self, PyObject *ignored);

/* call.c */
PyObject *JsProxy_Vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *JsCall_Call(PyObject *module, PyObject *const *args, Py_ssize_t count);

/* async.c */
/* The future of a promise. */
PyObject *JsPromise_FutureStealNew(PyObject *promise);
/* The promise of such a future; 0 if the object is none, or was cancelled. */
JsRef JsPromise_OfFutureNew(PyObject *object);

/* signature.c */
/* The same object and receiver with a signature, or with none for NULL. */
PyObject *JsSignature_New(PyObject *self, PyObject *signature);
/* What the signature, which there must be, makes of an attribute's value. NULL, for an exception, stays NULL. */
PyObject *JsSignature_AdaptSteal(PyObject *self, PyObject *name, PyObject *value);
PyObject *JsSignature_Bind(PyObject *self, PyObject *signature);
PyObject *JsSignature_BindClass(PyObject *self, PyObject *cls);

/* key.c: the JavaScript string of an attribute name, from a cache. */
JsVal JsKey_Get(PyObject *name);
/* In memory that comes from a snapshot: the strings are not there. */
void JsKey_Forget(void);

PyObject *JsException_New(void); /* jsexception.c: makes the type, once */

int JsProxy_Init(void); /* jsproxy.c */
int JsProxy_Traverse(PyObject *self, visitproc visit, void *arg);
int JsProxy_Clear(PyObject *self);
PyObject *JsProxy_Compare(PyObject *self, PyObject *other, int operator);
int JsTypes_Init(void); /* types.c */
PyTypeObject *JsTypes_Borrow(uint32_t flags);
