import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { random } from '../../../src/base/random.ts';
import { CLI, inkling, jsonLines, limitedTo, shell } from '../../support/commandLine.ts';
import { swiftshaderEnvironment, withoutSwiftshader } from '../../support/swiftshader.ts';
import { TENSORFLOW_FOLDERS, tensorflowForTests } from '../../support/tensorflow.ts';

const { missing: withoutTensorflow } = tensorflowForTests();
let folder: string;
let source: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'inkling-cli-'));
  source = await mkdtemp(join(tmpdir(), 'inkling-cli-source-'));
  const uniform = random(5);
  const words = ['alpha', 'beta', 'gamma', 'delta', '(', ')', '=>', ';\n'];
  for (let file = 0; file < 20; file++) {
    const text = Array.from({ length: 300 }, () => words[Math.floor(uniform() ** 2 * words.length)]).join(' ');
    await writeFile(join(source, `file${file}.ts`), text);
  }
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(source, { recursive: true });
});

const NETWORK = ['--hidden', '16', '--layers', '1', '--threads', '1'];
const SMALL = [...NETWORK, '--engine', 'onnx', '--device', 'cpu'];

describe('inkling, from a folder to completions', () => {
  let model: string;
  let done: Record<string, unknown>;

  beforeAll(async () => {
    model = join(folder, 'model.onnx');
    const outcome = await inkling(['train', source, '--out', model, '--epochs', '2', '--json', ...SMALL]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    done = jsonLines(outcome).at(-1);
  });

  test('ends training with a line that says what was made', () => {
    expect(done).toMatchObject({
      type: 'done',
      model,
      hidden: 16,
      layers: 1,
      epochs: 2,
      engine: 'onnx',
      device: 'cpu',
    });
    expect(Object.keys(done)).toEqual(
      expect.arrayContaining([
        'heldOutBitsPerCharacter',
        'trainCharacters',
        'heldOutCharacters',
        'vocabulary',
        'parameters',
        'seconds',
        'charactersPerSecond',
        'threads',
      ]),
    );
  });

  test('leaves model and checkpoint and nothing else', async () => {
    expect((await readdir(folder)).sort()).toEqual(['model.onnx', 'model.safetensors']);
  });

  test('evaluates the model to what training measured', async () => {
    const [evaluation] = jsonLines(await inkling(['evaluate', model, source, '--json']));
    expect(evaluation).toMatchObject({ type: 'evaluation', predictor: 'lstm', characters: done['heldOutCharacters'] });
    expect(evaluation.bitsPerCharacter).toBeCloseTo(done['heldOutBitsPerCharacter'] as number, 4);
    expect(evaluation.top1).toBeGreaterThan(0);
  });

  test('completes the text on standard input', async () => {
    const args = ['complete', model, '--file', 'a.ts', '--invoked', '--json'];
    const [completion] = jsonLines(await inkling(args, 'alpha beta al'));
    expect(completion).toMatchObject({ type: 'completion', experts: [{ id: 'lstm', weight: 1 }] });
    for (const { text, replaces, probability } of completion.suggestions) {
      expect(text).not.toBe('');
      expect(replaces).toBe(0);
      expect(probability).toBeLessThanOrEqual(1);
    }
  });

  test('completes from a folder without a model, and says in a sentence what is missing', async () => {
    const completed = await inkling(['complete', '--folder', folder, '--json'], 'alpha be');
    expect(jsonLines(completed)[0]).toMatchObject({ type: 'completion' });
    const inWord = await inkling(
      ['complete', '--folder', folder, '--after', join(source, 'file0.ts'), '--json'],
      'alpha be',
    );
    expect(jsonLines(inWord)[0].suggestions).toEqual([]);
    const nothing = await inkling(['complete'], 'alpha');
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain('needs a model, a folder, or both');
    const behind = await inkling(['complete', model, '--after', join(folder, 'none')], 'alpha');
    expect(behind.code).toBe(2);
    expect(behind.stderr).toContain('behind the cursor cannot be read');
  });

  test('generates the same text for the same seed', async () => {
    const args = ['generate', model, '--prompt', 'alpha ', '--length', '50', '--seed', '2'];
    const [first, second] = [await inkling(args), await inkling(args)];
    expect(first.stdout).toMatch(/^alpha /);
    expect([...first.stdout.trimEnd()].length).toBeGreaterThan(20);
    expect(second.stdout).toBe(first.stdout);
  });

  test('lists what the machine can train with', async () => {
    const outcome = await inkling(['devices', '--threads', '1', '--json']);
    expect(outcome).toMatchObject({ code: 0 });
    const reports = jsonLines(outcome);
    expect(reports[0]).toMatchObject({ type: 'device', engine: 'onnx', device: 'cpu', threads: 1 });
    expect(reports[0].speeds['256']).toBeGreaterThan(1000);
    for (const { speeds, problem } of reports) expect(problem === undefined).toBe(Object.keys(speeds).length === 2);
    const { stdout } = await inkling(['devices', '--threads', '1']);
    expect(stdout).toMatch(/^onnx +cpu {2}ONNX Runtime [\d.]+ +1 × 256: [\d,.]+( [kM])? char\/s/m);
    expect(stdout).toMatch(/^tensorflow/m);
  });

  test('inspects the card', async () => {
    const { code, stdout } = await inkling(['inspect', model]);
    expect(code).toBe(0);
    expect(stdout).toContain('1 × 16 LSTM');
    expect(stdout).toMatch(/^Written by +Inkling \d+\.\d+\.\d+/m);
  });

  test('writes the card as a page', async () => {
    const { code, stdout } = await inkling(['inspect', model, '--markdown']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# .*\.onnx$/m);
    expect(stdout).toMatch(/^\| Network \| 1 × 16 LSTM/m);
    expect(stdout).toContain(createHash('sha256').update(readFileSync(model)).digest('hex'));
  });
});

describe('inkling, when interrupted', () => {
  const endless = ['--minutes', '10', '--json', ...SMALL];

  test('by SIGINT writes model and checkpoint and ends with 130', async () => {
    const model = join(folder, 'interrupted.onnx');
    const outcome = await inkling(['train', source, '--out', model, ...endless], '', (line, kill) => {
      if (line.includes('"progress"')) kill('SIGINT');
    });
    expect(outcome.code).toBe(130);
    expect(jsonLines(outcome).at(-1).type).toBe('done');
    expect((await inkling(['inspect', model])).code).toBe(0);
  });

  test('by SIGTERM ends with 143, as is usual', async () => {
    const model = join(folder, 'terminated.onnx');
    const outcome = await inkling(['train', source, '--out', model, ...endless], '', (line, kill) => {
      if (line.includes('"progress"')) kill('SIGTERM');
    });
    expect(outcome.code).toBe(143);
    expect((await inkling(['inspect', model])).code).toBe(0);
  });

  test('by SIGKILL resumes from its checkpoint', async () => {
    const model = join(folder, 'killed.onnx');
    const killed = await inkling(['train', source, '--out', model, ...endless], '', (line, kill) => {
      if (line.includes('"progress"')) kill('SIGKILL');
    });
    expect(killed.signal).toBe('SIGKILL');
    const resumed = await inkling(['train', source, '--out', model, '--epochs', '1', '--resume', '--json', ...SMALL]);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed).find((line) => line.type === 'start').resumed).toBe(true);
  });
});

