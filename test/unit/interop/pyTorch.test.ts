import { spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LstmPredictor } from '../../../src/completion/experts/lstmPredictor.ts';
import { decodeModel } from '../../../src/lstm/modelFile.ts';
import { LstmRuntime } from '../../../src/lstm/runtime.ts';
import { decodeSafetensors } from '../../../src/lstm/safetensors.ts';
import { inkling, jsonLines } from '../../support/commandLine.ts';
import { missingInPython, PYTHON, runInterop, runInteropLines } from '../../support/python.ts';

const TRAIN = fileURLToPath(new URL('../../../interop/pytorch/train.py', import.meta.url));
const SOURCE = 'node_modules/rxjs/src';
const withoutPyTorch = missingInPython('numpy', 'torch', 'safetensors');

/** A line of train.py; which of these it has depends on its type. */
interface Event {
  readonly type: 'start' | 'progress' | 'evaluation' | 'checkpoint' | 'stopped' | 'done';
  readonly step: number;
  readonly trainBitsPerCharacter: number;
  readonly heldOutBitsPerCharacter: number;
  readonly characters: number;
}

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
  readonly events: readonly Event[];
}

/** Runs train.py, in so many processes under torchrun, or in one without; `onEvent` may kill it. */
async function train(
  args: readonly string[],
  {
    processes = 0,
    onEvent = () => {},
  }: {
    processes?: number;
    onEvent?: (event: Event, kill: (signal: NodeJS.Signals) => void) => void;
  } = {},
): Promise<Run> {
  const launcher = processes
    ? ['-m', 'torch.distributed.run', '--standalone', '--nproc-per-node', String(processes)]
    : [];
  const child = spawn(PYTHON, [...launcher, TRAIN, ...args, '--device', 'cpu', '--threads', '1']);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    stderr += chunk;
  });
  const ended = new Promise<Pick<Run, 'code' | 'signal'>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const events: Event[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    events.push(JSON.parse(line));
    onEvent(events.at(-1)!, (signal) => child.kill(signal));
  }
  return { ...(await ended), stderr, events };
}

const lossesOf = ({ events }: Run) =>
  new Map(events.filter(({ type }) => type === 'progress').map((event) => [event.step, event.trainBitsPerCharacter]));

const NETWORK = ['--hidden', '24', '--layers', '2', '--batch', '8', '--time-steps', '16', '--dropout', '0.1'];
const STEPS = 36;
const BUDGET = ['--steps', String(STEPS), '--learning-rate', '0.01', '--log-steps', '1', '--evaluations', '1'];
const WHOLE = [...NETWORK, ...BUDGET, '--evaluation-characters', '2000'];

