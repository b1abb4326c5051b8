// SPDX-License-Identifier: Apache-2.0
/** A real nginx whose only page says which real server it is. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the files; returns the path of the configuration. `nginx -c` on it binds its sockets before it returns. */
export function configureNginx(folder: string, page: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'nginx.conf');
  const own = (name: string): string => join(folder, name);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    path,
    `user root;
worker_processes 1;
pid ${own('pid')};
error_log ${own('error.log')};
events { worker_connections 256; }
http {
  access_log off;
${temporary.map((name) => `  ${name}_temp_path ${own(name)};`).join('\n')}
  server {
    listen 80;
    listen [::]:80;
    location / { default_type text/plain; return 200 "${page}\\n"; }
    location /large { default_type application/octet-stream; alias ${own('large')}; }
  }
}
`,
  );
  writeFileSync(own('large'), Buffer.alloc(300_000, page));
  return path;
}