describe('inkling, asked for what cannot be done, says so in a sentence', () => {
  const wrong: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['an unknown command', ['fly'], 2, /^inkling: Unknown command 'fly'.* --help tells more\.\n$/],
    ['no folder', ['train'], 2, /^inkling: Missing required argument 'folder'\. --help tells more\.\n$/],
    ['a model without a name', ['train', '.', '--out', ''], 2, /--out names no file/],
    ['a number that is none', ['train', '.', '--epochs', 'many'], 2, /--epochs must be a number/],
    ['minutes and epochs', ['train', '.', '--epochs', '1', '--minutes', '1'], 2, /cannot be used with/],
    ['a fraction of a thread', ['train', '.', '--threads', '1.5'], 2, /--threads must be a whole number/],
    ['a folder that is not there', ['train', '/no/such/folder', '--out', '/tmp/x.onnx'], 2, /\/no\/such\/folder/],
    ['a model in no folder', ['train', '.', '--out', '/no/such/folder/m.onnx'], 1, /does not exist/],
    ['a model that is not there', ['inspect', '/no/such/model.onnx'], 1, /\/no\/such\/model\.onnx/],
    ['a file that is no model', ['inspect', CLI], 1, /cli\.js/],
  ];
  test.each(wrong)('%s', async (_, args, code, sentence) => {
    const outcome = await inkling(args);
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    expect(outcome).toMatchObject({ code, stdout: '' });
  });

  test.skipIf(process.platform === 'win32')('a disk that is full', async () => {
    const model = join(folder, 'full.onnx');
    const full = await limitedTo(4, ['train', source, '--out', model, '--epochs', '1', ...SMALL]);
    expect(full.stderr).toMatch(/^inkling: Could not write .*full\.safetensors: .*\.\n$/);
    expect(full.code).toBe(1);
    expect((await readdir(folder)).filter((name) => name.includes('full'))).toEqual([]);
  });

  test.skipIf(process.platform !== 'linux')('an output that cannot be written', async () => {
    const model = join(folder, 'model.onnx');
    const outcome = await shell(`"$0" "$@" > /dev/full`, [process.execPath, CLI, 'inspect', model]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^inkling: The output could not be written: .*\.\n$/);
  });

  test.skipIf(process.getuid?.() === 0)(
    'a folder that is read-only (not as root, who may write anywhere)',
    async () => {
      const closed = await mkdtemp(join(tmpdir(), 'inkling-closed-'));
      await chmod(closed, 0o500);
      const outcome = await inkling(['train', source, '--out', join(closed, 'm.onnx')]);
      expect(outcome.code).toBe(1);
      expect(outcome.stderr).toMatch(/^inkling: The model cannot be written to /);
      await rm(closed, { recursive: true });
    },
  );

  test('an empty folder', async () => {
    const empty = await mkdtemp(join(tmpdir(), 'inkling-empty-'));
    const outcome = await inkling(['train', empty, '--out', join(folder, 'never.onnx')]);
    await rm(empty, { recursive: true });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(/Found no text/);
  });

  test('a model of another version', async () => {
    const model = join(folder, 'model.onnx');
    const bytes = await readFile(model, 'latin1');
    const other = join(folder, 'other.onnx');
    await writeFile(other, bytes.replace('formatVersion\x12\x011', 'formatVersion\x12\x019'), 'latin1');
    const outcome = await inkling(['inspect', other]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/newer/);
  });
});

