import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { swiftshaderEnvironment, withoutSwiftshader } from '../../support/swiftshader.ts';
import { hasStrace, systemCallsOf, withoutWatch } from '../../support/systemCalls.ts';
import { TENSORFLOW_FOLDERS, tensorflowForTests } from '../../support/tensorflow.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(root, 'dist', 'cli.js');
const inspecting = join(root, 'test', 'support', 'inspecting.ts');

describe.skipIf(withoutWatch)(`native code${withoutWatch}`, { timeout: 240_000 }, () => {
  let folder: string;
  let model: string;
  /** As on somebody's own machine, where nothing of it is for tests, with folders that were empty before. */
  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: folderOf('home'),
    TMPDIR: folderOf('tmp'),
    XDG_CACHE_HOME: folderOf('cache'),
  });
  const folderOf = (name: string) => join(folder, name);

  async function run(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const trace = join(folder, 'trace.txt');
    const options = { trace, env: { ...environment(), ...env }, input: 'export function ' };
    return systemCallsOf(process.execPath, args, options);
  }

  /** What nothing of Inkling may do: nobody is called, nothing is looked up, nothing is written elsewhere. */
  async function runsAlone(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const { internet, lookups, changed, stdout } = await run(args, env);
    expect(internet).toEqual([]);
    expect(lookups).toEqual([]);
    const own = [folderOf('out'), join(folderOf('cache'), 'inkling'), '/dev/', '/proc/self/'];
    const isOwn = (path: string) => path === folderOf('cache') || own.some((place) => path.startsWith(place));
    expect(changed?.filter((path) => !isOwn(path)) ?? []).toEqual([]);
    for (const name of ['home', 'tmp']) expect(readdirSync(folderOf(name))).toEqual([]);
    expect(readdirSync(folderOf('cache')).filter((name) => name !== 'inkling')).toEqual([]);
    return stdout;
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'inkling-native-'));
    for (const name of ['home', 'tmp', 'cache', 'out']) mkdirSync(folderOf(name));
    model = join(folderOf('out'), 'model.onnx');
    const scheduler = join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler');
    cpSync(scheduler, folderOf('source'), { recursive: true });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('would be seen to look up a name, and to call somebody, outside of JavaScript', async () => {
    // `getaddrinfo` is native, and so is the socket that asks for `localhost.invalid`, or that somebody is called through.
    const calls = [
      "import { connect } from 'node:net';",
      "import { lookup } from 'node:dns/promises';",
      "connect(9, '127.0.0.1').on('error', () => {});",
      "await lookup('localhost.invalid').catch(() => {});",
      // A socket that is open long enough to be found where it is looked for.
      "(await import('node:dgram')).createSocket('udp4').bind(0, '127.0.0.1');",
      'setTimeout(() => process.exit(), 300);',
    ].join('\n');
    const { internet, lookups, changed } = await run(['--input-type=module', '--eval', calls]);
    expect(internet.length).toBeGreaterThan(0);
    if (!hasStrace) return;
    expect(internet.join('\n')).toMatch(/connect\(.*AF_INET, sin_port=htons\(9\)/);
    expect(lookups.length).toBeGreaterThan(0);
    expect(changed).toEqual([]);
  });

  test('trains without calling anybody, for longer than collected events would wait', async () => {
    const args = ['train', folderOf('source'), '--out', model, '--minutes', '0.4', '--hidden', '32'];
    await runsAlone([cli, ...args]);
    expect(readdirSync(folderOf('out'))).toContain('model.onnx');
  });

  test('completes, generates and measures without calling anybody', async () => {
    expect(await runsAlone([cli, 'complete', model])).not.toBe('');
    await runsAlone([cli, 'generate', model, '--length', '50']);
    await runsAlone([cli, 'evaluate', model, folderOf('source'), '--predictor', 'mixture']);
    await runsAlone([cli, 'simulate', model, folderOf('source'), '--characters', '200']);
  });

  test('looks into a model without calling anybody', async () => {
    expect(await runsAlone([cli, 'inspect', model])).toContain('32');
    expect(await runsAlone([inspecting, model])).toBe('6\n');
  });

  const withTensorflow = tensorflowForTests().missing === '';
  const without = withTensorflow ? '' : ' (without TensorFlow, as there is no tfjs-node)';
  test(`looks for devices without calling anybody${without}${withoutSwiftshader.replace('skipped', 'without a GPU')}`, async () => {
    const gpu = withoutSwiftshader === '' ? swiftshaderEnvironment() : {};
    const tensorflow = withTensorflow ? { INKLING_TENSORFLOW: TENSORFLOW_FOLDERS[0]! } : {};
    const said = await runsAlone([cli, 'devices', '--threads', '2'], { ...gpu, ...tensorflow });
    expect(said).toContain('onnx');
    if (withTensorflow) expect(said).toMatch(/^tensorflow\s+cpu .*char\/s/m);
  });
});
