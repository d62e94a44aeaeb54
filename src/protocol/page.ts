/**
 * The wire between the dashboard's page and the extension: typed calls in both directions. The host keeps all truth and
 * replays it when the page says that it is ready; everything here can be posted as a message, in the form that
 * wireFormat.ts gives it.
 */
import * as v from 'valibot';
import { type Calls, type Functions, takes } from '../base/rpcMessage.ts';
import { Finite, listOf, objectOf, textUpTo, wholeNumber, within } from '../base/schema.ts';
import type { CorpusDetails } from './corpus.ts';
import {
  type CharacterDetail,
  Feature,
  type NextCharacter,
  type Trace,
  type UnitMatch,
  UnitName,
  type UnitSummary,
} from './inspection.ts';
import type { Recipe } from './modelCard.ts';
import type { Examples, ReplayFigures } from './replay.ts';
import type { Curve, Evaluation, RunSummary } from './runs.ts';
import type { EngineReport } from './trainingEvents.ts';

const Name = textUpTo(1000);
const Index = wholeNumber();
/** UTF-16 units: a picture of the curves in base64 has a few million. */
const LONGEST_FILE = 100_000_000;
/** The page offers half as much. */
const LONGEST_TEXT = 10_000;

const RunCommand = v.picklist([
  'train',
  'continue',
  'pause',
  'resume',
  'stop',
  'export',
  'import',
  'forget',
  'replay',
  'manageTrust',
  'showLog',
]);
export type RunCommand = v.InferOutput<typeof RunCommand>;

const Section = v.picklist(['run', 'curves', 'samples', 'next', 'inside', 'corpus', 'savings']);
export type Section = v.InferOutput<typeof Section>;

export const NumericOption = v.picklist(['minutes', 'hidden', 'layers', 'learningRate']);
export type NumericOption = v.InferOutput<typeof NumericOption>;
const OptionName = v.picklist([...NumericOption.options, 'recipe']);
export type OptionName = v.InferOutput<typeof OptionName>;

const GenerateRequest = objectOf({
  prompt: textUpTo(1_000_000),
  temperature: within(0, 2),
  /** Characters. */
  length: wholeNumber(0, LONGEST_TEXT),
});
export type GenerateRequest = v.InferOutput<typeof GenerateRequest>;

/**
 * What the page may ask of the host: it is a web page, and no part of the extension's process. Errors are sentences for
 * the user.
 */
export const PAGE_CALLS = {
  /** The page listens from now on: everything is to be told to it. */
  ready: takes().answers<void>(),
  run: takes(RunCommand).answers<void>(),
  /** Changes a setting for the next run; answers with why not, if it cannot be. */
  setOption: takes(OptionName, v.union([Finite, Name])).answers<string | undefined>(),
  /** The whole curve of a run that was kept. Its evaluations are told by {@link Page.evaluations} before the answer. */
  curve: takes(Name).answers<Curve>(),
  /** Gives a run another name. */
  renameRun: takes(Name, Name).answers<void>(),
  deleteRun: takes(Name).answers<void>(),
  /** Asks the user where to, and writes it there: a name, what is in it, and how that is encoded. */
  save: takes(Name, textUpTo(LONGEST_FILE), v.picklist(['utf8', 'base64'])).answers<void>(),
  generate: takes(GenerateRequest).answers<string>(),
  /** What the page shows, so that nothing is computed that nobody sees. */
  show: takes(v.pipe(listOf(Section), v.maxLength(10))).answers<void>(),
  /** Everything about one character of the text looked into. */
  character: takes(Index).answers<CharacterDetail>(),
  /** One number per character of the text looked into: the cell state of a unit. */
  unit: takes(UnitName).answers<readonly number[]>(),
  /** Units by the variance of their cell state over the text of the active document, largest first; at most 100. */
  units: takes().answers<readonly UnitSummary[]>(),
  /** Units whose cell state goes along with a feature of the text, most closely first; at most 20. */
  unitsThatFollow: takes(Feature).answers<readonly UnitMatch[]>(),
  /** Underlines improbable characters in the active editor, or ends that. */
  setSurprisalShown: takes(v.boolean()).answers<void>(),
  /** Names of files that were left out for a reason; the first 200. */
  excludedFiles: takes(Name).answers<readonly string[]>(),
  /** Ends the replay that goes on. */
  cancelReplay: takes().answers<void>(),
} as const satisfies Calls;
export type Host = Functions<typeof PAGE_CALLS>;

