// SPDX-License-Identifier: Apache-2.0
#include "error.h"

#include <bpf/libbpf.h>

#include <cstring>

// libbpf has error numbers of its own from 4000 on, which the C library cannot name.
static std::string name_of(int number) {
  const char *name = strerrorname_np(number);
  return name ? name : "LIBBPF_" + std::to_string(number);
}

static std::string words_for(int number) {
  char words[128] = "";
  libbpf_strerror(number, words, sizeof(words));
  return words;
}

void throw_errno(Napi::Env env, int number, const char *syscall, const std::string &what, const std::string &log) {
  Napi::Error error = Napi::Error::New(env, what + ": " + words_for(number));
  error.Set("errno", Napi::Number::New(env, number));
  error.Set("code", Napi::String::New(env, name_of(number)));
  error.Set("syscall", Napi::String::New(env, syscall));
  if (!log.empty()) error.Set("log", Napi::String::New(env, log));
  throw error;
}
