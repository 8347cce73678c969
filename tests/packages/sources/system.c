// An extension module with what C programs need of the system, and with a call through libffi.
#define _XOPEN_SOURCE 700
#include <Python.h>
#include <emscripten.h>
#include <ffi.h>
#include <grp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <unwind.h>

static void *volatile needed[] = {socket, connect, bind, listen, accept, accept4, send, recv, sendto, recvfrom, sendmsg, recvmsg,
                               shutdown, getsockopt, setsockopt, getsockname, getpeername, socketpair, gethostbyname,
                               freeaddrinfo, flock, times, waitid, fork, execve, popen, pclose, getpwnam, getpwuid_r, getgrgid,
                               strptime, getprotobyname, _Unwind_Backtrace, emscripten_run_script, emscripten_random,
                               emscripten_async_call};

EM_JS(int, script, (int value), { return value + 1; });

static int twice(int value) { return 2 * value; }

static PyObject *call(PyObject *self, PyObject *argument) {
  ffi_cif signature;
  ffi_type *types[] = {&ffi_type_sint};
  int value = PyLong_AsLong(argument);
  void *values[] = {&value};
  ffi_arg result = 0;
  if (ffi_prep_cif(&signature, FFI_DEFAULT_ABI, 1, &ffi_type_sint, types) != FFI_OK) return PyErr_NoMemory();
  ffi_call(&signature, FFI_FN(twice), &result, values);
  return PyLong_FromLong((int)result);
}

static PyObject *have(PyObject *self, PyObject *unused) {
  int count = 0;
  for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) count += needed[i] != NULL;
  return Py_BuildValue("(in)", count, (Py_ssize_t)(sizeof needed / sizeof *needed));
}

static PyObject *javascript(PyObject *self, PyObject *argument) {
  int value = PyLong_AsLong(argument);
  return Py_BuildValue("(iidi)", script(value), EM_ASM_INT({ return $0 + 2; }, value), EM_ASM_DOUBLE({ return $0 + 0.5; }, value),
                       emscripten_run_script_int("3 * 4"));
}

static PyObject *year(PyObject *self, PyObject *unused) {
  struct tm moment = {0};
  return strptime("2026-03-04", "%Y-%m-%d", &moment) ? PyLong_FromLong(moment.tm_year + 1900) : PyErr_NoMemory();
}

static PyMethodDef methods[] = {{"javascript", javascript, METH_O, NULL}, {"year", year, METH_NOARGS, NULL}, {"call", call, METH_O, NULL}, {"have", have, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "system", .m_size = 0, .m_methods = methods};

PyMODINIT_FUNC PyInit_system(void) { return PyModule_Create(&definition); }
