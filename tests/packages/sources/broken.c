// An extension module with a function that nobody has.
#include <Python.h>

int nobody_has_this(int);
extern int nor_this;

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "broken", .m_size = 0};

PyMODINIT_FUNC PyInit_broken(void) { return PyLong_FromLong(nobody_has_this(nor_this)) ? PyModule_Create(&definition) : NULL; }
