// An extension module that uses base.cpp's library.
#include <Python.h>
#include <stdexcept>
#include <string>

extern "C" {
extern int base_counter;
int base_next(void);
int base_calls_weak(void);
int nowhere_weak(void) __attribute__((weak));
}

struct Shape {
  virtual ~Shape();
  virtual const char *name() const;
};

struct Failure : std::runtime_error {
  int code;
  Failure(const std::string &text, int code);
  ~Failure() override;
};

void base_throw(int code);

struct Square : Shape {
  const char *name() const override { return "square"; }
};

static thread_local int calls = 0;

static PyObject *next(PyObject *, PyObject *) { return Py_BuildValue("(ii)", base_next(), base_counter); }

static PyObject *caught(PyObject *, PyObject *) {
  try {
    base_throw(7);
  } catch (const Failure &failure) {
    return Py_BuildValue("(si)", failure.what(), failure.code);
  }
  Py_RETURN_NONE;
}

static PyObject *caught_as_standard(PyObject *, PyObject *) {
  try {
    base_throw(8);
  } catch (const std::exception &error) {
    return PyUnicode_FromString(error.what());
  }
  Py_RETURN_NONE;
}

static PyObject *from_the_runtime(PyObject *, PyObject *) {
  try {
    return PyLong_FromLong(std::stoi("no number"));
  } catch (const std::invalid_argument &error) {
    return PyUnicode_FromString("invalid_argument");
  }
}

static PyObject *cast(PyObject *, PyObject *) {
  Square square;
  Shape *shape = &square;
  return Py_BuildValue("(sO)", shape->name(), dynamic_cast<Square *>(shape) == &square ? Py_True : Py_False);
}

static PyObject *weak(PyObject *, PyObject *) {
  return Py_BuildValue("(iO)", base_calls_weak(), nowhere_weak == nullptr ? Py_True : Py_False);
}

static PyObject *count(PyObject *, PyObject *) { return PyLong_FromLong(++calls); }

static PyMethodDef methods[] = {
    {"next", next, METH_NOARGS, nullptr},
    {"caught", caught, METH_NOARGS, nullptr},
    {"caught_as_standard", caught_as_standard, METH_NOARGS, nullptr},
    {"from_the_runtime", from_the_runtime, METH_NOARGS, nullptr},
    {"cast", cast, METH_NOARGS, nullptr},
    {"weak", weak, METH_NOARGS, nullptr},
    {"count", count, METH_NOARGS, nullptr},
    {},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, MODULE, nullptr, 0, methods, nullptr, nullptr, nullptr, nullptr};

#define INIT_(name) PyInit_##name
#define INIT(name) INIT_(name)
PyMODINIT_FUNC INIT(NAME)(void) { return PyModule_Create(&definition); }
