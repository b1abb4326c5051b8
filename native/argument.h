// SPDX-License-Identifier: Apache-2.0
// Arguments, each checked with a sentence that names it.
#pragma once

#include <napi.h>

#include <string>

uint32_t number_argument(const Napi::CallbackInfo &info, size_t position, const char *name);
int fd_argument(const Napi::CallbackInfo &info, size_t position, const char *name);
bool boolean_argument(const Napi::CallbackInfo &info, size_t position, const char *name);
std::string string_argument(const Napi::CallbackInfo &info, size_t position, const char *name);
Napi::Object object_argument(const Napi::CallbackInfo &info, size_t position, const char *name);

// Properties of an options object. An absent one is the default; a wrong one throws.
uint32_t number_option(const Napi::Object &options, const char *name, uint32_t otherwise);
bool boolean_option(const Napi::Object &options, const char *name, bool otherwise);
Napi::Object object_option(const Napi::Object &options, const char *name);

// Number of an own property's value; `what` names it in the sentence.
uint32_t number_value(Napi::Env env, const Napi::Value &value, const std::string &what);
// The bytes stay owned by the script: use them before returning to it.
Napi::Uint8Array bytes_value(Napi::Env env, const Napi::Value &value, const std::string &what);
