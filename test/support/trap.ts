/**
 * Loaded before everything else, in each process and thread of Node (`NODE_OPTIONS=--require`): writes down every socket
 * that is opened, every process that is started and every file that is changed, with the code that did it. Nothing is
 * kept from happening. What native code does by itself is not seen.
 */
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import fs from 'node:fs';
import module from 'node:module';
import net from 'node:net';
import { isMainThread } from 'node:worker_threads';
import type { Trapped } from './trapped.ts';

type Any = (this: unknown, ...args: unknown[]) => unknown;
type Table = Record<string, Any>;

type Note = (what: Trapped['what'], name: string, subject: string) => void;

function sockets(note: Note): void {
  const watch = (table: unknown, names: readonly string[]) =>
    wrap(table, names, (name, args) => note('socket', name, describe(args[0])));
  watch(net.Socket.prototype, ['connect']);
  watch(net.Server.prototype, ['listen']);
  watch(dgram.Socket.prototype, ['bind', 'connect', 'send']);
  const lookups = Object.keys(dns).filter((name) => /^(lookup|resolve|reverse)/.test(name));
  watch(dns, lookups);
  watch(dns.promises, lookups);
}

function processes(note: Note): void {
  const watch = (table: unknown, names: readonly string[]) =>
    wrap(table, names, (name, args) => note('process', name, describe(args[0])));
  watch(childProcess.ChildProcess.prototype, ['spawn']);
  watch(childProcess, ['spawnSync', 'execFileSync', 'execSync']);
}

const CHANGING_FIRST = [
  ...['writeFile', 'appendFile', 'mkdir', 'mkdtemp', 'rm', 'rmdir', 'unlink', 'truncate', 'chmod', 'chown', 'utimes'],
  ...['createWriteStream', 'rename'],
];
const CHANGING_SECOND = ['copyFile', 'cp', 'link', 'symlink', 'rename'];

function files(note: Note): void {
  const bothForms = (name: string) => [name, `${name}Sync`];
  for (const table of [fs, fs.promises]) {
    const path = (index: number) => (name: string, args: readonly unknown[]) => {
      // A number is a file that was opened before.
      if (typeof args[index] !== 'number') note('write', name, describe(args[index]));
    };
    wrap(table, CHANGING_FIRST.flatMap(bothForms), path(0));
    wrap(table, CHANGING_SECOND.flatMap(bothForms), path(1));
    wrap(table, bothForms('open'), (name, args) => {
      if (isForWriting(args[1])) note('write', name, describe(args[0]));
    });
  }
}

function isForWriting(flags: unknown): boolean {
  const { O_WRONLY, O_RDWR, O_CREAT } = fs.constants;
  return typeof flags === 'number' ? (flags & (O_WRONLY | O_RDWR | O_CREAT)) !== 0 : /[wa+]/.test(String(flags ?? 'r'));
}

function wrap(table: unknown, names: readonly string[], see: (name: string, args: readonly unknown[]) => void): void {
  const functions = table as Table;
  for (const name of names) {
    const original = functions[name];
    if (typeof original !== 'function') continue;
    const watched: Any = function (...args) {
      see(name, args);
      return original.apply(this, args);
    };
    // What others hang on the function (`util.promisify.custom`) stays.
    functions[name] = Object.defineProperties(watched, Object.getOwnPropertyDescriptors(original));
  }
}

function describe(subject: unknown): string {
  if (typeof subject === 'string') return subject;
  if (subject instanceof URL) return subject.href;
  if (Buffer.isBuffer(subject)) return subject.toString();
  try {
    return JSON.stringify(subject, (key, value) => (key === 'env' || key === 'envPairs' ? undefined : value));
  } catch {
    return String(subject);
  }
}

const file = process.env['INKLING_TRAP'];
/** Where it is set already, by whatever way. */
const isSet = Symbol.for('inkling.trap');
if (file !== undefined && !(isSet in globalThis)) {
  Object.assign(globalThis, { [isSet]: true });
  const append = fs.appendFileSync;
  let isNoting = false;
  const note = (what: Trapped['what'], name: string, subject: string) => {
    if (isNoting) return; // a file of our own
    isNoting = true;
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 60;
    const by = new Error().stack!.split('\n').slice(3).join('\n');
    Error.stackTraceLimit = stackTraceLimit;
    append(file, `${JSON.stringify({ what, name, subject, by, isMainThread } satisfies Trapped)}\n`);
    isNoting = false;
  };
  sockets(note);
  processes(note);
  files(note);
  module.syncBuiltinESMExports();
}
