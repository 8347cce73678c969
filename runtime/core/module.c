/* `_pyodide_core`: what the Python half of the border, pyodide.ffi, is made from; and the start of it all. */
#include "module.h"

#include <time.h>

#include "commandline.h"
#include "convert/tape.h"
#include "frame.h"
#include "jsbigint.h"
#include "jsnull.h"
#include "jsproxy/depth.h"
#include "jsproxy/jsproxy.h"
#include "own.h"
#include "task/task.h"

/* What tzset() asks of JavaScript, once. */
void _tzset_js(long *timezone, int *daylight, char *standard, char *summer);

typedef struct {
    const char *name;
    uint32_t value;
} Constant;

static const Constant flags[] = {
#define ROW(name) {#name, JS_FLAG_##name},
    JS_FLAGS(ROW)
#undef ROW
    {},
};

static const Constant operations[] = {
#define ROW(name) {#name, JS_OP_##name},
    JS_OPS(ROW)
#undef ROW
    {},
};

static PyObject *
dict_new(const Constant *rows)
{
    OWNED PyObject *dict = PyDict_New();
    for (; dict && rows->name; rows++) {
        OWNED PyObject *value = PyLong_FromUnsignedLong(rows->value);
        if (value == NULL || PyDict_SetItemString(dict, rows->name, value) < 0) {
            return NULL;
        }
    }
    return Own_Give(&dict);
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
    if (PyModule_Add(module, "js_flags", dict_new(flags)) < 0) {
        return -1;
    }
    return PyModule_Add(module, "js_ops", dict_new(operations));
}

static PyMethodDef functions[] = {
    {"operate", (PyCFunction)(void (*)(void))JsOp_Operate, METH_FASTCALL, NULL},
    {"call", (PyCFunction)(void (*)(void))JsCall_Call, METH_FASTCALL, NULL},
    {"run_sync", Wait_RunSync, METH_O, "The result of an awaitable, for which this waits."},
    {"can_run_sync", Wait_CanRunSync, METH_NOARGS, "Whether run_sync() can wait here."},
    {"hold_signals", (PyCFunction)(void (*)(void))Signals_Hold, METH_FASTCALL | METH_KEYWORDS,
     "Calls a function, with arguments, in whose own code no signal is looked for."},
    {"heed_signals", (PyCFunction)(void (*)(void))Signals_Heed, METH_FASTCALL,
     "Within hold_signals(): calls a function, with arguments, that may be interrupted."},
    {"run_main", CommandLine_RunNew, METH_NOARGS, "Runs the program of the command line; its exit status."},
    {},
};

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
    .m_methods = functions,
};

PyMODINIT_FUNC
PyInit__pyodide_core(void)
{
    if (JsNull_Init() < 0 || JsBigInt_Init() < 0 || JsProxy_Init() < 0 || Tape_Init() < 0) {
        return NULL;
    }
    return PyModuleDef_Init(&definition);
}

/* The glue calls this once, after `main` and before any value crosses: the types come into being. In memory that comes
 * from a snapshot they are there, and only what depends on the host is set anew. */
int32_t
core_start(int32_t null_is_none, int32_t can_switch, int32_t depth)
{
    static int started, waiting;
    if (started) {
        JsKey_Forget();
        _tzset_js(&timezone, &daylight, tzname[0], tzname[1]);
    }
    OWNED PyObject *core = PyImport_ImportModule("_pyodide_core");
    if (core == NULL) {
        return KIND_ERROR;
    }
    Frame_SetNullIsNone(null_is_none);
    Depth_Max = depth;
    Task_SetSwitching(can_switch);
    if (!started && Locks_Init() < 0) {
        return KIND_ERROR;
    }
    started = 1;
    if (can_switch && !waiting) {
        waiting = 1;
        return Wait_Init() < 0 ? KIND_ERROR : KIND_UNDEFINED;
    }
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
