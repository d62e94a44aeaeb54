import type { CharacterDetail, CharacterProbability, LayerDetail } from '../../src/protocol/inspection.ts';
import type { Corpus, NextAtCursor, Run, Savings, State, TitledTrace } from '../../src/protocol/page.ts';
import type { Figures, TypingFigures } from '../../src/protocol/replay.ts';
import type { Curve, Evaluation } from '../../src/protocol/runs.ts';

/** Half an hour of training, made up: what the page has to draw at its busiest. */

const POINTS = 10_000;
const SECONDS = 1800;
const [HIDDEN, LAYERS] = [512, 2];

/** The same numbers at each run (mulberry32). */
export function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function curve(seed: number, points = POINTS, floor = 1.5): Curve {
  const random = randomness(seed);
  const at = Array.from({ length: points }, (_, index) => index);
  const part = (index: number) => index / points;
  return {
    step: at.map((index) => index + 1),
    seconds: at.map((index) => (index + 1) * (SECONDS / POINTS)),
    epochs: at.map((index) => (index + 1) / 800),
    trainBits: at.map(
      (index) => floor + 4.9 * Math.exp(-part(index) * 14) + 0.6 * (1 - part(index)) + (random() - 0.5) * 0.5,
    ),
    learningRate: at.map((index) => Math.min(1, index / 200) * 0.004 * 0.5 * (1 + Math.cos(part(index) * Math.PI))),
    gradientNorm: at.map((index) => 0.4 + 2 * Math.exp(-part(index) * 20) + random() * 0.3),
    charactersPerSecond: at.map(() => 48_000 + random() * 4000),
  };
}

const WRITTEN = [
  'ee  t aoit\n  e;ntr  (s e tio}e  n\n rtee =a; o e',
  'const ther = the retun (conte the const\n  retur the;\n}\n\nconst fon',
  "export function read(file: string) {\n  const text = this.files.get(file);\n  if (text === 'undefined') return;\n",
  '/** Reads a file as text. */\nexport async function readText(path: string): Promise<string> {\n  const bytes = await readFile(path);\n  return new TextDecoder().decode(bytes);\n}\n',
];

export function evaluationsOf({ step, seconds, epochs, trainBits }: Curve, count = 30): Evaluation[] {
  return Array.from({ length: count }, (_, index) => {
    const point = Math.floor(((index + 1) / count) * step.length) - 1;
    return {
      step: step[point]!,
      seconds: seconds[point]!,
      epochs: epochs[point]!,
      heldOutBits:
        0.12 +
        trainBits.slice(Math.max(0, point - 50), point + 1).reduce((sum, bits) => sum + bits, 0) /
          Math.min(51, point + 1),
      isBest: index === count - 1,
      sample: WRITTEN[Math.min(WRITTEN.length - 1, Math.floor((index / count) * 6))]!,
    };
  });
}

const BASELINES = { uniform: 6.58, unigram: 4.86, brotli: 2.07, brotliPart: 0.62 };

export const RUNS: readonly Run[] = Array.from({ length: 20 }, (_, index) => ({
  id: `run-${20 - index}`,
  name: index === 3 ? 'wider, "classic"' : `Run ${20 - index}`,
  date: new Date(Date.UTC(2026, 10, 23 - index, 9, 30)).toISOString(),
  hidden: index % 3 === 0 ? HIDDEN : 256,
  layers: LAYERS,
  recipe: index === 3 ? 'classic' : 'default',
  ...(index === 0 ? {} : { bits: 1.72 + index * 0.03 }),
  seconds: SECONDS,
  baselines: BASELINES,
  isRunning: index === 0,
}));

export const TRAINING: State = {
  phase: 'training',
  sentence: 'Training: 1.74 bits per character on held-out files',
  commands: ['pause', 'stop', 'export', 'showLog', 'replay'],
  options: {
    minutes: 30,
    hidden: 0,
    layers: 0,
    learningRate: 0,
    recipe: 'default',
    bounds: {
      minutes: { minimum: 0.05, maximum: 10_000 },
      hidden: { minimum: 0, maximum: 4096 },
      layers: { minimum: 0, maximum: 8 },
      learningRate: { minimum: 0, maximum: 1 },
    },
  },
  run: {
    id: 'run-20',
    engine: 'onnx',
    device: 'cpu',
    engines: [
      { title: 'ONNX Runtime 1.30.0', device: 'cpu', charactersPerSecond: 73_000, chosen: true },
      { title: 'TensorFlow (tfjs-node 4.22.0)', device: 'cpu', charactersPerSecond: 20_500, chosen: false },
      { title: 'ONNX Runtime 1.30.0, WebGPU', device: 'gpu', problem: 'no adapter was found', chosen: false },
    ],
    threads: 4,
    hidden: HIDDEN,
    layers: LAYERS,
    parameters: 3_250_000,
    batch: 32,
    timeSteps: 64,
    fraction: 0.64,
    elapsedSeconds: 1152,
    remainingSeconds: 648,
    step: 6400,
    epochs: 8.04,
    charactersPerSecond: 48_300,
    trainBits: 1.61,
    heldOutBits: 1.74,
    memory: 1_240_000_000,
  },
  model: {
    bits: 1.74,
    hidden: HIDDEN,
    layers: LAYERS,
    date: '2026-11-23T09:49:00Z',
    origin: 'trained in this workspace',
    characters: 5_200_000,
    vocabulary: 187,
    engine: 'onnx · cpu',
    writtenBy: 'Inkling 0.1.0',
  },
  surprisalShown: false,
};

