/**
 * What Inkling costs inside a real VS Code, on rxjs with a 1×512 model and a 500-line document: the time of each answer
 * for which the model ran, with training at rest and going on; the event loop's lag while somebody types, with Inkling
 * training and without Inkling at all, in turns; how long activation takes, and how long until completions are back
 * after a reload.
 *
 *     npm run bench:editor [-- --rounds 5] [--against other.vsix]
 *
 * The model is trained for three minutes the first time and kept in .cache/bench. With another package, of an earlier
 * version say, each round measures that as well, and the table shows both and their ratios.
 */
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { VERSIONS } from '../../scripts/setupVscode.ts';
import { packExtension } from '../vscode/extension.ts';
import { vsix as inkling } from '../vscode/platform.ts';
import { until, Workbench } from '../vscode/workbench.ts';
import type { Measured } from './editorProbe.ts';
import { modelOfRxjs, RXJS } from './model.ts';

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '5' }, against: { type: 'string' } } });
const rounds = Number(values.rounds);
const root = fileURLToPath(new URL('../..', import.meta.url));
const cache = join(root, '.cache', 'bench');
const model = modelOfRxjs();

/** Of 5 characters a second on average, as a quick typist writes. */
const KEY_MILLISECONDS = { shortest: 60, longest: 340 };
const CHARACTERS_PER_ROUND = 100;
const STARTS = 5;
/** Code that is written in earnest, and held out of training. */
const TYPED = 'internal/operators/bufferCount.ts';
const DOCUMENT = 'Observable.ts';

const SETTINGS = {
  'inkling.training.minutes': 60,
  'inkling.training.hidden': 512,
  'inkling.training.layers': 1,
  // What is typed should be what stands there afterwards.
  'editor.autoClosingBrackets': 'never',
  'editor.autoClosingQuotes': 'never',
  'editor.autoClosingComments': 'never',
  'editor.autoIndent': 'none',
  'editor.acceptSuggestionOnEnter': 'off',
};