describe('inkling, with engines and devices', () => {
  const train = (args: readonly string[], environment = {}) =>
    inkling(['train', source, '--out', join(folder, 'device.onnx'), ...NETWORK, ...args], '', undefined, {
      INKLING_TENSORFLOW: '',
      ...environment,
    });

  test.skipIf(withoutSwiftshader)(`trains on a GPU${withoutSwiftshader}`, { timeout: 60_000 }, async () => {
    const gpu = ['--epochs', '0.2', '--batch', '4', '--time-steps', '8', '--device', 'gpu'];
    const outcome = await train(gpu, swiftshaderEnvironment());
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toMatch(/onnx, gpu, 1 thread\./);
  });

  test.skipIf(withoutTensorflow)(`trains with TensorFlow${withoutTensorflow}`, { timeout: 60_000 }, async () => {
    const outcome = await train(['--epochs', '1', '--engine', 'tensorflow', '--json'], {
      INKLING_TENSORFLOW: TENSORFLOW_FOLDERS[0]!,
    });
    expect(outcome).toMatchObject({ code: 0 });
    expect(jsonLines(outcome).at(-1)).toMatchObject({ type: 'done', engine: 'tensorflow' });
    const [engines] = jsonLines(outcome).filter(({ type }) => type === 'engines');
    expect(engines.engines).toMatchObject([{ engine: 'tensorflow', chosen: true }]);
  });

  test('says so when there is not what was asked for, and trains with what there is', async () => {
    const broken = await mkdtemp(join(folder, 'broken-'));
    await writeFile(join(broken, 'package.json'), '{ "name": "@tensorflow/tfjs-node", "version": "4.22.0" }');
    const outcome = await train(['--epochs', '0.1', '--engine', 'tensorflow'], { INKLING_TENSORFLOW: broken });
    expect(outcome).toMatchObject({ code: 0 });
    expect(outcome.stdout).toMatch(/^TensorFlow \(tfjs-node 4\.22\.0\), cpu: not used, because .* is incomplete/m);
    expect(outcome.stdout).toMatch(/^There is no tensorflow here that works; using onnx\.$/m);
    expect(outcome.stdout).toMatch(/onnx, cpu, 1 thread\./);
  });
});
