/* The base of all JsProxy types: life and death, repr, truth, comparison. */
#include "jsproxy.h"

#include "depth.h"
#include "error.h"
#include "frame.h"
#include "own.h"

PyObject *
JsProxy_StealNew(JsRef js, uint32_t flags)
{
    PyTypeObject *type = JsTypes_Borrow(flags);
    PyObject *self;
    if (type == NULL) {
        self = NULL;
    } else if (flags & JS_FLAG_IS_ERROR) {
        self = ((PyTypeObject *)PyExc_Exception)->tp_new(type, NULL, NULL);
    } else {
        self = (PyObject *)PyObject_GC_New(JsProxy, type);
    }
    if (self == NULL) {
        JsRef_Decref(js);
        return NULL;
    }
    *JsProxy_Part(self) = (JsPart){.js = js, .flags = flags, .vectorcall = JsProxy_Vectorcall};
    return self;
}

/* The garbage collector knows a proxy once it has attributes on the Python side or a signature: before that, it is in no
 * cycle. */
int
JsProxy_Traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(JsProxy_Part(self)->attributes);
    Py_VISIT(JsProxy_Part(self)->signature);
    if (PyExceptionInstance_Check(self)) {
        return ((PyTypeObject *)PyExc_BaseException)->tp_traverse(self, visit, arg);
    }
    return 0;
}

int
JsProxy_Clear(PyObject *self)
{
    Py_CLEAR(JsProxy_Part(self)->attributes);
    Py_CLEAR(JsProxy_Part(self)->signature);
    if (PyExceptionInstance_Check(self)) {
        return ((PyTypeObject *)PyExc_BaseException)->tp_clear(self);
    }
    return 0;
}

static void
dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    JsPart *part = JsProxy_Part(self);
    if (PyType_IS_GC(type)) {
        PyObject_GC_UnTrack(self);
    }
    JsRef_Decref(part->js);
    JsRef_Decref(part->receiver);
    Py_CLEAR(part->attributes);
    Py_CLEAR(part->signature);
    if (PyType_HasFeature(type, Py_TPFLAGS_BASE_EXC_SUBCLASS)) {
        PyObject_GC_Track(self); /* BaseException untracks it itself */
        ((PyTypeObject *)PyExc_BaseException)->tp_dealloc(self);
    } else {
        type->tp_free(self);
    }
    Py_DECREF(type);
}

static PyObject *
to_string(PyObject *self)
{
    if (Depth_Enter() < 0) {
        return NULL;
    }
    Slot out;
    jsv_to_string(JsProxy_Get(self), &out);
    Depth_Leave();
    return Slot_DecodeNew(&out);
}

static int
truth(PyObject *self)
{
    if (Depth_Enter() < 0) {
        return -1;
    }
    int yes = jsv_bool(JsProxy_Get(self));
    Depth_Leave();
    if (yes < 0) {
        Error_FromJs();
    }
    return yes;
}

/* == and != are === and !==; the order is JavaScript's. */
PyObject *
JsProxy_Compare(PyObject *self, PyObject *other, int operator)
{
    if (!JsProxy_Check(other)) {
        if (operator == Py_EQ || operator == Py_NE) {
            return PyBool_FromLong(operator == Py_NE);
        }
        Py_RETURN_NOTIMPLEMENTED;
    }
    if (Depth_Enter() < 0) {
        return NULL;
    }
    int yes = jsv_compare(JsProxy_Get(self), JsProxy_Get(other), operator);
    Depth_Leave();
    if (yes < 0) {
        Error_FromJs();
        return NULL;
    }
    return PyBool_FromLong(yes);
}

static PyObject *
get_typeof(PyObject *self, void *Py_UNUSED(closure))
{
    Slot out;
    jsv_typeof(JsProxy_Get(self), &out);
    return Slot_DecodeNew(&out);
}

/* Equal for two proxies of one object: the supported dictionary key. */
static PyObject *
get_js_id(PyObject *self, void *Py_UNUSED(closure))
{
    int32_t id = jsv_identity(JsProxy_Get(self));
    return PyLong_FromLong(id);
}

static PyGetSetDef getset[] = {
    {"typeof", get_typeof, NULL, "What JavaScript's typeof says.", NULL},
    {"js_id", get_js_id, NULL, "A number that two proxies share exactly if they stand for one object.", NULL},
    {},
};

static PyNumberMethods as_number = {.nb_bool = truth};

PyTypeObject JsProxy_Type = {
    PyVarObject_HEAD_INIT(&JsProxyMeta_Type, 0)
    .tp_name = "pyodide.ffi.JsProxy",
    .tp_doc = "A JavaScript object.",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .tp_dealloc = dealloc,
    .tp_repr = to_string,
    .tp_str = to_string,
    .tp_getattro = JsProxy_GetAttr,
    .tp_setattro = JsProxy_SetAttr,
    .tp_richcompare = JsProxy_Compare,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_as_number = &as_number,
    .tp_getset = getset,
    .tp_methods = JsObject_Methods,
};

int
JsProxy_Init(void)
{
    return JsTypes_Init();
}