/** One state of each phase, beside training. */
export const PHASES: readonly State[] = [
  {
    phase: 'restricted',
    sentence: 'Inkling is off in Restricted Mode',
    commands: ['manageTrust'],
    options: TRAINING.options,
    surprisalShown: false,
  },
  {
    phase: 'no-folder',
    sentence: 'There is no folder to learn from',
    commands: [],
    options: TRAINING.options,
    surprisalShown: false,
  },
  {
    phase: 'empty',
    sentence: 'Inkling has not learnt this workspace yet',
    commands: ['train', 'import'],
    options: TRAINING.options,
    surprisalShown: false,
  },
  {
    phase: 'reading',
    sentence: 'Reading the workspace: 312 files',
    commands: ['stop'],
    options: TRAINING.options,
    surprisalShown: false,
  },
  { ...TRAINING, phase: 'measuring', sentence: 'Measuring how fast this machine is', commands: ['stop'] },
  { ...TRAINING, phase: 'ending', sentence: 'Writing the model', commands: [] },
  {
    ...TRAINING,
    phase: 'paused',
    sentence: 'Paused at 64 %: nothing is lost',
    commands: ['resume', 'stop', 'export', 'forget'],
  },
  {
    ...TRAINING,
    phase: 'trained',
    sentence: 'Trained: 1.74 bits per character',
    commands: ['train', 'continue', 'export', 'import', 'forget', 'showLog'],
    options: { ...TRAINING.options, hidden: 512, layers: 2, learningRate: 0.002, recipe: 'classic' },
  },
  {
    ...TRAINING,
    phase: 'failed',
    sentence: 'The training ended: the worker ran out of memory. Make the network smaller, or close other programs.',
    commands: ['train', 'continue', 'showLog'],
  },
];

function topOf(probabilities: Readonly<Record<string, number>>): CharacterProbability[] {
  return Object.entries(probabilities).map(([character, probability]) => ({ character, probability }));
}

export const NEXT: NextAtCursor = {
  before: 'import { join } from "node:path";\n\n  return new Te',
  top: [
    ['x', 0.78],
    ['s', 0.08],
    ['r', 0.04],
    [' ', 0.03],
    ['\n', 0.02],
    ['\t', 0.01],
    ['n', 0.008],
    ['m', 0.006],
    ['l', 0.004],
    ['(', 0.002],
  ].map(([character, probability]) => ({ character: character as string, probability: probability as number })),
  entropy: 1.31,
  suggestion: [...'xtDecoder().decode(bytes);\n'].map((character, index) => ({
    character,
    probability: 0.55 + 0.44 * Math.abs(Math.cos(index)),
  })),
  experts: [
    { id: 'lstm', weight: 0.37, top: topOf({ x: 0.52, s: 0.2, r: 0.1, ' ': 0.08, '\n': 0.03, n: 0.02 }) },
    {
      id: 'workspace',
      weight: 0.4,
      top: topOf({ x: 0.91, s: 0.04, m: 0.02, l: 0.01, '(': 0.005, n: 0.002 }),
      matched: 11,
    },
    {
      id: 'document',
      weight: 0.13,
      top: topOf({ x: 0.6, e: 0.2, s: 0.1, '.': 0.05, '\n': 0.02, i: 0.01 }),
      matched: 7,
    },
    { id: 'words', weight: 0.1, top: topOf({ x: 0.7, y: 0.15, s: 0.08, ' ': 0.03, i: 0.02, '.': 0.01 }), matched: 5 },
  ],
};

const LINE =
  "  if (text === 'undefined') return [a, b]; // nothing there\n\treturn new TextDecoder().decode(bytes.subarray(0, 12));\n";

export const TRACE: TitledTrace = (() => {
  const random = randomness(7);
  const characters = [...LINE];
  const perLayer = (low: number, high: number) =>
    Array.from({ length: LAYERS }, () => characters.map(() => low + random() * (high - low)));
  return {
    characters,
    title: 'src/base/text.ts:12',
    surprisal: characters.map((_, index) => (index % 7 === 0 ? 4 + random() * 6 : random() * 2)),
    layers: LAYERS,
    hidden: HIDDEN,
    forget: perLayer(0.5, 0.95),
    input: perLayer(0.1, 0.6),
    output: perLayer(0.2, 0.7),
    cell: perLayer(0.1, 1.4),
  };
})();

/** 1 inside quotes, −1 outside: what a unit that follows quotes does. */
export const QUOTE_UNIT = TRACE.characters.map((_, index) => (index > 15 && index < 26 ? 0.94 : -0.81));

