/* `python` on a command line: what CPython's own main does once the interpreter is there, without ending it.
 *
 * The program may have started tasks and promises, so the interpreter lives on until the host has nothing left to do.
 * Only Py_RunMain is public, which ends it; so CPython's file is compiled here once more, and takes the place of the
 * copy in libpython.
 */
#define Py_BUILD_CORE
#include "Modules/main.c"

#include "commandline.h"

PyObject *
CommandLine_RunNew(PyObject *module, PyObject *ignored)
{
    int status = 0;
    _PyRuntime.signals.unhandled_keyboard_interrupt = 0;
    pymain_run_python(&status);
    /* It stays set after one that the interactive prompt has shown: whoever exits after that says another status. */
    bool interrupted = _PyRuntime.signals.unhandled_keyboard_interrupt && status == 1;
    return PyLong_FromLong(interrupted ? 128 + SIGINT : status);
}
