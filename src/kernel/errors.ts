// SPDX-License-Identifier: Apache-2.0
/** What can keep the director from being changed or read, in words for its user. Exit codes as in sysexits.h. */

export const EXIT_UNKNOWN_INTERFACE = 66;
export const EXIT_UNAVAILABLE = 69;
export const EXIT_KERNEL = 71;
export const EXIT_ALREADY = 73;
export const EXIT_BUSY = 75;
export const EXIT_NO_PERMISSION = 77;
export const EXIT_LAYOUT = 78;

export class KernelError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

export class NotPermitted extends KernelError {
  constructor() {
    super('loading and attaching need CAP_NET_ADMIN and CAP_BPF: run it as root', EXIT_NO_PERMISSION);
  }
}

export class NotAttached extends KernelError {
  constructor() {
    super('no director in this network namespace: begin with `xdpvs attach INTERFACE`', EXIT_UNAVAILABLE);
  }
}

export class NoSuchInterface extends KernelError {
  constructor(name: string) {
    super(`there is no interface ${name} in this network namespace: \`ip link\` lists them`, EXIT_UNKNOWN_INTERFACE);
  }
}

export class AlreadyAttached extends KernelError {
  constructor(name: string) {
    super(
      `${name} is attached already: \`xdpvs status\` shows it, \`xdpvs detach ${name}\` takes it off`,
      EXIT_ALREADY,
    );
  }
}

export class NotAttachedHere extends KernelError {
  constructor(name: string) {
    super(`${name} is not attached: \`xdpvs status\` lists what is`, EXIT_UNKNOWN_INTERFACE);
  }
}

export class ForeignProgram extends KernelError {
  constructor(name: string, program: string, id: number) {
    super(
      `${name} has an XDP program that is not xdpvs's: ${program} (id ${id}); take it off with the tool that attached it`,
      EXIT_UNAVAILABLE,
    );
  }
}

export class AttachRefused extends KernelError {
  constructor(name: string, mode: string, cause: Error, advice: string) {
    super(`${name} cannot run XDP in ${mode} mode: ${cause.message}; ${advice}`, EXIT_UNAVAILABLE, { cause });
  }
}

export class KernelTooOld extends KernelError {
  constructor(release: string) {
    super(`this kernel is ${release}, and xdpvs needs 6.1 or later: boot a newer one`, EXIT_KERNEL);
  }
}

export class LoadFailed extends KernelError {
  /** What libbpf and the verifier said. */
  readonly log: string;

  constructor(cause: Error & { log?: string }) {
    const log = cause.log ?? '';
    super(`the kernel refused xdpvs's program: ${reasonIn(log) ?? cause.message}`, EXIT_KERNEL, { cause });
    this.log = log;
  }
}

/** The verifier's last words before its statistics say why; everything before is how it got there. */
function reasonIn(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line !== '' && !line.startsWith('libbpf:'));
  return lines.filter((line) => !line.startsWith('processed ')).at(-1);
}

export class LayoutMismatch extends KernelError {
  constructor(found: string, expected: string) {
    super(
      `the pinned maps are of another build of xdpvs (layout ${found}, this build ${expected}): save the services ` +
        'with the build that made them, then run `xdpvs detach --all --forget` and attach again',
      EXIT_LAYOUT,
    );
  }
}

export class LockBusy extends KernelError {
  constructor(path: string, waitMs: number) {
    super(
      `another xdpvs command has held ${path} for ${waitMs / 1000} s: try again when it is done (\`lsof ${path}\` names it)`,
      EXIT_BUSY,
    );
  }
}

export class NoBpfFileSystem extends KernelError {
  constructor(path: string, why: string) {
    super(
      `${path} is no BPF file system and cannot be made one: ${why}; try \`mount -t bpf bpf ${path}\``,
      EXIT_KERNEL,
    );
  }
}

/** errno's name of an Error thrown by Node, the addon or npm bpf. */
export function codeOf(error: unknown): string | undefined {
  return (error as { code?: string }).code;
}
