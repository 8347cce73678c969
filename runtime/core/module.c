/* `_pyodide_core`: what the Python half of the border, pyodide.ffi, is made from; and the start of it all. */
#include "module.h"

#include "convert/tape.h"
#include "frame.h"
#include "jsbigint.h"
#include "jsnull.h"
#include "jsproxy/jsproxy.h"
#include "own.h"

/* Every JsFlag bit by name. */
static PyObject *
js_flags_new(void)
{
    static const struct {
        const char *name;
        uint32_t bit;
    } rows[] = {
#define ROW(name) {#name, JS_FLAG_##name},
        JS_FLAGS(ROW)
#undef ROW
    };
    OWNED PyObject *flags = PyDict_New();
    for (size_t i = 0; flags && i < Py_ARRAY_LENGTH(rows); i++) {
        OWNED PyObject *bit = PyLong_FromUnsignedLong(rows[i].bit);
        if (bit == NULL || PyDict_SetItemString(flags, rows[i].name, bit) < 0) {
            return NULL;
        }
    }
    return Own_Give(&flags);
}

static int
exec(PyObject *module)
{
    if (PyModule_AddObjectRef(module, "jsnull", JsNull_Borrow()) < 0
        || PyModule_AddObjectRef(module, "JsNull", (PyObject *)&JsNull_Type) < 0
        || PyModule_AddObjectRef(module, "JsBigInt", (PyObject *)&JsBigInt_Type) < 0
        || PyModule_AddObjectRef(module, "JsProxy", (PyObject *)&JsProxy_Type) < 0
        || PyModule_AddObjectRef(module, "JsException", JsException_Type) < 0
        || PyModule_AddObjectRef(module, "ConversionError", ConversionError) < 0) {
        return -1;
    }
    return PyModule_Add(module, "js_flags", js_flags_new());
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, exec},
    {Py_mod_multiple_interpreters, Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED},
    {0, NULL},
};

static PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "_pyodide_core",
    .m_doc = "The border between Python and JavaScript.",
    .m_slots = slots,
};

PyMODINIT_FUNC
PyInit__pyodide_core(void)
{
    if (JsNull_Init() < 0 || JsBigInt_Init() < 0 || JsProxy_Init() < 0 || Tape_Init() < 0) {
        return NULL;
    }
    return PyModuleDef_Init(&definition);
}

/* The glue calls this once, after `main` and before any value crosses: the types come into being. */
int32_t
core_start(int32_t null_is_none)
{
    OWNED PyObject *core = PyImport_ImportModule("_pyodide_core");
    if (core == NULL) {
        return KIND_ERROR;
    }
    Frame_SetNullIsNone(null_is_none);
    return KIND_UNDEFINED;
}

/* Takes jsglobals and makes it the module `js`; answers with `__main__.__dict__`. */
int32_t
core_connect(Slot *frame)
{
    OWNED PyObject *js = Slot_DecodeNew(&frame[0]);
    PyObject *modules = PyImport_GetModuleDict(); /* borrowed */
    OWNED PyObject *name = PyUnicode_FromString("js");
    if (js == NULL || name == NULL || PyObject_SetAttrString(js, "__name__", name) < 0
        || PyDict_SetItem(modules, name, js) < 0) {
        return KIND_ERROR;
    }
    PyObject *main = PyImport_AddModule("__main__"); /* borrowed */
    return (int32_t)(main ? Slot_Encode(frame, PyModule_GetDict(main)) : KIND_ERROR);
}
