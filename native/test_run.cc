// SPDX-License-Identifier: Apache-2.0
// BPF_PROG_TEST_RUN: one packet through a program, or one call of a syscall program.
#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <cstring>
#include <vector>

#include "argument.h"
#include "error.h"
#include "module.h"

namespace {

// An outer IPv6 header and a tunnel's own header fit several times.
constexpr size_t ROOM_FOR_GROWTH = 256;

struct Run {
  bpf_test_run_opts options = {};
  xdp_md interface = {};
  std::vector<uint8_t> context;
  std::vector<uint8_t> output;
};

void give_packet(Run &run, const Napi::Uint8Array &packet, bool live) {
  run.options.data_in = packet.Data();
  run.options.data_size_in = packet.ByteLength();
  if (live) return;
  run.output.resize(packet.ByteLength() + ROOM_FOR_GROWTH);
  run.options.data_out = run.output.data();
  run.options.data_size_out = run.output.size();
}

// The kernel asks that data and data_end of the context describe the packet given.
void give_interface(Run &run, uint32_t ifindex) {
  run.interface.data_end = run.options.data_size_in;
  run.interface.ingress_ifindex = ifindex;
  run.options.ctx_in = &run.interface;
  run.options.ctx_size_in = sizeof(run.interface);
}

void give_context(Run &run, const Napi::Uint8Array &context) {
  run.context.assign(context.Data(), context.Data() + context.ByteLength());
  run.options.ctx_in = run.context.data();
  run.options.ctx_size_in = run.context.size();
}

void prepare(Napi::Env env, Run &run, const Napi::Object &options) {
  run.options.sz = sizeof(run.options);
  run.options.repeat = static_cast<int>(number_option(options, "repeat", 0));
  run.options.batch_size = number_option(options, "batchSize", 0);
  bool live = boolean_option(options, "liveFrames", false);
  if (live) run.options.flags = BPF_F_TEST_XDP_LIVE_FRAMES;

  Napi::Value data = options.Get("data"), context = options.Get("ctx");
  uint32_t ifindex = number_option(options, "ingressIfindex", 0);
  if (!context.IsUndefined() && ifindex != 0)
    throw Napi::TypeError::New(env, "`ctx` and `ingressIfindex` exclude each other");
  if (!data.IsUndefined()) give_packet(run, bytes_value(env, data, "`data`"), live);
  if (!context.IsUndefined()) give_context(run, bytes_value(env, context, "`ctx`"));
  if (ifindex != 0) give_interface(run, ifindex);
}

Napi::Uint8Array copy_of(Napi::Env env, const std::vector<uint8_t> &bytes, size_t length) {
  Napi::Uint8Array copy = Napi::Uint8Array::New(env, length);
  if (length > 0) memcpy(copy.Data(), bytes.data(), length);
  return copy;
}

Napi::Value test_run(const Napi::CallbackInfo &info) {
  Napi::Env env = info.Env();
  int program = fd_argument(info, 0, "programFd");
  Run run;
  prepare(env, run, object_argument(info, 1, "options"));
  check(env, bpf_prog_test_run_opts(program, &run.options), "bpf_prog_test_run_opts", "running a program");

  Napi::Object result = Napi::Object::New(env);
  result.Set("retval", run.options.retval);
  result.Set("duration", run.options.duration);
  result.Set("data", copy_of(env, run.output, run.output.empty() ? 0 : run.options.data_size_out));
  result.Set("ctx", copy_of(env, run.context, run.context.size()));
  return result;
}

}  // namespace

void export_test_run(Napi::Env, Napi::Object exports) { export_function(exports, "testRun", test_run); }
