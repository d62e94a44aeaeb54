import { mkdir, readdir } from 'node:fs/promises';
import type { Command } from 'commander';
import { UserFacingError } from '../base/errors.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { History } from '../evaluation/replay/history.ts';
import { planReplay } from '../evaluation/replay/plan.ts';
import { type Replay, replay } from '../evaluation/replay/replay.ts';
import { CheckedOut } from '../evaluation/replay/workspace.ts';
import { defaultThreads, numberWithin, seedRule, threadsRule } from './arguments.ts';
import { bar, printJson, printLine, printNotice } from './output.ts';
import { stopAtSignals } from './signals.ts';
import { startSpinner } from './spinner.ts';

interface Flags {
  readonly commits: number;
  readonly characters: number;
  readonly model?: string;
  readonly author?: string;
  readonly prepare?: string;
  readonly minimumProbability: number;
  readonly wordsPerMinute: number;
  readonly seed: number;
  readonly threads: number;
  readonly json?: boolean;
}

/** Longest suggestion in the editor, by default. */
const MAXIMUM_LENGTH = 120;
const MOST_CHARACTERS = 2_000_000;

export function addReplayCommand(program: Command): void {
  program
    .command('replay')
    .description(
      'Type anew what was typed in the last commits of a repository, and count the keys that would be saved.',
    )
    .argument('<repository>', 'a folder in a Git repository')
    .option(
      '--commits <n>',
      'of how many commits',
      numberWithin({ option: 'commits', minimum: 1, maximum: 1e6, whole: true }),
      50,
    )
    .option(
      '--characters <n>',
      'how many are typed',
      numberWithin({ option: 'characters', minimum: 1, maximum: 1e9, whole: true }),
      20_000,
    )
    .option('--model <model.onnx>', 'trained on what --prepare wrote; without one the workspace alone is asked')
    .option('--prepare <folder>', 'write the workspace as it was before all that, to train on, and end')
    .option('--author <e-mail>', 'only what this author has committed')
    .option(
      '--minimum-probability <x>',
      'suggest nothing that is less probable to be right as a whole',
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
      0.3,
    )
    .option(
      '--words-per-minute <n>',
      'how fast the human typist types',
      numberWithin({ option: 'words-per-minute', minimum: 1, maximum: 1000 }),
      45,
    )
    .option('--seed <n>', 'of what the human typist overlooks', numberWithin(seedRule), 1)
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output')
    .action(runReplay);
}

async function runReplay(folder: string, flags: Flags): Promise<void> {
  const stop = stopAtSignals();
  const spinner = startSpinner('Reading the history');
  try {
    const history = await History.open(folder);
    let network: LstmPredictor | undefined;
    try {
      const { signal } = stop;
      const { commits, characters, author, prepare } = flags;
      const plan = await planReplay(history, { commits, characters, author, signal });
      if (plan.commits.length === 0) throw new UserFacingError(await nothingTyped(history, author), 'usage');
      if (prepare !== undefined) {
        await prepareFolder(history, plan.commits[0]!.parent, prepare, signal);
        spinner.stop();
        printLine(`${prepare} has the files as they were before the ${plan.commits.length} last commits.`);
        return;
      }
      network = flags.model === undefined ? undefined : await LstmPredictor.load(flags.model, flags);
      const { minimumProbability, wordsPerMinute, seed } = flags;
      const onProgress = (fraction: number) => {
        spinner.text = `${bar(fraction)} ${Math.round(100 * fraction)} %`;
      };
      const result = await replay(history, plan, {
        ...{ characters, minimumProbability, wordsPerMinute, seed, network, onProgress, signal },
        ...{ maxLength: MAXIMUM_LENGTH, multiline: true, maximum: MOST_CHARACTERS },
      });
      spinner.stop();
      for (const notice of plan.notices) printNotice(notice);
      if (plan.commits.length < commits && (await history.isShallow())) {
        printNotice(
          `The clone is shallow: its history reaches back ${plan.commits.length} such commits. Try git fetch --unshallow.`,
        );
      }
      if (flags.json) printJson({ type: 'replay', ...result });
      else describe(result);
    } finally {
      history.close();
      await network?.dispose();
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = stop.exitCode();
  } finally {
    spinner.stop();
    stop.dispose();
  }
}

async function nothingTyped(history: History, author: string | undefined): Promise<string> {
  const whose = author === undefined ? '' : ` of ${author}`;
  const shallow = (await history.isShallow()) ? ' The clone is shallow: try git fetch --unshallow.' : '';
  return `No commit${whose} changes text that Inkling would learn, beside the first one, before which there was nothing.${shallow}`;
}

async function prepareFolder(history: History, commit: string, folder: string, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  if ((await readdir(folder)).length > 0) {
    throw new UserFacingError(`${folder} is not empty: name a folder that is, or none yet.`, 'usage');
  }
  await CheckedOut.at(history, commit, folder, signal);
}

function describe(result: Replay): void {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  printLine(
    `${percent(result.keystrokeSavings)} of the keys saved over ${result.characters.toLocaleString('en')} characters of ` +
      `${result.commits} commits by an ideal typist, ${percent(result.human.keystrokeSavings)} by a human one; ` +
      `${percent(result.acceptanceRate)} of ${result.shown.toLocaleString('en')} suggestions accepted; ` +
      `computed in ${result.latencyMs.p50.toFixed(1)} ms (half of them), ${result.latencyMs.p95.toFixed(1)} ms (95 %).`,
  );
  const names = { newFile: 'new files', newLines: 'new lines in files', withinLine: 'within lines' };
  for (const [kind, part] of Object.entries(result.kinds)) {
    if (part.characters === 0) continue;
    printLine(
      `  ${names[kind as keyof typeof names]}: ${percent(part.keystrokeSavings)} of ` +
        `${part.characters.toLocaleString('en')} characters, silent at ${percent(part.silentPart)} of them`,
    );
  }
}
