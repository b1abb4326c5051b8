// SPDX-License-Identifier: Apache-2.0
// How a failed system call becomes a JavaScript Error.
#pragma once

#include <napi.h>

#include <string>

// Throws an Error whose message is `what: <words for number>`, with `errno`, `code` (its name), `syscall` and, when
// given, `log`. `number` is a positive errno.
[[noreturn]] void throw_errno(Napi::Env env, int number, const char *syscall, const std::string &what,
                              const std::string &log = "");

// `result` as libbpf 1.x and system calls wrapped like it give it: negative errno, or 0 and above for success.
inline int check(Napi::Env env, int result, const char *syscall, const std::string &what) {
  if (result < 0) throw_errno(env, -result, syscall, what);
  return result;
}
