/* An allocator for tests: the n-th request fails, and those after it too if that is wanted. An extension module, so that
 * what is tested is the released wasm itself.
 *
 * JavaScript arms it by writing into `control`: no call into Python, hence no allocation, lies between that and the
 * operation under test.
 */
#include <Python.h>

static struct {
    int32_t left;   /* requests until one fails; 0 = none will */
    int32_t lasting; /* all requests after that one fail, too */
    int32_t failed; /* how many have failed */
} control;

static PyMemAllocatorEx originals[3];

static int
fails(void)
{
    if (control.left == 0 || --control.left > 0) {
        return 0;
    }
    control.left = control.lasting; /* 1: the next one is the first to fail again */
    control.failed++;
    return 1;
}

static void *
faulty_malloc(void *context, size_t size)
{
    PyMemAllocatorEx *original = context;
    return fails() ? NULL : original->malloc(original->ctx, size);
}

static void *
faulty_calloc(void *context, size_t count, size_t size)
{
    PyMemAllocatorEx *original = context;
    return fails() ? NULL : original->calloc(original->ctx, count, size);
}

static void *
faulty_realloc(void *context, void *block, size_t size)
{
    PyMemAllocatorEx *original = context;
    return fails() ? NULL : original->realloc(original->ctx, block, size);
}

static void
faulty_free(void *context, void *block)
{
    PyMemAllocatorEx *original = context;
    original->free(original->ctx, block);
}

/* The address of `control`. */
static PyObject *
install(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(ignored))
{
    static const PyMemAllocatorDomain domains[] = {PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ};
    for (int i = 0; i < 3 && originals[i].malloc == NULL; i++) {
        PyMem_GetAllocator(domains[i], &originals[i]);
        PyMemAllocatorEx faulty = {&originals[i], faulty_malloc, faulty_calloc, faulty_realloc, faulty_free};
        PyMem_SetAllocator(domains[i], &faulty);
    }
    return PyLong_FromVoidPtr(&control);
}

static PyMethodDef functions[] = {
    {"install", install, METH_NOARGS, NULL},
    {},
};

static PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "_faults", .m_size = -1, .m_methods = functions};

PyMODINIT_FUNC
PyInit__faults(void)
{
    return PyModule_Create(&definition);
}
