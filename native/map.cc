// SPDX-License-Identifier: Apache-2.0
// Maps: what the kernel knows of them, and their memory.
#include <bpf/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <vector>

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

// mmap begins at pages; `offset` may lie within one.
void read_map(const Napi::CallbackInfo &info) {
  int fd = fd_argument(info, 0, "mapFd");
  size_t offset = number_argument(info, 1, "offset");
  Napi::Uint8Array into = bytes_value(info.Env(), info[2], "`into`");
  if (into.ByteLength() == 0) return;

  size_t within = offset % sysconf(_SC_PAGESIZE);
  size_t length = within + into.ByteLength();
  void *memory = mmap(nullptr, length, PROT_READ, MAP_SHARED, fd, offset - within);
  if (memory == MAP_FAILED)
    throw_errno(info.Env(), errno, "mmap", "mapping " + std::to_string(length) + " bytes of a map");
  memcpy(into.Data(), static_cast<const char *>(memory) + within, into.ByteLength());
  munmap(memory, length);
}

// All entries of a HASH as it is asked, side by side: keys and values in two pieces of memory, not one for each entry.
Napi::Value map_entries(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fd = fd_argument(info, 0, "mapFd");
  size_t key_size = number_argument(info, 1, "keySize");
  size_t value_size = number_argument(info, 2, "valueSize");
  uint32_t capacity = number_argument(info, 3, "capacity");
  std::vector<char> keys(key_size * capacity), values(value_size * capacity);
  // Where the next batch begins: a hash tells the number of a bucket.
  uint32_t place = 0, found = 0;
  for (bool goes_on = false; found < capacity; goes_on = true) {
    uint32_t count = capacity - found;
    int error = bpf_map_lookup_batch(fd, goes_on ? &place : nullptr, &place, keys.data() + found * key_size,
                                     values.data() + found * value_size, &count, nullptr);
    if (error && error != -ENOENT) check(env, error, "bpf_map_lookup_batch", "reading a map");
    found += count;
    if (error) break;
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("keys", Napi::Buffer<char>::Copy(env, keys.data(), found * key_size));
  result.Set("values", Napi::Buffer<char>::Copy(env, values.data(), found * value_size));
  return result;
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
  export_function(exports, "readMap", read_map);
  export_function(exports, "mapEntries", map_entries);
  export_function(exports, "pin", pin);
  export_function(exports, "openPinned", open_pinned);
}
