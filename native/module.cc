// SPDX-License-Identifier: Apache-2.0
// What the addon offers: see src/kernel/addon.ts for the contract.
#include "module.h"

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  export_object(env, exports);
  export_link(env, exports);
  export_map(env, exports);
  export_test_run(env, exports);
  export_system(env, exports);
  return exports;
}

NODE_API_MODULE(xdpvs, initialize)
