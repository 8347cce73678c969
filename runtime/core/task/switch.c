/* The one place where a stack is left and entered again.
 *
 * It is written in WebAssembly because no compiler may keep anything on the shadow stack between the switch and the
 * copying back, and because the host's refusal (SuspendError: there is JavaScript on the stack) is an exception that C cannot catch.
 */
#include "task.h"

/* clang-format off */
__asm__(
    ".globaltype __stack_pointer, i32\n"
    ".functype jsv_await (externref) -> (externref)\n"
    ".import_module jsv_await, env\n"
    ".import_name jsv_await, jsv_await\n"
    ".functype memcpy (i32, i32, i32) -> (i32)\n"
    ".section .text.Task_Switch,\"\",@\n"
    ".hidden Task_Switch\n"
    ".globl Task_Switch\n"
    ".type Task_Switch,@function\n"
    "Task_Switch:\n"
    "  .functype Task_Switch (externref, i32, i32, i32) -> (externref)\n" /* promise, base, copy, size */
    "  .local i32, externref\n"                                           /* our stack pointer, the outcome */
    "  global.get __stack_pointer\n"
    "  local.tee 4\n"
    "  local.get 3\n"
    "  i32.add\n"
    "  local.get 1\n"
    "  i32.ne\n"
    "  if\n"
    "    unreachable\n" /* the copy has no room for it all */
    "  end_if\n"
    "  local.get 2\n"
    "  local.get 4\n"
    "  local.get 3\n"
    "  call memcpy\n"
    "  drop\n"
    "  local.get 1\n"
    "  global.set __stack_pointer\n"
    "  try externref\n"
    "    local.get 0\n"
    "    call jsv_await\n"
    "  catch_all\n"
    "    ref.null_extern\n"
    "  end_try\n"
    "  local.set 5\n"
    "  global.get __stack_pointer\n"
    "  local.get 1\n"
    "  i32.ne\n"
    "  if\n"
    "    unreachable\n" /* somebody has resumed us from inside a call, whose frames the copy would overwrite */
    "  end_if\n"
    "  local.get 4\n"
    "  global.set __stack_pointer\n"
    "  local.get 4\n"
    "  local.get 2\n"
    "  local.get 3\n"
    "  call memcpy\n"
    "  drop\n"
    "  local.get 5\n"
    "  end_function\n"
);
/* clang-format on */