/** What the host tells the page. */
export interface Page {
  state(state: State): void;
  /** The runs that are kept, newest first. */
  runs(runs: readonly Run[]): void;
  /** Points of the curve of a run, beginning at an index: those before stay as they are. At most five times a second. */
  points(run: string, from: number, points: Curve): void;
  evaluations(run: string, evaluations: readonly Evaluation[]): void;
  corpus(corpus: Corpus | undefined): void;
  next(next: NextAtCursor | undefined): void;
  trace(trace: TitledTrace | undefined): void;
  savings(savings: Savings): void;
  /** Somebody wants to see a section. */
  reveal(section: Section): void;
}

export interface State {
  readonly phase: Phase;
  /** A sentence on what goes on, or on what went wrong. */
  readonly sentence: string;
  /** Whether it says that something is to be mended, although the rest goes on. */
  readonly isWarning?: boolean;
  /** Commands that make sense now. */
  readonly commands: readonly RunCommand[];
  readonly options: Options;
  /** Of the run that goes on or was the last. */
  readonly run?: RunningState;
  /** Of the model that serves. */
  readonly model?: ServingModel;
  readonly surprisalShown: boolean;
}

/** What the card of a model says. */
export interface ServingModel {
  readonly bits: number;
  readonly hidden: number;
  readonly layers: number;
  /** When it was trained, ISO 8601. */
  readonly date: string;
  /** Where it has come from, for people. */
  readonly origin: string;
  /** That it has learnt. */
  readonly characters: number;
  /** Characters that it knows. */
  readonly vocabulary: number;
  /** With the device. */
  readonly engine: string;
  /** Inkling, with its version. */
  readonly writtenBy: string;
}

export type Phase =
  | 'restricted'
  | 'no-folder'
  /** The LSTM does not run on this platform. */
  | 'unsupported'
  | 'empty'
  | 'reading'
  | 'training'
  | 'measuring'
  | 'ending'
  | 'paused'
  | 'trained'
  | 'failed';

export interface RunningState {
  readonly id: string;
  readonly engine: string;
  readonly device: string;
  /** All that could have trained it, with what was measured. */
  readonly engines: readonly EngineState[];
  readonly threads: number;
  readonly hidden: number;
  readonly layers: number;
  readonly parameters: number;
  readonly batch: number;
  readonly timeSteps: number;
  /** Part of the budget that is used up, 0 to 1. */
  readonly fraction: number;
  readonly elapsedSeconds: number;
  readonly remainingSeconds?: number;
  readonly step: number;
  readonly epochs: number;
  readonly charactersPerSecond?: number;
  readonly trainBits?: number;
  readonly heldOutBits?: number;
  /** Resident memory of the process that trains, bytes. */
  readonly memory?: number;
}

/** A way to compute training steps on this machine. */
type EngineState = Omit<EngineReport, 'engine'>;

/** Hyperparameters of the next run, as the settings have them. 0: chosen by Inkling. */
export interface Options {
  readonly minutes: number;
  readonly hidden: number;
  readonly layers: number;
  readonly learningRate: number;
  readonly recipe: Recipe;
  /** Bounds that the settings have, for each number. */
  readonly bounds: Readonly<Record<NumericOption, { readonly minimum: number; readonly maximum: number }>>;
}

export interface Run extends RunSummary {
  readonly isRunning: boolean;
}

/** What is expected at the cursor of the active editor. */
export interface NextAtCursor extends NextCharacter {
  /** The end of the text before the cursor. */
  readonly before: string;
}

/** What happens inside the network while it reads a line or a selection: characters, at most 400. */
export interface TitledTrace extends Trace {
  /** Where it is: path and line. */
  readonly title: string;
}

/** What suggestions would have saved of what was typed in a repository's last commits. */
export interface Savings {
  /** Part of the replay that is done, 0 to 1; undefined: none goes on. */
  readonly progress?: number;
  /** Of the last replay. */
  readonly figures?: ReplayFigures;
  /** They are not kept: undefined after a reload. */
  readonly examples?: Examples;
  /** What was left out, and why, in sentences. */
  readonly notices: readonly string[];
  /** Why there are no new figures, as a sentence. */
  readonly problem?: string;
}

/** What the page shows of a corpus. */
export interface Corpus extends Omit<CorpusDetails, 'excluded' | 'excludedNames' | 'notices' | 'scrubbed'> {
  readonly excluded: readonly { readonly reason: string; readonly count: number }[];
  readonly scrubbed: readonly { readonly rule: string; readonly count: number }[];
  /** Rules for what is left out that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
}
