import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { setTrap } from '../../support/trapped.ts';
import { it } from '../fixtures.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

const test = it
  .extend('trap', ({ folder }) => setTrap(join(folder, 'trapped.jsonl')))
  .extend('node', ({ folder, trap }) => (...args: string[]): string => {
    return execFileSync(process.execPath, args, {
      env: { ...process.env, ...trap.environment, XDG_CACHE_HOME: join(folder, 'cache') },
      input: 'export function ',
      encoding: 'utf8',
    });
  });

test('the trap sees sockets, processes and files, in threads too', ({ folder, trap, node }) => {
  const deeds = `
    import { spawnSync } from 'node:child_process';
    import { lookup } from 'node:dns/promises';
    import { writeFileSync } from 'node:fs';
    import { open } from 'node:fs/promises';
    import { Worker } from 'node:worker_threads';
    await fetch('http://127.0.0.1:10009/').catch(() => {});
    await lookup('localhost');
    spawnSync('true');
    writeFileSync(${JSON.stringify(join(folder, 'a'))}, '');
    await (await open(${JSON.stringify(join(folder, 'b'))}, 'w')).close();
    new Worker(new URL("data:text/javascript,import { connect } from 'node:net'; connect(9, '127.0.0.1').on('error', () => {})"));`;
  node('--input-type=module', '--eval', deeds);
  const seen = trap.read();
  const named = (name: string) => seen.filter((one) => one.name === name).map(({ isMainThread }) => isMainThread);
  expect(named('connect')).toEqual([true, false]);
  expect(named('lookup')).toContain(true);
  expect(named('spawnSync')).toEqual([true]);
  const written = seen.filter(({ what }) => what === 'write').map(({ subject }) => subject);
  expect([...new Set(written)]).toEqual([join(folder, 'a'), join(folder, 'b')]);
});

test('the command opens no socket, starts no process, and writes only what it is asked for and its cache', ({
  folder,
  trap,
  node,
}) => {
  const source = join(folder, 'source');
  cpSync(join(root, 'node_modules', 'rxjs', 'src', 'internal', 'scheduler'), source, { recursive: true });
  const model = join(folder, 'out', 'model.onnx');
  mkdirSync(join(folder, 'out'));
  const cli = join(root, 'dist', 'cli.js');
  node(cli, 'train', source, '--out', model, '--minutes', '0.1', '--hidden', '32');
  expect(node(cli, 'complete', model)).not.toBe('');
  node(cli, 'generate', model, '--length', '50');
  node(cli, 'evaluate', model, source, '--predictor', 'mixture');
  node(cli, 'simulate', model, source, '--characters', '200');
  const seen = trap.read();
  expect(seen.filter(({ what }) => what !== 'write')).toEqual([]);
  const places = [join(folder, 'out'), join(folder, 'cache')];
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.filter(({ subject }) => !places.some((place) => subject.startsWith(place)))).toEqual([]);
});
