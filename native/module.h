// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <napi.h>

void export_object(Napi::Env env, Napi::Object exports);
void export_link(Napi::Env env, Napi::Object exports);
void export_map(Napi::Env env, Napi::Object exports);
void export_test_run(Napi::Env env, Napi::Object exports);
void export_system(Napi::Env env, Napi::Object exports);

template <typename Function>
void export_function(Napi::Object exports, const char *name, Function function) {
  exports.Set(name, Napi::Function::New(exports.Env(), function, name));
}
