import { readFile } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Command } from 'commander';
import { reasonOf, UserFacingError } from '../base/errors.ts';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import type { Policy } from '../completion/suggestion/policy.ts';
import type { SuggestionContext } from '../completion/suggestion/suggester.ts';
import { ModelLease } from '../completion/worker/modelLease.ts';
import { WorkspaceIndex } from '../completion/workspace/workspaceIndex.ts';
import type { ShownSuggestion } from '../protocol/suggestions.ts';
import { numberWithin } from './arguments.ts';
import { printJson, printLine, printNotice } from './output.ts';
import { EDITORS_POLICY, MOST_INDEXED } from './typing.ts';

interface Flags {
  readonly folder?: string;
  readonly file: string;
  readonly after?: string;
  readonly invoked?: boolean;
  readonly max: number;
  readonly minimumProbability?: number;
  readonly json?: boolean;
}

/** Path of a text that is in no file yet. */
const UNTITLED = 'untitled';

export function addCompleteCommand(program: Command): void {
  program
    .command('complete')
    .description('Suggest what comes next, as the editor would, for the text before the cursor on standard input.')
    .argument('[model]', 'a model.onnx that Inkling wrote; without one the workspace alone is asked')
    .option('--folder <workspace>', 'a folder that is read as the editor reads the one that is open')
    .option('--file <path>', 'the path that the text is in, relative to the folder', UNTITLED)
    .option('--after <file>', 'a file with the text behind the cursor')
    .option('--invoked', 'as when a suggestion is asked for: less sure ones too, and several')
    .option(
      '--max <n>',
      'longest suggestion',
      numberWithin({ option: 'max', minimum: 1, maximum: 10_000, whole: true }),
      EDITORS_POLICY.maxLength,
    )
    .option(
      '--minimum-probability <x>',
      `suggest nothing that is less probable to be right as a whole (default: ${EDITORS_POLICY.minimumProbability})`,
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
    )
    .option('--json', 'one JSON object on standard output')
    .action(runComplete);
}

async function runComplete(modelPath: string | undefined, flags: Flags): Promise<void> {
  if (modelPath === undefined && flags.folder === undefined) {
    throw new UserFacingError('complete needs a model, a folder, or both: there is nothing to suggest from.', 'usage');
  }
  if (process.stdin.isTTY) {
    throw new UserFacingError('complete reads the text before the cursor on standard input: pipe it in.', 'usage');
  }
  if (flags.invoked && flags.minimumProbability !== undefined) {
    throw new UserFacingError(
      'What is asked for with --invoked has a least probability of its own, as in the editor: leave out --minimum-probability.',
      'usage',
    );
  }
  const path = pathIn(flags.folder, flags.file);
  const policy: Policy = {
    ...EDITORS_POLICY,
    trigger: flags.invoked ? 'invoked' : 'automatic',
    maxLength: flags.max,
    ...(flags.minimumProbability !== undefined && { minimumProbability: flags.minimumProbability }),
  };
  const after = flags.after === undefined ? '' : await textOf(flags.after);
  const lease = await leaseOf(modelPath, flags.folder);
  try {
    for (const notice of lease.index?.notices ?? []) printNotice(notice);
    // Last, as somebody may be typing it: whatever else is wrong is told before.
    const context: SuggestionContext = { path, before: await text(process.stdin), after };
    await read(lease, context);
    const suggestions = await lease.suggester.suggest(path, context, policy);
    if (flags.json) {
      const state = await lease.suggester.stateAt(path, path, context.before);
      const weights = lease.mixture.weightsOf(lease.mixture.predict(state));
      printJson({
        type: 'completion',
        suggestions: suggestions.map(({ text, replaces, probability }) => ({ text, replaces, probability })),
        experts: [...weights].map(([id, weight]) => ({ id, weight })),
      });
    } else describe(suggestions);
  } finally {
    await lease.retire();
  }
}

/** Network and index that suggest; the network is disposed of where the folder cannot be read. */
async function leaseOf(modelPath: string | undefined, folder: string | undefined): Promise<ModelLease<LstmPredictor>> {
  const network = modelPath === undefined ? undefined : await LstmPredictor.load(modelPath);
  try {
    return new ModelLease(network, await indexOf(folder, network));
  } catch (error) {
    await network?.dispose();
    throw error;
  }
}

function indexOf(folder: string | undefined, network: LstmPredictor | undefined): Promise<WorkspaceIndex | undefined> {
  if (folder === undefined) return Promise.resolve(undefined);
  const request = { folders: [folder], scan: {}, maximum: MOST_INDEXED };
  return WorkspaceIndex.read(request, new AbortController().signal, network?.vocabulary);
}

/** Path as the workspace is indexed with it: relative to the folder, `/` between folders, however it was given. */
function pathIn(folder: string | undefined, file: string): string {
  if (folder === undefined || file === UNTITLED) return file;
  return relative(folder, resolve(folder, file)).split(sep).join('/');
}

/** Trains the mixer as after reading a workspace, and learns the document as it stands, but for the line of the cursor. */
async function read(lease: ModelLease, { path, before, after }: SuggestionContext): Promise<void> {
  const { index } = lease;
  if (index === undefined) return;
  index.join((work) => lease.use(({ mixture }) => work(mixture)));
  await index.trainMixer(new AbortController().signal);
  index.join(undefined);
  await index.set({ path, text: withoutLineOfCursor(before, after), isFile: path !== UNTITLED });
}

/** Document without the line of the cursor, as the editor has it learnt: what stands behind the cursor is no suggestion. */
function withoutLineOfCursor(before: string, after: string): string {
  const [, ...below] = linesOf(after);
  return [...linesOf(before).slice(0, -1), ...below].join('\n');
}

function linesOf(text: string): string[] {
  return text.split(/\r\n?|\n/);
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new UserFacingError(`The text behind the cursor cannot be read: ${reasonOf(error)}.`, 'usage');
  }
}

function describe(suggestions: readonly ShownSuggestion[]): void {
  if (suggestions.length === 0) printLine('(nothing to suggest)');
  for (const { text, replaces, probability } of suggestions) {
    const instead = replaces === 0 ? '' : `, in place of ${replaces} behind the cursor`;
    printLine(`${text}\n(${(probability * 100).toFixed(0)} % sure${instead})`);
  }
}
