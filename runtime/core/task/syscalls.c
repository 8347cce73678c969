/* System calls that wait in a task, and let others run meanwhile.
 *
 * Emscripten's implementations, in JavaScript, never wait: what is not ready is EAGAIN, or EINPROGRESS. These here take
 * their names, ask them, and if they would block ask the glue for a promise that is settled when asking again makes sense.
 * CPython has given its lock away when it calls them.
 */
#include <errno.h>
#include <math.h>
#include <netdb.h>
#include <poll.h>
#include <stdint.h>
#include <sys/socket.h>
#include <wasi/api.h>

#include "task.h"

#define ORIGINAL(module, name) __attribute__((import_module(module), import_name(name)))

/* 0 when it is time to ask again, otherwise an errno; `blocked` stands for "this descriptor does not wait". */
static int
wait(JsVal promise, int blocked)
{
    if (__builtin_wasm_ref_is_null_extern(promise)) {
        return blocked;
    }
    PyGILState_STATE lock = PyGILState_Ensure();
    int error = Task_Wait(promise);
    if (error == EDEADLK) {
        const char *obstacle = Task_Obstacle();
        PyErr_SetString(PyExc_RuntimeError, obstacle ? obstacle : "there is JavaScript on the stack");
        PyErr_FormatUnraisable("Cannot wait for a file or socket");
    }
    PyGILState_Release(lock);
    return error;
}

/* Repeats a call that gives a negative errno until it does not fail with `blocked`. */
#define UNTIL_DONE(call, fd, events, blocked)                                                                         \
    for (;;) {                                                                                                        \
        int result = (call);                                                                                          \
        if (result != -(blocked)) {                                                                                   \
            return result;                                                                                            \
        }                                                                                                             \
        int error = wait(jsv_ready((fd), (events)), (blocked));                                                       \
        if (error) {                                                                                                  \
            return -error;                                                                                            \
        }                                                                                                             \
    }

__wasi_errno_t read_now(__wasi_fd_t fd, const __wasi_iovec_t *parts, size_t count, __wasi_size_t *size)
    ORIGINAL("wasi_snapshot_preview1", "fd_read");

__wasi_errno_t
__wasi_fd_read(__wasi_fd_t fd, const __wasi_iovec_t *parts, size_t count, __wasi_size_t *size)
{
    for (;;) {
        __wasi_errno_t error = read_now(fd, parts, count, size);
        if (error != EAGAIN) {
            return error;
        }
        int failed = wait(jsv_ready(fd, POLLIN), EAGAIN);
        if (failed) {
            return (__wasi_errno_t)failed;
        }
    }
}

__wasi_errno_t write_now(__wasi_fd_t fd, const __wasi_ciovec_t *parts, size_t count, __wasi_size_t *size)
    ORIGINAL("wasi_snapshot_preview1", "fd_write");

__wasi_errno_t
__wasi_fd_write(__wasi_fd_t fd, const __wasi_ciovec_t *parts, size_t count, __wasi_size_t *size)
{
    for (;;) {
        __wasi_errno_t error = write_now(fd, parts, count, size);
        if (error != EAGAIN) {
            return error;
        }
        int failed = wait(jsv_ready(fd, POLLOUT), EAGAIN);
        if (failed) {
            return (__wasi_errno_t)failed;
        }
    }
}

int recvfrom_now(int fd, intptr_t buffer, size_t size, int flags, intptr_t address, intptr_t length)
    ORIGINAL("env", "__syscall_recvfrom");

int
__syscall_recvfrom(int fd, intptr_t buffer, size_t size, int flags, intptr_t address, intptr_t length)
{
    if (flags & MSG_DONTWAIT) {
        return recvfrom_now(fd, buffer, size, flags, address, length);
    }
    UNTIL_DONE(recvfrom_now(fd, buffer, size, flags, address, length), fd, POLLIN, EAGAIN);
}

int sendto_now(int fd, intptr_t buffer, size_t size, int flags, intptr_t address, size_t length)
    ORIGINAL("env", "__syscall_sendto");

int
__syscall_sendto(int fd, intptr_t buffer, size_t size, int flags, intptr_t address, size_t length)
{
    UNTIL_DONE(sendto_now(fd, buffer, size, flags, address, length), fd, POLLOUT, EAGAIN);
}

int connect_now(int fd, intptr_t address, size_t length, int a, int b, int c) ORIGINAL("env", "__syscall_connect");

int
__syscall_connect(int fd, intptr_t address, size_t length, int a, int b, int c)
{
    UNTIL_DONE(connect_now(fd, address, length, a, b, c), fd, POLLOUT, EINPROGRESS);
}

int bind_now(int fd, intptr_t address, size_t length, int a, int b, int c) ORIGINAL("env", "__syscall_bind");

/* Node binds in a later turn, and only then is it known which port it is. */
int
__syscall_bind(int fd, intptr_t address, size_t length, int a, int b, int c)
{
    UNTIL_DONE(bind_now(fd, address, length, a, b, c), fd, 0, EINPROGRESS);
}

int accept_now(int fd, intptr_t address, intptr_t length, int flags, int a, int b)
    ORIGINAL("env", "__syscall_accept4");

int
__syscall_accept4(int fd, intptr_t address, intptr_t length, int flags, int a, int b)
{
    UNTIL_DONE(accept_now(fd, address, length, flags, a, b), fd, POLLIN, EAGAIN);
}

int poll_now(intptr_t fds, int count, int timeout) ORIGINAL("env", "__syscall_poll");

int
__syscall_poll(intptr_t fds, int count, int timeout)
{
    double end = timeout < 0 ? INFINITY : jsv_now() + timeout;
    for (;;) {
        int ready = poll_now(fds, count, 0);
        double left = end - jsv_now();
        if (ready != 0 || left <= 0) {
            return ready;
        }
        int error = wait(jsv_ready_any((uint32_t)fds, count, left), EAGAIN);
        if (error) {
            return error == EAGAIN ? 0 : -error;
        }
    }
}

int
__syscall_shutdown(int fd, int how, int a, int b, int c, int d)
{
    return -jsv_shutdown(fd, how);
}

int
__syscall_setsockopt(int fd, int level, int name, intptr_t value, size_t length, int a)
{
    int32_t number = length == sizeof(int32_t) ? *(const int32_t *)value : 0;
    return jsv_set_option(fd, level, name, number) ? 0 : -ENOPROTOOPT;
}

int getsockopt_now(int fd, int level, int name, intptr_t value, intptr_t length, int a)
    ORIGINAL("env", "__syscall_getsockopt");

int
__syscall_getsockopt(int fd, int level, int name, intptr_t value, intptr_t length, int a)
{
    int32_t number = jsv_get_option(fd, level, name);
    if (number < 0) {
        return getsockopt_now(fd, level, name, value, length, a);
    }
    *(int32_t *)value = number;
    *(socklen_t *)length = sizeof(number);
    return 0;
}

int getaddrinfo_now(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
    ORIGINAL("env", "getaddrinfo");

int
getaddrinfo(const char *restrict name, const char *restrict service, const struct addrinfo *restrict hints,
    struct addrinfo **restrict found)
{
    if (name != NULL) {
        int error = wait(jsv_resolve(name), 0);
        if (error) {
            return error == EINTR || error == EDEADLK ? EAI_AGAIN : EAI_NONAME;
        }
    }
    return getaddrinfo_now(name, service, hints, found);
}
