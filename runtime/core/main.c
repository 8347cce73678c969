/* Starts the interpreter and returns: Python lives on after `main`, JavaScript calls into it.
 *
 * Everything here is the same on every host; what the host decides (arguments, environment) arrives through argv and
 * the environment.
 */
#include <Python.h>
#include <wchar.h>

#include "kdf.h"
#include "module.h"

#define VERSION_DOTTED Py_STRINGIFY(PY_MAJOR_VERSION) "." Py_STRINGIFY(PY_MINOR_VERSION)
#define VERSION_JOINED Py_STRINGIFY(PY_MAJOR_VERSION) Py_STRINGIFY(PY_MINOR_VERSION)

static const wchar_t *const search_path[] = {
    L"/lib/python" VERSION_JOINED ".zip",
    L"/lib/python" VERSION_DOTTED,
    L"/lib/python" VERSION_DOTTED "/lib-dynload",
    L"/lib/python" VERSION_DOTTED "/site-packages",
};

/* Puts the directories of PYTHONPATH first, unless the command line says to ignore the environment. */
static PyStatus
prepend_python_path(PyConfig *config)
{
    PyStatus status = PyConfig_Read(config);
    const wchar_t *from = config->pythonpath_env;
    for (Py_ssize_t i = 0; from != NULL && !PyStatus_Exception(status); i++) {
        const wchar_t *end = wcschr(from, L':');
        size_t length = end ? (size_t)(end - from) : wcslen(from);
        wchar_t *directory = PyMem_RawCalloc(length + 1, sizeof(wchar_t));
        if (directory == NULL) {
            return PyStatus_NoMemory();
        }
        wmemcpy(directory, from, length);
        status = PyWideStringList_Insert(&config->module_search_paths, i, directory);
        PyMem_RawFree(directory);
        from = end ? end + 1 : NULL;
    }
    return status;
}

static PyStatus
configure(PyConfig *config, int argc, char **argv)
{
    PyStatus status = PyConfig_SetBytesArgv(config, argc, argv);
    if (PyStatus_Exception(status)) {
        return status;
    }
    status = PyConfig_SetString(config, &config->home, L"/");
    if (PyStatus_Exception(status)) {
        return status;
    }
    status = PyConfig_SetString(config, &config->stdlib_dir, search_path[0]);
    if (PyStatus_Exception(status)) {
        return status;
    }
    for (size_t i = 0; i < Py_ARRAY_LENGTH(search_path); i++) {
        status = PyWideStringList_Append(&config->module_search_paths, search_path[i]);
        if (PyStatus_Exception(status)) {
            return status;
        }
    }
    config->module_search_paths_set = 1;
    config->write_bytecode = 0;
    /* The loader connects signals when it is asked to (setInterruptBuffer). */
    config->install_signal_handlers = 1;
    return prepend_python_path(config);
}

static PyStatus
start(int argc, char **argv)
{
    PyPreConfig before;
    PyPreConfig_InitPythonConfig(&before);
    PyStatus status = Py_PreInitializeFromBytesArgs(&before, argc, argv);
    if (PyStatus_Exception(status)) {
        return status;
    }
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    status = configure(&config, argc, argv);
    if (!PyStatus_Exception(status)) {
        status = Py_InitializeFromConfig(&config);
    }
    PyConfig_Clear(&config);
    return status;
}

int
main(int argc, char **argv)
{
    if (PyImport_AppendInittab("_pyodide_core", PyInit__pyodide_core) < 0) {
        Py_FatalError("cannot register _pyodide_core");
    }
    if (PyImport_AppendInittab("_pyodide_kdf", PyInit__pyodide_kdf) < 0) {
        Py_FatalError("cannot register _pyodide_kdf");
    }
    PyStatus status = start(argc, argv);
    if (PyStatus_Exception(status)) {
        /* Also `python --version` and the like end here: it exits. */
        Py_ExitStatusException(status);
    }
    /* The runtime outlives this return: the link says EXIT_RUNTIME=0. */
    return 0;
}