describe.skipIf(withoutPyTorch)(`PyTorch${withoutPyTorch}`, () => {
  let folder: string;
  let corpus: string;
  let one: Run;
  const at = (name: string) => join(folder, name);
  const tensorsOf = async (run: string, file = 'checkpoint') =>
    decodeSafetensors(await readFile(join(at(run), `${file}.safetensors`))).tensors;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'inkling-pytorch-'));
    corpus = at('corpus');
    expect(await inkling(['corpus', SOURCE, '--out', corpus])).toMatchObject({ code: 0, stderr: '' });
    one = await train([corpus, '--out', at('one'), ...WHOLE]);
    expect(one).toMatchObject({ code: 0, stderr: '' });
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('learns in one process, and says so', () => {
    const losses = lossesOf(one);
    expect(losses.size).toBe(STEPS);
    expect(losses.get(STEPS)).toBeLessThan(losses.get(1)! - 1);
    expect(one.events.at(-1)).toMatchObject({ type: 'done', step: STEPS, characters: expect.any(Number) });
  });

  it('learns in two processes what one learns with all their lanes', async () => {
    const two = await train([corpus, '--out', at('two'), ...WHOLE], { processes: 2 });
    expect(two.code).toBe(0);
    expect(two.events[0]).toMatchObject({ type: 'start', processes: 2 });
    const [alone, together] = [lossesOf(one), lossesOf(two)];
    expect([...together.keys()]).toEqual([...alone.keys()]);
    for (const [step, loss] of alone) expect(together.get(step)).toBeCloseTo(loss, 4);
    const [first, second] = [await tensorsOf('one'), await tensorsOf('two')];
    expect(Object.keys(second).sort()).toEqual(Object.keys(first).sort());
    for (const [name, { data }] of Object.entries(first)) expectClose(second[name]!.data, data, 1e-4, name);
    expect(two.events.at(-1)!.heldOutBitsPerCharacter).toBeCloseTo(one.events.at(-1)!.heldOutBitsPerCharacter, 4);
  });

  it('goes on after it was killed as if it had not been', async () => {
    const args = [corpus, '--out', at('killed'), ...WHOLE, '--checkpoint-seconds', '0'];
    const killed = await train(args, {
      onEvent: (event, kill) => {
        if (event.type === 'progress' && event.step === 15) kill('SIGKILL');
      },
    });
    expect(killed.signal).toBe('SIGKILL');
    const resumed = await train([...args, '--resume']);
    expect(resumed).toMatchObject({ code: 0, stderr: '' });
    const [straight, after] = [lossesOf(one), lossesOf(resumed)];
    expect(after.size).toBeGreaterThan(10);
    expect(after.size).toBeLessThan(STEPS);
    for (const [step, loss] of after) expect(loss).toBeCloseTo(straight.get(step)!, 5);
    expect(resumed.events.at(-1)!.heldOutBitsPerCharacter).toBeCloseTo(one.events.at(-1)!.heldOutBitsPerCharacter, 5);
  });

  it('finishes its step, saves and ends at SIGTERM', async () => {
    const endless = [corpus, '--out', at('ended'), ...NETWORK, '--minutes', '10', '--log-steps', '1'];
    const ended = await train(endless, {
      onEvent: (event, kill) => {
        if (event.type === 'progress' && event.step === 3) kill('SIGTERM');
      },
    });
    expect(ended).toMatchObject({ code: 143, stderr: '' });
    const { step } = ended.events.at(-1)!;
    expect(ended.events.slice(-2)).toMatchObject([
      { type: 'checkpoint', step },
      { type: 'stopped', signal: 'SIGTERM', step },
    ]);
    expect(step).toBeGreaterThanOrEqual(3);
  });

  it.skipIf(process.platform !== 'linux')(
    'ends all processes when one is killed (found in /proc, so on Linux)',
    async () => {
      const endless = [corpus, '--out', at('orphaned'), ...NETWORK, '--minutes', '10', '--log-steps', '1'];
      let killed = false;
      const run = await train(endless, {
        processes: 2,
        onEvent: async (event) => {
          if (killed || event.type !== 'progress') return;
          killed = true;
          process.kill(await pidOfRank(1, at('orphaned')), 'SIGKILL');
        },
      });
      expect(killed).toBe(true);
      expect(run.code).not.toBe(0);
    },
  );

  it('is imported, with logits within 1e-5 of its own in onnxruntime and in ours, and evaluated to what it said', async () => {
    const model = at('model.onnx');
    const outcome = await inkling(['import', join(at('one'), 'model.safetensors'), '--out', model, '--json']);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const told = one.events.at(-1)!.heldOutBitsPerCharacter;
    expect(jsonLines(outcome)).toMatchObject([{ type: 'model', hidden: 24, layers: 2, heldOutBitsPerCharacter: told }]);

    const decoded = decodeModel(await readFile(model));
    const ids = [...(await heldOutIds(corpus)).subarray(0, 300)];
    const rows = Array.from({ length: 100 }, (_, time) => [0, 1, 2].map((lane) => ids[lane * 100 + time]!));
    await writeFile(at('ids.json'), JSON.stringify(rows));
    const theirs = await runInterop<{ shape: number[]; logits: number[] }>(
      'torch_forward.py',
      join(at('one'), 'model.safetensors'),
      at('ids.json'),
    );
    const runtime = await LstmRuntime.open(decoded.shape, decoded.parameters);
    const ours = await runtime.run(rows.flat(), 3);
    await runtime.dispose();
    expectClose(ours.logits, theirs.logits, 1e-5, 'runtime');
    const zeros = { type: 'float32', shape: [2, 3, 24], data: new Array(2 * 3 * 24).fill(0) };
    const feeds = { ids: { type: 'int64', shape: [100, 3], data: rows.flat() }, hidden: zeros, cell: zeros };
    const outputs = { logits: { shape: theirs.shape, data: theirs.logits } };
    await writeFile(at('expected.json'), JSON.stringify({ feeds, outputs }));
    if (missingInPython('onnx', 'onnxruntime') === '') {
      const report = await runInterop<{ onnxruntime: number }>('check_onnx.py', model, at('expected.json'));
      expect(report.onnxruntime).toBeLessThan(1e-5);
    }

    const predictor = await LstmPredictor.load(model);
    await predictor.dispose();
    const [evaluation] = jsonLines(await inkling(['evaluate', model, SOURCE, '--json']));
    expect(evaluation.characters).toBe(one.events.at(-1)!.characters);
    expect(evaluation.bitsPerCharacter).toBeCloseTo(told, 3);
    expect((await inkling(['inspect', model])).stdout).toMatch(/PyTorch .* on 1 × cpu/);
    expect((await inkling(['complete', model, '--file', 'a.ts'], 'import ')).code).toBe(0);
  });

  it('is imported from a checkpoint that says nothing of itself, when the corpus is given, and measured', async () => {
    await runInterop('strip_metadata.py', join(at('one'), 'model.safetensors'), at('plain.safetensors'));
    const args = ['import', at('plain.safetensors'), '--out', at('plain.onnx'), '--json'];
    const refused = await inkling(args);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/does not say which characters .* --corpus\.\n$/);
    const outcome = await inkling([...args, '--corpus', join(corpus, 'manifest.json')]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const [model] = jsonLines(outcome);
    expect(model.measuredCharacters).toBeGreaterThan(50_000);
    expect(model.heldOutBitsPerCharacter).toBeCloseTo(one.events.at(-1)!.heldOutBitsPerCharacter, 1);
  });

  describe('refuses in a sentence', () => {
    /** A corpus whose manifest says something else. */
    const changed = async (says: RegExp, instead: string) => {
      const other = await mkdtemp(at('changed-'));
      expect(await inkling(['corpus', SOURCE, '--out', other])).toMatchObject({ code: 0 });
      const manifest = await readFile(join(other, 'manifest.json'), 'utf8');
      expect(manifest).toMatch(says);
      await writeFile(join(other, 'manifest.json'), manifest.replace(says, instead));
      return other;
    };
    const refusals: readonly (readonly [string, () => Promise<readonly string[]>, RegExp])[] = [
      ['a folder that is no corpus', async () => [folder], /is not a corpus .*`inkling corpus` writes one\.$/],
      [
        'a corpus of another version',
        async () => [await changed(/"formatVersion": 1/, '"formatVersion": 9')],
        /is a corpus of format 9/,
      ],
      [
        'a corpus that was cut',
        async () => [await changed(/"characters": \d+/, '"characters": 1')],
        /train\.bin has \d+ bytes, not what/,
      ],
      [
        'ids that are no characters',
        async () => [await changed(/"vocabulary": " .*"/, '"vocabulary": "abc"')],
        /is damaged: it holds the id/,
      ],
      ['a training that is there already', async () => [corpus, '--out', at('one')], /--resume goes on with it/],
      ['other sizes when resuming', async () => [corpus, '--out', at('one'), '--resume', '--hidden', '9'], /hidden 24/],
      ['nothing to resume', async () => [corpus, '--out', at('none'), '--resume'], /no whole checkpoint/],
    ];
    let sentences: readonly string[];

    beforeAll(async () => {
      const cases = [];
      for (const [, args] of refusals) {
        const asked = await args();
        const out = asked.includes('--out') ? [] : ['--out', at('refused')];
        cases.push(['--hidden', '4', '--steps', '1', '--device', 'cpu', ...asked, ...out]);
      }
      await writeFile(at('cases.json'), JSON.stringify(cases));
      // One process for all, as importing PyTorch takes seconds.
      const lines = await runInteropLines('train_refusals.py', TRAIN, at('cases.json'));
      sentences = JSON.parse(lines.at(-1)!);
    });

    it.each(refusals.map(([name, , sentence], index) => [name, index, sentence] as const))(
      '%s',
      (_, index, sentence) => {
        expect(sentences[index]).toMatch(sentence);
      },
    );
  });

  it('says which module is missing', async () => {
    const withoutPackages = ['-S', '-I'];
    expect(await complaintOf([...withoutPackages, TRAIN, corpus])).toMatch(
      /^train\.py: It needs numpy, torch and safetensors, and \w+ is not here: pip install \w+\.\n$/,
    );
  });

  it('says what of its folder is missing', async () => {
    const alone = at('train.py');
    await cp(TRAIN, alone);
    expect(await complaintOf([alone, corpus])).toMatch(
      /^train\.py: The folder inkling_train beside it is missing .*\.\n$/,
    );
    await cp(join(dirname(TRAIN), 'inkling_train'), at('inkling_train'), { recursive: true });
    expect(await complaintOf([alone, corpus])).toMatch(/^train\.py: .*trainingDefaults\.json cannot be read .*\.\n$/);
  });
});

/** What Python writes to standard error. */
async function complaintOf(args: readonly string[]): Promise<string> {
  const child = spawn(PYTHON, args);
  let stderr = '';
  for await (const chunk of child.stderr) stderr += chunk;
  return stderr;
}

/** Of a process of a training that writes to `out`. */
async function pidOfRank(rank: number, out: string): Promise<number> {
  for (const name of await readdir('/proc')) {
    const read = (what: string) => readFile(join('/proc', name, what), 'utf8').catch(() => '');
    if (!/^\d+$/.test(name) || !(await read('cmdline')).includes(out)) continue;
    if ((await read('environ')).split('\0').includes(`RANK=${rank}`)) return Number(name);
  }
  throw new Error(`There is no process ${rank}.`);
}

function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number, name: string): void {
  expect(actual.length).toBe(expected.length);
  let most = 0;
  for (let index = 0; index < expected.length; index++) {
    most = Math.max(most, Math.abs(actual[index]! - expected[index]!));
  }
  expect(most, name).toBeLessThan(tolerance);
}

async function heldOutIds(corpus: string): Promise<Uint16Array> {
  return new Uint16Array(new Uint8Array(await readFile(join(corpus, 'heldOut.bin'))).buffer);
}
