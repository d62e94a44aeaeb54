import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { expect, test } from 'vitest';
import { politeness } from '../../../src/training/politeness.ts';

const file = new URL('../../../src/training/politeness.ts', import.meta.url).href;

test.runIf(process.platform === 'linux')('on Linux the thread that trains has a lower priority, and no other', () => {
  const worker = `import { politeness } from ${JSON.stringify(file)};
    import { getPriority } from 'node:os';
    import { parentPort } from 'node:worker_threads';
    const rest = politeness('linux');
    parentPort.postMessage([getPriority(), rest === undefined]);`;
  const host = `import { getPriority } from 'node:os';
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(worker)})));
    worker.on('message', (message) => console.log(JSON.stringify([...message, getPriority()])));`;
  const before = JSON.parse(execFileSync(process.execPath, ['-p', 'os.getPriority()'], { encoding: 'utf8' }));
  const answer = execFileSync(process.execPath, ['--input-type=module', '-e', host], { encoding: 'utf8' });
  expect(JSON.parse(answer)).toEqual([constants.priority.PRIORITY_BELOW_NORMAL, true, before]);
});

test('elsewhere it rests, the longer the more was computed', async () => {
  for (const platform of ['darwin', 'win32'] as const) {
    const rest = politeness(platform)!;
    const before = performance.now();
    await rest(1);
    expect(performance.now() - before).toBeGreaterThan(90);
  }
});
