// SPDX-License-Identifier: Apache-2.0
/** `xdpvs`: the director for people. Each command's module is loaded only when it is asked for. */
import yargs from 'yargs';

import { EXIT_USAGE } from './cli/output.js';
import type { Output } from './cli/output.js';
import { version } from './version.js';

const say: Output = {
  out: (line) => process.stdout.write(`${line}\n`),
  err: (line) => process.stderr.write(`${line}\n`),
};

/** Resolves to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  let code = 0;
  const run = (work: () => Promise<number> | number) => async () => {
    code = await work();
  };

  const parser = yargs([...argv])
    .scriptName('xdpvs')
    .usage('xdpvs COMMAND: Linux Virtual Server in XDP. Services and real servers are the matter of xdpvsadm.')
    .command(
      'attach [interface..]',
      'put the director on interfaces',
      (y) => attachOptions(y),
      (args) =>
        run(async () => {
          const { attachCommand } = await import('./cli/attach.js');
          return attachCommand(args.interface ?? [], args, say);
        })(),
    )
    .command(
      'detach [interface..]',
      'take the director off interfaces',
      (y) => detachOptions(y),
      (args) =>
        run(async () => {
          const { detachCommand } = await import('./cli/detach.js');
          return detachCommand(args.interface ?? [], args, say);
        })(),
    )
    .command(
      'status',
      'what is attached, and how full the tables are',
      (y) => y.options(JSON_OPTION),
      (args) =>
        run(async () => {
          const { statusCommand } = await import('./cli/status.js');
          return statusCommand(args, say);
        })(),
    )
    .command(
      'check',
      'find what makes "it runs but nothing arrives"',
      (y) => y.options(JSON_OPTION),
      (args) =>
        run(async () => {
          const { checkCommand } = await import('./cli/check_command.js');
          return checkCommand(args, say);
        })(),
    )
    .command(
      'realserver [action] [vip..]',
      'make this host a real server of DR or TUN',
      (y) => realServerOptions(y),
      (args) =>
        run(async () => {
          const { action, vip, tunnel, interface: interfaces } = args;
          if (action !== 'start' && action !== 'stop')
            throw new UsageError('realserver wants to start or to stop: xdpvs realserver start|stop VIP…');
          const { realServer } = await import('./cli/realserver.js');
          return realServer(action, vip ?? [], { tunnel, interfaces: interfaces ?? [] }, say);
        })(),
    )
    .command(
      'serve',
      'export metrics for Prometheus until told to end',
      (y) => serveOptions(y),
      (args) =>
        run(async () => {
          const { serve } = await import('./cli/serve.js');
          const { pinnedSource } = await import('./director/source.js');
          return serve(pinnedSource(version()), args.listen === undefined ? {} : { listen: args.listen }, say);
        })(),
    )
    .demandCommand(1, 'no command given: `xdpvs --help` lists them')
    .strict()
    .version(version())
    .help()
    .wrap(Math.min(100, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message);
    });

  try {
    await parser.parseAsync();
    return code;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    say.err(`xdpvs: ${error.message.split('\n')[0]}`);
    return EXIT_USAGE;
  }
}

class UsageError extends Error {}

const JSON_OPTION = { json: { type: 'boolean', default: false, describe: 'for programs' } } as const;

type Parser = ReturnType<typeof yargs>;

function attachOptions(y: Parser) {
  return y.positional('interface', { type: 'string', array: true, describe: 'network interfaces' }).options({
    mode: { type: 'string', default: 'auto', describe: 'auto, native (in the driver) or generic' },
    connections: { type: 'number', describe: 'lines of the connection table, a power of two (first attach)' },
    servers: { type: 'number', describe: 'capacity for real servers (first attach)' },
    services: { type: 'number', describe: 'capacity for virtual services (first attach)' },
  });
}

function detachOptions(y: Parser) {
  return y.positional('interface', { type: 'string', array: true, describe: 'network interfaces' }).options({
    all: { type: 'boolean', default: false, describe: 'from every interface' },
    forget: { type: 'boolean', default: false, describe: 'with --all: the virtual services too' },
  });
}

function realServerOptions(y: Parser) {
  return y
    .positional('action', { type: 'string', describe: 'start or stop' })
    .positional('vip', { type: 'string', array: true, describe: 'virtual addresses' })
    .options({
      tunnel: { type: 'boolean', default: false, describe: 'take off the outer header too (TUN)' },
      interface: { type: 'string', array: true, nargs: 1, describe: 'where tunnelled packets arrive' },
    });
}

function serveOptions(y: Parser) {
  return y.options({ listen: { type: 'string', describe: 'ADDR:PORT; loopback unless told otherwise' } });
}
