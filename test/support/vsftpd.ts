// SPDX-License-Identifier: Apache-2.0
/** A real FTP server for anonymous users: vsftpd, in both families, whose file `name` says which real server it is. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes the files; returns the path of the configuration. */
export function configureVsftpd(folder: string, name: string): string {
  const own = (file: string): string => join(folder, file);
  // Its unprivileged half has to come by.
  for (const each of [join(folder, '..'), folder]) {
    mkdirSync(each, { recursive: true });
    chmodSync(each, 0o755);
  }
  for (const each of ['empty', 'ftp']) mkdirSync(own(each), { mode: 0o755, recursive: true });
  writeFileSync(own('ftp/name'), `${name}\n`);
  writeFileSync(own('ftp/large'), Buffer.alloc(2_000_000, name));
  mkdirSync(own('ftp/incoming'), { recursive: true });
  chmodSync(own('ftp/incoming'), 0o777);
  writeFileSync(
    own('vsftpd.conf'),
    `listen=NO
listen_ipv6=YES
background=NO
anonymous_enable=YES
local_enable=NO
no_anon_password=YES
nopriv_user=nobody
write_enable=YES
anon_upload_enable=YES
anon_umask=022
connect_from_port_20=YES
seccomp_sandbox=NO
xferlog_enable=NO
anon_root=${own('ftp')}
secure_chroot_dir=${own('empty')}
`,
  );
  return own('vsftpd.conf');
}