export function detailOf(index: number): CharacterDetail {
  const random = randomness(index + 1);
  const numbers = (low: number, high: number) => Array.from({ length: HIDDEN }, () => low + random() * (high - low));
  const layer = (): LayerDetail => {
    const [zi, zf, zo, zg, cBefore] = [numbers(-3, 3), numbers(-1, 4), numbers(-3, 3), numbers(-2, 2), numbers(-2, 2)];
    const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
    const [i, f, o, g] = [zi.map(sigmoid), zf.map(sigmoid), zo.map(sigmoid), zg.map(Math.tanh)];
    const c = cBefore.map((before, unit) => f[unit]! * before + i[unit]! * g[unit]!);
    return { zi, zf, zo, zg, i, f, o, g, cBefore, c, h: c.map((value, unit) => o[unit]! * Math.tanh(value)) };
  };
  const character = TRACE.characters[index]!;
  return {
    index,
    character,
    surprisal: TRACE.surprisal[index]!,
    expected: [{ character, probability: 0.4 }, ...NEXT.top.filter((one) => one.character !== character)].slice(0, 10),
    next: NEXT.top,
    layers: [layer(), layer()],
  };
}

export const CORPUS: Corpus = {
  folders: ['inkling'],
  files: 412,
  heldOutFiles: 43,
  bytes: 5_812_331,
  characters: 5_790_112,
  vocabulary: [
    ...' etnaorsi\nlcdupm.f\t(),;=\'"{}<>-_/*+[]|&!?:0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZghjkqvwxyzéü…→',
  ].map((character, index) => ({ character, count: Math.round(900_000 / (index + 1) ** 1.2) })),
  rarerCharacters: 41,
  languages: [
    { name: '.ts', files: 310, characters: 4_200_000 },
    { name: '.md', files: 40, characters: 820_000 },
    { name: '.json', files: 32, characters: 510_000 },
    { name: '.py', files: 20, characters: 210_000 },
    { name: '', files: 10, characters: 50_112 },
  ],
  excluded: [
    { reason: 'git-ignored', count: 20_312 },
    { reason: 'binary', count: 18 },
    { reason: 'secret-file', count: 2 },
  ],
  scrubbed: [
    { rule: 'github', count: 1 },
    { rule: 'connection-string', count: 2 },
    { rule: 'basicauth', count: 1 },
    { rule: 'private-key', count: 1 },
  ],
  notices: [
    '/home/me/project/private/.gitignore cannot be read, so nothing that its rules may be about is learnt: make it readable.',
  ],
};

function figures(characters: number, ideal: number, human: number, silent: number): Figures {
  return {
    characters,
    ideal: { written: ideal, saved: 0.9 * ideal },
    human: { written: human, saved: 0.85 * human },
    silent,
  };
}

function typing(gain: number): TypingFigures {
  return {
    all: figures(5120, 0.41 + gain, 0.2 + gain / 2, 0.09),
    kinds: [
      { kind: 'newFile', ...figures(1480, 0.46 + gain, 0.24, 0) },
      { kind: 'newLines', ...figures(2740, 0.44 + gain, 0.22, 0.01) },
      { kind: 'withinLine', ...figures(900, 0.22 + gain, 0.09, 0.47) },
    ],
    languages: [
      { name: '.ts', ...figures(4600, 0.43 + gain, 0.21, 0.08) },
      { name: '.css', ...figures(400, 0.3 + gain, 0.13, 0.12) },
      { name: 'Dockerfile.for-the-whole-team', ...figures(120, 0.1, 0.02, 0.3) },
    ],
    ...{ shown: 656, accepted: 380 },
  };
}

/** A replay with a network, of which everything is shown. */
export const SAVINGS: Savings = {
  figures: {
    version: 1,
    date: '2026-11-24T10:00:00Z',
    ...{ whose: 'own', commits: 38, least: 1000, wordsPerMinute: 45 },
    network: { type: 'asked', trained: '2026-11-23T09:49:00Z' },
    memories: typing(0),
    both: typing(0.06),
  },
  examples: {
    largest: [
      [
        'src/evaluation/replay/replay.ts',
        '    const { maxLength,',
        ' minimumProbability, multiline, costs, signal } = options;',
      ],
      ['src/base/text.ts', '  return new', ' TextDecoder().decode(bytes);\n}\n'],
      ['src/base/text.ts', "  connect('REDACTED_GITHUB_TOKEN'", ', loadCustomer, customer.name);'],
    ].map(([path, before, text]) => ({ path: path!, before: before!, text: text!, right: text!.length })),
    wrong: [
      {
        path: 'src/base/text.ts',
        before: '      await mkdir(folder, { recursive: true',
        text: ', force: true',
        right: 2,
      },
      { path: 'src/base/text.ts', before: '  readonly h', text: 'idden: number;', right: 0 },
    ],
  },
  notices: [
    '41 characters in files with .md are left out, as inkling.completions.languages switches suggestions off there.',
  ],
};
