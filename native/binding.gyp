# SPDX-License-Identifier: Apache-2.0
{
  'targets': [
    {
      'target_name': 'xdpvs',
      'sources': ['module.cc', 'error.cc', 'argument.cc', 'object.cc', 'link.cc', 'map.cc', 'test_run.cc', 'system.cc'],
      'dependencies': ["<!(node -p \"require('node-addon-api').targets\"):node_addon_api_except"],
      'defines': ['NAPI_VERSION=8'],
      'cflags_cc': ['-std=c++17', '-Wall', '-Wextra', '<!@(pkg-config --cflags libbpf)'],
      'libraries': ['<!@(pkg-config --libs libbpf)'],
    },
  ],
}
