/* System calls that Emscripten answers by failing in JavaScript, where no error may be thrown through C: here they fail
 * as system calls do.
 */
#include <errno.h>

/* A program in WebAssembly cannot wait for connections. Emscripten's listen() asks Node for a package that nobody has. */
int
__syscall_listen(int fd, int backlog, int unused1, int unused2, int unused3, int unused4)
{
    return -EOPNOTSUPP;
}