const folder = mkdtempSync(join(tmpdir(), 'inkling-bench-'));
let folders = 0;
mkdirSync(cache, { recursive: true });
try {
  const probe = await packProbe();
  const opened: Subject[] = [];
  const start = async (name: string, vsix: readonly string[]) => {
    const subject = await open(name, vsix);
    opened.push(subject);
    return subject;
  };
  try {
    const subjects = [await start('this package', [probe, inkling])];
    if (values.against !== undefined) subjects.push(await start(values.against, [probe, resolve(values.against)]));
    await run(subjects, await start('without', [probe]));
  } finally {
    for (const { workbench } of opened) await workbench.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What a start costs, in milliseconds; medians of some. */
interface Activation {
  readonly activation: number;
  /** From Inkling's activation until a model serves. */
  readonly serving: number;
  /** From there until the memory does. */
  readonly indexed: number;
}

interface Started {
  readonly serving?: number;
  readonly indexed?: number;
}

interface Subject {
  readonly name: string;
  readonly workbench: Workbench;
  readonly ask: <T>(route: string) => Promise<T>;
  /** Where in the text to type it is. */
  typed: number;
}

/** What was measured of one package. */
interface Figures extends Activation {
  readonly atRest: Measured;
  readonly training: Measured[];
}

/** Rounds in turns, so that what else the machine does meets all alike. */
async function run(subjects: readonly Subject[], control: Subject): Promise<void> {
  const figures: Figures[] = [];
  const startings: Activation[] = [];
  for (const subject of subjects) startings.push(await serveModel(subject));
  for (const one of [...subjects, control]) {
    await one.workbench.openFile(DOCUMENT);
    await one.workbench.page.keyboard.press('Control+End');
    await type(one, 20);
  }
  for (const [index, subject] of subjects.entries()) {
    figures.push({ ...startings[index]!, atRest: await measure(subject), training: [] });
  }
  const without: Measured[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [index, subject] of subjects.entries()) {
      await startTraining(subject.workbench, round);
      const measured = await measure(subject);
      figures[index]!.training.push(measured);
      await subject.workbench.command('Inkling: Pause Training');
      await until(async () => /paused/.test(await subject.workbench.status()), 'the pause', 60_000);
      console.log(`round ${round}, ${subject.name}: ${describe(measured)}`);
    }
    without.push(await measure(control));
    console.log(`round ${round}, without Inkling: ${describe(without.at(-1)!)}`);
  }
  report(subjects, figures, without);
}

function report(subjects: readonly Subject[], figures: readonly Figures[], without: readonly Measured[]): void {
  console.log(`${cpus()[0]?.model}, ${cpus().length} cores, VS Code ${VERSIONS[0].vscode}, 1×512`);
  const lagWithout = median(without.map(({ lag99 }) => lag99));
  const tables = figures.map((one) => tableOf(one, lagWithout));
  for (const [index, subject] of subjects.entries()) {
    console.log(subject.name);
    console.table(tables[index]);
    const { atRest, training } = figures[index]!;
    const shown = [atRest, ...training].reduce((sum, { suggested }) => sum + suggested, 0);
    const answers = training.reduce((sum, measured) => sum + measured.answers.length, 0);
    console.log(`${atRest.answers.length} + ${answers} answers, ${shown} of them with a suggestion`);
  }
  const [mine, other] = tables;
  if (mine === undefined || other === undefined) return;
  console.log(`this package ÷ ${values.against}`);
  const ratios = Object.entries(mine).map(([name, { milliseconds }]) => [name, ratio(milliseconds, other[name])]);
  console.table(Object.fromEntries(ratios));
}

function ratio(milliseconds: string | undefined, other: { milliseconds: string | undefined } | undefined) {
  return { ratio: (Number(milliseconds) / Number(other?.milliseconds)).toFixed(2) };
}

function tableOf({ activation, serving, indexed, atRest, training }: Figures, lagWithout: number) {
  const whileTraining = training.flatMap(({ answers }) => answers);
  const lagWith = median(training.map(({ lag99 }) => lag99));
  return {
    'activation, by VS Code’s own count': row(activation, 50),
    'activation to completions': row(serving, 1000),
    'activation to memory': row(indexed, 3000),
    'answer, p50': row(percentile(atRest.answers, 0.5), 10),
    'answer, p95': row(percentile(atRest.answers, 0.95), 30),
    'answer while training, p50': row(percentile(whileTraining, 0.5)),
    'answer while training, p95': row(percentile(whileTraining, 0.95), 120),
    'the same ÷ that at rest': {
      milliseconds: (percentile(whileTraining, 0.95) / percentile(atRest.answers, 0.95)).toFixed(2),
      'at most': 2,
    },
    'event-loop lag, p99, training': row(lagWith),
    'event-loop lag, p99, without Inkling': row(lagWithout),
    'event-loop lag, p99, difference': row(lagWith - lagWithout, 15),
  } as Record<string, ReturnType<typeof row>>;
}

function row(
  milliseconds: number | undefined,
  atMost?: number,
): { milliseconds: string | undefined; 'at most': number | undefined } {
  return { milliseconds: milliseconds?.toFixed(1), 'at most': atMost };
}

function describe({ answers, lag99, lagMaximum }: Measured): string {
  const answered = answers.length === 0 ? '' : `answers p95 ${percentile(answers, 0.95).toFixed(1)} ms, `;
  return `${answered}lag p99 ${lag99.toFixed(1)} ms, maximum ${lagMaximum.toFixed(1)} ms`;
}

/** Types for a round, and says what it cost. */
async function measure(subject: Subject): Promise<Measured> {
  await subject.workbench.page.bringToFront();
  await subject.workbench.editor.click();
  await subject.workbench.page.keyboard.press('Control+End');
  await subject.ask('/start');
  await type(subject, CHARACTERS_PER_ROUND);
  return subject.ask<Measured>('/stop');
}

async function type(subject: Subject, characters: number): Promise<void> {
  const { keyboard } = subject.workbench.page;
  const text = readFileSync(join(RXJS, TYPED), 'utf8').replace(/^.*?(?=export function)/s, '');
  for (const end = subject.typed + characters; subject.typed < end; subject.typed++) {
    const character = text[subject.typed % text.length]!;
    if (character === '\n') await keyboard.press('Enter');
    else await keyboard.type(character);
    const { shortest, longest } = KEY_MILLISECONDS;
    // The same rhythm for both, regular for neither.
    const part = ((subject.typed * 7919) % 101) / 100;
    await new Promise((resolve) => setTimeout(resolve, shortest + part * (longest - shortest)));
  }
}

/** Puts the model where the window keeps its own, and reloads the window. */
async function serveModel({ workbench, ask }: Subject): Promise<Activation> {
  await workbench.statusItem.waitFor({ timeout: 60_000 });
  const storages = join(workbench.folder, 'data', 'User', 'workspaceStorage');
  const [storage] = readdirSync(storages);
  const target = join(storages, storage!, 'inkling.inkling', 'model.onnx');
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(model, target);
  const activations: number[] = [];
  const servings: number[] = [];
  const indexings: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    await workbench.reload();
    try {
      await until(async () => /ready/.test(await workbench.status()), 'the model', 60_000);
    } catch (error) {
      throw new Error(`The model does not serve: ${await workbench.status()}\n${workbench.server.log()}`, {
        cause: error,
      });
    }
    activations.push(await activationOf(workbench));
    servings.push((await ask<Started>('/serving')).serving!);
    await until(async () => (await ask<Started>('/serving')).indexed !== undefined, 'the memory', 60_000);
    indexings.push((await ask<Started>('/serving')).indexed!);
  }
  return { activation: median(activations), serving: median(servings), indexed: median(indexings) };
}

