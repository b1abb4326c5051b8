// SPDX-License-Identifier: Apache-2.0
// XDP programs on interfaces, and the links that hold them there.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "argument.h"
#include "error.h"
#include "module.h"

namespace {

Napi::Value link_xdp(const Napi::CallbackInfo &info) {
  int program = fd_argument(info, 0, "programFd");
  uint32_t ifindex = number_argument(info, 1, "ifindex");
  LIBBPF_OPTS(bpf_link_create_opts, options, .flags = number_argument(info, 2, "mode"));
  int fd = bpf_link_create(program, static_cast<int>(ifindex), BPF_XDP, &options);
  check(info.Env(), fd, "bpf_link_create", "attaching to ifindex " + std::to_string(ifindex));
  return Napi::Number::New(info.Env(), fd);
}

void update_link(const Napi::CallbackInfo &info) {
  int link = fd_argument(info, 0, "linkFd");
  int program = fd_argument(info, 1, "programFd");
  check(info.Env(), bpf_link_update(link, program, nullptr), "bpf_link_update", "giving a link another program");
}

void detach_link(const Napi::CallbackInfo &info) {
  check(info.Env(), bpf_link_detach(fd_argument(info, 0, "linkFd")), "bpf_link_detach", "detaching a link");
}

Napi::Value link_info(const Napi::CallbackInfo &info) {
  bpf_link_info link = {};
  uint32_t length = sizeof(link);
  int fd = fd_argument(info, 0, "linkFd");
  check(info.Env(), bpf_obj_get_info_by_fd(fd, &link, &length), "bpf_obj_get_info_by_fd", "reading about a link");
  if (link.type != BPF_LINK_TYPE_XDP) throw Napi::TypeError::New(info.Env(), "`linkFd` must be a link of type XDP");

  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("id", link.id);
  result.Set("programId", link.prog_id);
  result.Set("ifindex", link.xdp.ifindex);
  return result;
}

Napi::Value xdp_query(const Napi::CallbackInfo &info) {
  uint32_t ifindex = number_argument(info, 0, "ifindex");
  LIBBPF_OPTS(bpf_xdp_query_opts, query);
  int failed = bpf_xdp_query(static_cast<int>(ifindex), 0, &query);
  check(info.Env(), failed, "bpf_xdp_query", "asking for the XDP program of ifindex " + std::to_string(ifindex));

  Napi::Object result = Napi::Object::New(info.Env());
  result.Set("programId", query.prog_id);
  result.Set("mode", static_cast<uint32_t>(query.attach_mode));
  return result;
}

}  // namespace

void export_link(Napi::Env, Napi::Object exports) {
  export_function(exports, "linkXdp", link_xdp);
  export_function(exports, "updateLink", update_link);
  export_function(exports, "detachLink", detach_link);
  export_function(exports, "linkInfo", link_info);
  export_function(exports, "xdpQuery", xdp_query);
}
