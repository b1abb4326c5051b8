// SPDX-License-Identifier: Apache-2.0
// Maps: what the kernel knows of them, and their memory.
#include <bpf/bpf.h>
#include <sys/mman.h>

#include "argument.h"
#include "error.h"
#include "module.h"

namespace {

Napi::Value map_info(const Napi::CallbackInfo &info) {
  bpf_map_info map = {};
  uint32_t length = sizeof(map);
  int fd = fd_argument(info, 0, "fd");
  check(info.Env(), bpf_obj_get_info_by_fd(fd, &map, &length), "bpf_obj_get_info_by_fd", "reading about a map");

  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("id", map.id);
  result.Set("type", map.type);
  result.Set("keySize", map.key_size);
  result.Set("valueSize", map.value_size);
  result.Set("maxEntries", map.max_entries);
  result.Set("flags", map.map_flags);
  return result;
}

// The memory goes when the script's last view of it does.
Napi::Value mmap_map(const Napi::CallbackInfo &info) {
  int fd = fd_argument(info, 0, "mapFd");
  size_t length = number_argument(info, 1, "length");
  int protection = boolean_argument(info, 2, "writable") ? PROT_READ | PROT_WRITE : PROT_READ;
  if (length == 0) throw Napi::RangeError::New(info.Env(), "`length` must be more than 0");

  void *memory = mmap(nullptr, length, protection, MAP_SHARED, fd, 0);
  if (memory == MAP_FAILED)
    throw_errno(info.Env(), errno, "mmap", "mapping " + std::to_string(length) + " bytes of a map");
  return Napi::ArrayBuffer::New(info.Env(), memory, length,
                                [length](Napi::Env, void *mapped) { munmap(mapped, length); });
}

void pin(const Napi::CallbackInfo &info) {
  int fd = fd_argument(info, 0, "fd");
  std::string path = string_argument(info, 1, "path");
  check(info.Env(), bpf_obj_pin(fd, path.c_str()), "bpf_obj_pin", "pinning " + path);
}

Napi::Value open_pinned(const Napi::CallbackInfo &info) {
  std::string path = string_argument(info, 0, "path");
  int fd = check(info.Env(), bpf_obj_get(path.c_str()), "bpf_obj_get", "opening " + path);
  return Napi::Number::New(info.Env(), fd);
}

}  // namespace

void export_map(Napi::Env, Napi::Object exports) {
  export_function(exports, "mapInfo", map_info);
  export_function(exports, "mmapMap", mmap_map);
  export_function(exports, "pin", pin);
  export_function(exports, "openPinned", open_pinned);
}