/** As VS Code itself counts it: loading the code and running `activate`. */
async function activationOf(workbench: Workbench): Promise<number> {
  await workbench.command('Developer: Show Running Extensions');
  const row = workbench.page.locator('.runtime-extensions-editor .monaco-list-row', {
    hasText: /inkling.inkling|Inkling/,
  });
  await row.first().waitFor();
  const text = await row.first().innerText();
  await workbench.page.keyboard.press('Escape');
  return Number(/Activation:\s*(\d+)\s*ms/.exec(text)?.[1]);
}

async function startTraining(workbench: Workbench, round: number): Promise<void> {
  await workbench.page.bringToFront();
  await workbench.command(round === 1 ? 'Inkling: Train on Workspace' : 'Inkling: Resume Training');
  await until(async () => /\d+%/.test(await workbench.statusItem.innerText()), 'training', 120_000);
}

async function open(name: string, vsix: readonly string[]): Promise<Subject> {
  const workspace = join(folder, String(folders++));
  cpSync(RXJS, workspace, { recursive: true });
  // At the top, where the tree of files shows it; 500 lines.
  cpSync(join(RXJS, 'internal', DOCUMENT), join(workspace, DOCUMENT));
  const port = `${workspace}.port`;
  const workbench = await Workbench.open({
    version: VERSIONS[0],
    vsix,
    builtin: true,
    workspace,
    settings: SETTINGS,
    shots: join(cache, 'screenshots'),
    environment: () => ({ INKLING_PROBE: port }),
  });
  await workbench.trust();
  await until(() => existsSync(port), 'the probe', 60_000);
  const ask = async <T>(route: string) =>
    (await (await fetch(`http://127.0.0.1:${readFileSync(port, 'utf8')}${route}`)).json()) as T;
  return { name, workbench, ask, typed: 0 };
}

async function packProbe(): Promise<string> {
  const stage = join(folder, 'probe');
  mkdirSync(stage);
  return packExtension(fileURLToPath(new URL('editorProbe.ts', import.meta.url)), stage);
}

function median(numbers: readonly number[]): number {
  return percentile(numbers, 0.5);
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
