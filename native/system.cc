// SPDX-License-Identifier: Apache-2.0
// System calls that Node does not offer.
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "argument.h"
#include "error.h"
#include "module.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace {

using Clock = std::chrono::steady_clock;

void close_fd(const Napi::CallbackInfo &info) {
  if (close(fd_argument(info, 0, "fd")) < 0) throw_errno(info.Env(), errno, "close", "closing a descriptor");
}

Napi::Value netns_cookie(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw_errno(env, errno, "socket", "asking for the network namespace");

  uint64_t cookie = 0;
  socklen_t length = sizeof(cookie);
  int failed = getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) < 0 ? errno : 0;
  close(fd);
  if (failed) throw_errno(env, failed, "getsockopt", "asking for the network namespace's cookie");
  return Napi::BigInt::New(env, cookie);
}

// Only the calling thread changes: its sockets and the children it starts are in the namespace afterwards.
void enter_netns(const Napi::CallbackInfo &info) {
  std::string path = string_argument(info, 0, "path");
  int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw_errno(info.Env(), errno, "open", "opening " + path);
  int failed = setns(fd, CLONE_NEWNET) < 0 ? errno : 0;
  close(fd);
  if (failed) throw_errno(info.Env(), failed, "setns", "entering " + path);
}

int lock_before(int fd, Clock::time_point deadline) {
  while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return errno;
    if (Clock::now() >= deadline) return ETIMEDOUT;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return 0;
}

// flock(2) itself waits without limit; hence the asking again and again.
Napi::Value lock(const Napi::CallbackInfo &info) {
  std::string path = string_argument(info, 0, "path");
  std::chrono::milliseconds wait(number_argument(info, 1, "timeoutMs"));
  int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) throw_errno(info.Env(), errno, "open", "opening " + path);

  int failed = lock_before(fd, Clock::now() + wait);
  if (failed) {
    close(fd);
    throw_errno(info.Env(), failed, "flock", "locking " + path);
  }
  return Napi::Number::New(info.Env(), fd);
}

Napi::Value cpu_count(const Napi::CallbackInfo &info) {
  int count = libbpf_num_possible_cpus();
  return Napi::Number::New(info.Env(), check(info.Env(), count, "libbpf_num_possible_cpus", "counting processors"));
}

Napi::Value name_to_index(const Napi::CallbackInfo &info) {
  std::string name = string_argument(info, 0, "name");
  unsigned int index = if_nametoindex(name.c_str());
  if (index == 0) throw_errno(info.Env(), errno, "if_nametoindex", "looking for interface " + name);
  return Napi::Number::New(info.Env(), index);
}

Napi::Value index_to_name(const Napi::CallbackInfo &info) {
  uint32_t index = number_argument(info, 0, "index");
  char name[IF_NAMESIZE];
  if (!if_indextoname(index, name))
    throw_errno(info.Env(), errno, "if_indextoname", "looking for the interface of ifindex " + std::to_string(index));
  return Napi::String::New(info.Env(), name);
}

Napi::Value has_bpf_capability(const Napi::CallbackInfo &info) {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {};
  if (syscall(SYS_capget, &header, data) < 0) throw_errno(info.Env(), errno, "capget", "asking for capabilities");

  auto has = [&data](int capability) {
    return (data[CAP_TO_INDEX(capability)].effective & CAP_TO_MASK(capability)) != 0;
  };
  return Napi::Boolean::New(info.Env(), has(CAP_NET_ADMIN) && (has(CAP_BPF) || has(CAP_SYS_ADMIN)));
}

std::vector<std::string> strings(Napi::Env env, const Napi::Value &value, const char *name) {
  if (!value.IsArray()) throw Napi::TypeError::New(env, std::string("`") + name + "` must be an array of strings");
  Napi::Array array = value.As<Napi::Array>();
  std::vector<std::string> all;
  for (uint32_t i = 0; i < array.Length(); i++) all.push_back(array.Get(i).ToString());
  return all;
}

std::vector<char *> null_terminated(std::vector<std::string> &strings) {
  std::vector<char *> pointers;
  for (std::string &string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// Replaces this process. Node marks its standard descriptors to be closed then, so that is taken back.
void exec(const Napi::CallbackInfo &info) {
  std::string path = string_argument(info, 0, "path");
  std::vector<std::string> arguments = strings(info.Env(), info[1], "argv");
  std::vector<std::string> environment = strings(info.Env(), info[2], "env");
  for (int fd = 0; fd <= 2; fd++) fcntl(fd, F_SETFD, 0);

  execve(path.c_str(), null_terminated(arguments).data(), null_terminated(environment).data());
  throw_errno(info.Env(), errno, "execve", "executing " + path);
}

// Ends this process here and now: nothing of Node's is waited for, or told.
void exit_now(const Napi::CallbackInfo &info) { _exit(static_cast<int>(number_argument(info, 0, "code"))); }

}  // namespace

void export_system(Napi::Env, Napi::Object exports) {
  export_function(exports, "close", close_fd);
  export_function(exports, "netnsCookie", netns_cookie);
  export_function(exports, "enterNetns", enter_netns);
  export_function(exports, "lock", lock);
  export_function(exports, "cpuCount", cpu_count);
  export_function(exports, "ifNameToIndex", name_to_index);
  export_function(exports, "ifIndexToName", index_to_name);
  export_function(exports, "hasBpfCapability", has_bpf_capability);
  export_function(exports, "exec", exec);
  export_function(exports, "exit", exit_now);
}
