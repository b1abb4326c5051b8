// SPDX-License-Identifier: Apache-2.0
// Compiled BPF objects: loading them, and what the kernel made of their programs.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <vector>

#include "argument.h"
#include "error.h"
#include "module.h"

namespace {

using Object = std::unique_ptr<bpf_object, decltype(&bpf_object__close)>;

// libbpf prints through one function for the whole process, so what it says is collected here while it works.
std::string log_of_this_load;

int collect(enum libbpf_print_level level, const char *format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  va_list again;
  va_copy(again, arguments);
  int length = vsnprintf(nullptr, 0, format, arguments);
  if (length > 0) {
    size_t end = log_of_this_load.size();
    log_of_this_load.resize(end + length + 1);
    vsnprintf(&log_of_this_load[end], length + 1, format, again);
    log_of_this_load.pop_back();
  }
  va_end(again);
  return 0;
}

// libbpf puts the object's name before `.rodata` and `.data`; scripts name a section as the source does.
std::string section_or_name(const bpf_map *map) {
  std::string name = bpf_map__name(map);
  return bpf_map__is_internal(map) ? name.substr(name.find('.')) : name;
}

bpf_map *find_map(Napi::Env env, const bpf_object *object, const std::string &name) {
  bpf_map *map;
  bpf_object__for_each_map(map, object) {
    if (section_or_name(map) == name) return map;
  }
  throw Napi::RangeError::New(env, "the object has no map named `" + name + "`");
}

template <typename Each>
void for_each_own(const Napi::Object &object, Each each) {
  Napi::Array names = object.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); i++) {
    std::string name = names.Get(i).As<Napi::String>();
    each(name, object.Get(name));
  }
}

void set_capacities(Napi::Env env, bpf_object *object, const Napi::Object &capacities) {
  for_each_own(capacities, [&](const std::string &name, const Napi::Value &value) {
    uint32_t capacity = number_value(env, value, "maxEntries of `" + name + "`");
    check(env, bpf_map__set_max_entries(find_map(env, object, name), capacity), "bpf_map__set_max_entries", name);
  });
}

void set_data(Napi::Env env, bpf_object *object, const Napi::Object &data) {
  for_each_own(data, [&](const std::string &name, const Napi::Value &value) {
    bpf_map *map = find_map(env, object, name);
    Napi::Uint8Array bytes = bytes_value(env, value, "data of `" + name + "`");
    if (bytes.ByteLength() != bpf_map__value_size(map))
      throw Napi::RangeError::New(env, "data of `" + name + "` must be " + std::to_string(bpf_map__value_size(map)) +
                                           " bytes, not " + std::to_string(bytes.ByteLength()));
    check(env, bpf_map__set_initial_value(map, bytes.Data(), bytes.ByteLength()), "bpf_map__set_initial_value", name);
  });
}

void reuse_maps(Napi::Env env, bpf_object *object, const Napi::Object &fds) {
  for_each_own(fds, [&](const std::string &name, const Napi::Value &value) {
    int fd = static_cast<int>(number_value(env, value, "reuse of `" + name + "`"));
    check(env, bpf_map__reuse_fd(find_map(env, object, name), fd), "bpf_map__reuse_fd", name);
  });
}

// The object closes its descriptors when it goes; these stay. Whatever was copied is closed again on failure.
class KeptDescriptors {
 public:
  explicit KeptDescriptors(Napi::Env env) : env_(env) {}
  ~KeptDescriptors() {
    for (int fd : fds_) ::close(fd);
  }
  Napi::Number keep(int fd, const char *name) {
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw_errno(env_, errno, "fcntl", name);
    fds_.push_back(copy);
    return Napi::Number::New(env_, copy);
  }
  void hand_over() { fds_.clear(); }

 private:
  Napi::Env env_;
  std::vector<int> fds_;
};

Napi::Object descriptors_of(Napi::Env env, const bpf_object *object) {
  KeptDescriptors kept(env);
  Napi::Object programs = Napi::Object::New(env), maps = Napi::Object::New(env), loaded = Napi::Object::New(env);
  bpf_program *program;
  bpf_object__for_each_program(program, object) {
    const char *name = bpf_program__name(program);
    if (bpf_program__autoload(program)) programs.Set(name, kept.keep(bpf_program__fd(program), name));
  }
  bpf_map *map;
  bpf_object__for_each_map(map, object) {
    if (bpf_map__autocreate(map)) maps.Set(section_or_name(map), kept.keep(bpf_map__fd(map), bpf_map__name(map)));
  }
  loaded.Set("programs", programs);
  loaded.Set("maps", maps);
  kept.hand_over();
  return loaded;
}

Napi::Value load(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  Napi::Object options = object_argument(info, 0, "options");
  if (!options.Get("path").IsString()) throw Napi::TypeError::New(env, "`path` must be a string");
  std::string path = options.Get("path").As<Napi::String>();

  log_of_this_load.clear();
  Object object(bpf_object__open_file(path.c_str(), nullptr), bpf_object__close);
  if (!object) throw_errno(env, errno, "bpf_object__open_file", "opening " + path, log_of_this_load);

  set_capacities(env, object.get(), object_option(options, "maxEntries"));
  set_data(env, object.get(), object_option(options, "data"));
  reuse_maps(env, object.get(), object_option(options, "reuse"));
  int result = bpf_object__load(object.get());
  if (result < 0) throw_errno(env, -result, "bpf_object__load", "loading " + path, log_of_this_load);
  return descriptors_of(env, object.get());
}

Napi::Value program_info(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fd = fd_argument(info, 0, "fd");
  bpf_prog_info program = {};
  uint32_t length = sizeof(program);
  check(env, bpf_obj_get_info_by_fd(fd, &program, &length), "bpf_obj_get_info_by_fd", "reading about a program");

  char tag[2 * BPF_TAG_SIZE + 1];
  for (int i = 0; i < BPF_TAG_SIZE; i++) snprintf(tag + 2 * i, 3, "%02x", program.tag[i]);
  Napi::Object result = Napi::Object::New(env);
  result.Set("id", program.id);
  result.Set("name", program.name);
  result.Set("tag", tag);
  result.Set("verifiedInstructions", program.verified_insns);
  result.Set("jitedSize", program.jited_prog_len);
  result.Set("loadTime", Napi::BigInt::New(env, static_cast<uint64_t>(program.load_time)));
  return result;
}

Napi::Value open_program(const Napi::CallbackInfo &info) {
  uint32_t id = number_argument(info, 0, "id");
  int fd = bpf_prog_get_fd_by_id(id);
  check(info.Env(), fd, "bpf_prog_get_fd_by_id", "opening program " + std::to_string(id));
  return Napi::Number::New(info.Env(), fd);
}

}  // namespace

void export_object(Napi::Env, Napi::Object exports) {
  libbpf_set_print(collect);
  export_function(exports, "load", load);
  export_function(exports, "programInfo", program_info);
  export_function(exports, "openProgram", open_program);
}
