// SPDX-License-Identifier: Apache-2.0
#include "argument.h"

#include <cmath>
#include <limits>

static std::string quoted(const char *name) { return std::string("`") + name + "`"; }

uint32_t number_value(Napi::Env env, const Napi::Value &value, const std::string &what) {
  if (!value.IsNumber()) throw Napi::TypeError::New(env, what + " must be a number");
  double number = value.As<Napi::Number>().DoubleValue();
  bool fits = number >= 0 && number <= std::numeric_limits<uint32_t>::max() && std::floor(number) == number;
  if (!fits) throw Napi::RangeError::New(env, what + " must be an integer from 0 to 4294967295");
  return static_cast<uint32_t>(number);
}

Napi::Uint8Array bytes_value(Napi::Env env, const Napi::Value &value, const std::string &what) {
  bool is_bytes = value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == napi_uint8_array;
  if (!is_bytes) throw Napi::TypeError::New(env, what + " must be a Uint8Array");
  return value.As<Napi::Uint8Array>();
}

uint32_t number_argument(const Napi::CallbackInfo &info, size_t position, const char *name) {
  return number_value(info.Env(), info[position], quoted(name));
}

int fd_argument(const Napi::CallbackInfo &info, size_t position, const char *name) {
  uint32_t fd = number_argument(info, position, name);
  if (fd > static_cast<uint32_t>(std::numeric_limits<int>::max()))
    throw Napi::RangeError::New(info.Env(), quoted(name) + " must be a file descriptor");
  return static_cast<int>(fd);
}

bool boolean_argument(const Napi::CallbackInfo &info, size_t position, const char *name) {
  if (!info[position].IsBoolean()) throw Napi::TypeError::New(info.Env(), quoted(name) + " must be a boolean");
  return info[position].As<Napi::Boolean>();
}

std::string string_argument(const Napi::CallbackInfo &info, size_t position, const char *name) {
  if (!info[position].IsString()) throw Napi::TypeError::New(info.Env(), quoted(name) + " must be a string");
  return info[position].As<Napi::String>();
}

Napi::Object object_argument(const Napi::CallbackInfo &info, size_t position, const char *name) {
  if (!info[position].IsObject()) throw Napi::TypeError::New(info.Env(), quoted(name) + " must be an object");
  return info[position].As<Napi::Object>();
}

uint32_t number_option(const Napi::Object &options, const char *name, uint32_t otherwise) {
  Napi::Value value = options.Get(name);
  return value.IsUndefined() ? otherwise : number_value(options.Env(), value, quoted(name));
}

bool boolean_option(const Napi::Object &options, const char *name, bool otherwise) {
  Napi::Value value = options.Get(name);
  if (value.IsUndefined()) return otherwise;
  if (!value.IsBoolean()) throw Napi::TypeError::New(options.Env(), quoted(name) + " must be a boolean");
  return value.As<Napi::Boolean>();
}

Napi::Object object_option(const Napi::Object &options, const char *name) {
  Napi::Value value = options.Get(name);
  if (value.IsUndefined()) return Napi::Object::New(options.Env());
  if (!value.IsObject()) throw Napi::TypeError::New(options.Env(), quoted(name) + " must be an object");
  return value.As<Napi::Object>();
}
