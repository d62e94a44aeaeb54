import type { Command } from 'commander';
import { UserFacingError } from '../base/errors.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import type { ExpertRegistration } from '../completion/experts/registration.ts';
import { EXPERTS } from '../completion/experts/registry.ts';
import { canPredict, expertsNamed, needingNetwork } from '../evaluation/knowledge.ts';
import { History } from '../evaluation/replay/history.ts';
import { planReplay } from '../evaluation/replay/plan.ts';
import { type Replay, replay } from '../evaluation/replay/replay.ts';
import { CheckedOut } from '../evaluation/replay/workspace.ts';
import { numberWithin, seedRule } from './arguments.ts';
import { bar, printJson, printLine, printNotice } from './output.ts';
import { stopAtSignals } from './signals.ts';
import { startSpinner } from './spinner.ts';
import {
  addTypingOptions,
  describeLatency,
  EDITORS_POLICY,
  MOST_INDEXED,
  percent,
  type TypingFlags,
} from './typing.ts';

interface Flags extends TypingFlags {
  readonly commits: number;
  readonly model?: string;
  readonly experts?: readonly ExpertRegistration[];
  readonly author?: string;
  readonly prepare?: string;
  readonly wordsPerMinute: number;
  readonly seed: number;
}

export function addReplayCommand(program: Command): void {
  const command = program
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
    .option('--model <model.onnx>', 'trained on what --prepare wrote; without one the workspace alone is asked')
    .option(
      '--experts <ids>',
      `who suggests, such as ${IDS.join(',')} (default: all there is something for)`,
      expertsIn,
    )
    .option('--prepare <folder>', 'write the workspace as it was before all that, to train on, and end')
    .option('--author <e-mail>', 'only what this author has committed')
    .option(
      '--words-per-minute <n>',
      'how fast the human typist types',
      numberWithin({ option: 'words-per-minute', minimum: 1, maximum: 1000 }),
      45,
    )
    .option('--seed <n>', 'of what the human typist overlooks', numberWithin(seedRule), 1);
  addTypingOptions(command).action(runReplay);
}

const IDS = EXPERTS.map(({ id }) => id);

/** @throws UserFacingError (usage) where one of the ids is no expert's */
function expertsIn(text: string): ExpertRegistration[] {
  const ids = text.split(',').map((id) => id.trim());
  for (const id of ids) {
    if (IDS.includes(id)) continue;
    throw new UserFacingError(`There is no expert "${id}": --experts names some of ${IDS.join(', ')}.`, 'usage');
  }
  return expertsNamed(ids);
}

/** @throws UserFacingError (usage) where experts that were asked for have nothing to go by */
function checkExperts(experts: readonly ExpertRegistration[], network: LstmPredictor | undefined): void {
  const [missing] = network === undefined ? needingNetwork(experts) : [];
  if (missing !== undefined) {
    throw new UserFacingError(`The expert ${missing.id} is a network: name it with --model, or leave it out.`, 'usage');
  }
  if (canPredict(experts, network)) return;
  const ids = experts.map(({ id }) => id).join(' and ');
  const others = IDS.filter((id) => experts.every((expert) => expert.id !== id)).join(', ');
  throw new UserFacingError(
    `By ${ids} alone nothing is predicted, only beside others: add some of ${others} to --experts.`,
    'usage',
  );
}

async function runReplay(folder: string, flags: Flags): Promise<void> {
  const stop = stopAtSignals();
  const spinner = startSpinner('Reading the history');
  let history: History | undefined;
  let network: LstmPredictor | undefined;
  try {
    const { signal } = stop;
    const { commits, characters, author, prepare, experts } = flags;
    // What is wrong with it is told before the history is read.
    if (flags.model !== undefined && prepare === undefined) network = await LstmPredictor.load(flags.model, flags);
    if (experts !== undefined && prepare === undefined) checkExperts(experts, network);
    history = await History.open(folder, signal);
    const plan = await planReplay(history, { commits, characters, author, signal });
    if (plan.commits.length === 0) throw new UserFacingError(await nothingTyped(history, author), 'usage');
    const [base, last] = [plan.commits[0]!.parent, plan.commits.at(-1)!.id];
    if (prepare !== undefined) {
      await CheckedOut.prepare(history, base, prepare, signal);
      spinner.stop();
      if (flags.json) printJson({ type: 'prepared', folder: prepare, base, last, commits: plan.commits.length });
      else printLine(`${prepare} has the files as they were before the ${plan.commits.length} last commits.`);
      return;
    }
    const { minimumProbability, wordsPerMinute, seed } = flags;
    const onProgress = (fraction: number) => {
      spinner.text = `${bar(fraction)} ${Math.round(100 * fraction)} %`;
    };
    const result = await replay(history, plan, {
      ...{ ...EDITORS_POLICY, maximum: MOST_INDEXED, characters, minimumProbability },
      ...{ wordsPerMinute, seed, network, experts, onProgress, signal },
    });
    spinner.stop();
    for (const notice of plan.notices) printNotice(notice);
    if (plan.commits.length < commits && (await history.isShallow())) {
      printNotice(
        `The clone is shallow: its history reaches back ${plan.commits.length} such commits. Try git fetch --unshallow.`,
      );
    }
    if (flags.json) printJson({ type: 'replay', base, last, ...result });
    else describe(result);
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    process.exitCode = stop.exitCode();
  } finally {
    spinner.stop();
    history?.close();
    await network?.dispose();
    stop.dispose();
  }
}

async function nothingTyped(history: History, author: string | undefined): Promise<string> {
  const whose = author === undefined ? '' : ` of ${author}`;
  const shallow = (await history.isShallow()) ? ' The clone is shallow: try git fetch --unshallow.' : '';
  return `No commit${whose} changes text that Inkling would learn, beside the first one, before which there was nothing.${shallow}`;
}

function describe(result: Replay): void {
  printLine(
    `${percent(result.keystrokeSavings)} of the keys saved over ${result.characters.toLocaleString('en')} characters of ` +
      `${result.commits} commits by an ideal typist, ${percent(result.human.keystrokeSavings)} by a human one; ` +
      `${percent(result.acceptanceRate)} of ${result.shown.toLocaleString('en')} suggestions accepted; ` +
      `${describeLatency(result.latencyMs)}.`,
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
