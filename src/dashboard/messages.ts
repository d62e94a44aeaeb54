/**
 * The wire between the dashboard's page and the extension: typed calls in both directions. The host keeps all truth and
 * replays it when the page says that it is ready; everything here can be posted as a message, in the form that
 * wireFormat.ts gives it.
 */

/** What the page may ask of the host. Errors are sentences for the user. */
export interface Host {
  /** The page listens from now on: everything is to be told to it. */
  ready(): void;
  run(command: RunCommand): void;
  /** Changes a setting for the next run; answers with why not, if it cannot be. */
  setOption(name: OptionName, value: number | string): Promise<string | undefined>;
  /** The whole curve of a run that was kept. Its evaluations are told by {@link Page.evaluations} before the answer. */
  curve(run: string): Promise<Curve>;
  renameRun(run: string, name: string): void;
  deleteRun(run: string): void;
  /** Asks the user where to, and writes it there. */
  save(name: string, content: string, encoding: 'utf8' | 'base64'): void;
  generate(request: GenerateRequest): Promise<string>;
  /** What the page shows, so that nothing is computed that nobody sees. */
  show(sections: readonly Section[]): void;
  /** Everything about one character of the text looked into. */
  character(index: number): Promise<CharacterDetail>;
  /** One number per character of the text looked into: the cell state of a unit. */
  unit(unit: UnitName): Promise<readonly number[]>;
  /** Units by the variance of their cell state over the text of the active document, largest first; at most 100. */
  units(): Promise<readonly UnitSummary[]>;
  /** Units whose cell state goes along with a feature of the text, most closely first; at most 20. */
  unitsThatFollow(feature: Feature): Promise<readonly UnitMatch[]>;
  /** Underlines improbable characters in the active editor, or ends that. */
  setSurpriseShown(isShown: boolean): void;
  /** Names of files that were left out for a reason; the first 200. */
  excludedFiles(reason: string): Promise<readonly string[]>;
}

/** What the host tells the page. */
export interface Page {
  state(state: State): void;
  /** The runs that are kept, newest first. */
  runs(runs: readonly Run[]): void;
  /** Points of the curve of a run, beginning at an index: those before stay as they are. At most five times a second. */
  points(run: string, from: number, points: Curve): void;
  evaluations(run: string, evaluations: readonly Evaluation[]): void;
  corpus(corpus: Corpus | undefined): void;
  next(next: NextCharacter | undefined): void;
  trace(trace: Trace | undefined): void;
}

export type RunCommand =
  | 'train'
  | 'continue'
  | 'pause'
  | 'resume'
  | 'stop'
  | 'export'
  | 'import'
  | 'forget'
  | 'manageTrust'
  | 'showLog';

export type Section = 'run' | 'curves' | 'samples' | 'next' | 'inside' | 'corpus';

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
  readonly surpriseShown: boolean;
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
interface EngineState {
  /** For people: "ONNX Runtime 1.27.0". */
  readonly title: string;
  readonly device: 'cpu' | 'gpu';
  /** Where it was measured. */
  readonly charactersPerSecond?: number | undefined;
  /** Why it is not used, as a part of a sentence. */
  readonly problem?: string | undefined;
  readonly chosen: boolean;
}

/** Hyperparameters of the next run, as the settings have them. 0: chosen by Inkling. */
export interface Options {
  readonly minutes: number;
  readonly hidden: number;
  readonly layers: number;
  readonly learningRate: number;
  readonly recipe: 'default' | 'classic';
  /** Bounds that the settings have, for each number. */
  readonly bounds: Readonly<Record<NumericOption, { readonly minimum: number; readonly maximum: number }>>;
}

export type NumericOption = 'minutes' | 'hidden' | 'layers' | 'learningRate';
export type OptionName = NumericOption | 'recipe';

export interface Run {
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly date: string;
  readonly hidden: number;
  readonly layers: number;
  readonly recipe: string;
  /** Held-out bits per character at its end; undefined while it has none. */
  readonly bits?: number;
  readonly seconds: number;
  readonly baselines?: Baselines;
  readonly isRunning: boolean;
}

/** Bits per held-out character of what knows less. */
export interface Baselines {
  /** log₂ of the vocabulary's size. */
  readonly uniform: number;
  /** By how often each character occurs in the training text. */
  readonly unigram: number;
  /** What brotli needs for the held-out text after the training text. */
  readonly brotli: number;
  /** Part of all the text that brotli was given, 0 to 1. */
  readonly brotliPart: number;
}

/** Columns of one length each. */
export interface Curve {
  readonly step: readonly number[];
  readonly seconds: readonly number[];
  readonly epochs: readonly number[];
  readonly trainBits: readonly number[];
  readonly learningRate: readonly number[];
  readonly gradientNorm: readonly number[];
  readonly charactersPerSecond: readonly number[];
}

export interface Evaluation {
  readonly step: number;
  readonly seconds: number;
  readonly epochs: number;
  readonly heldOutBits: number;
  readonly isBest: boolean;
  /** Text that the network wrote then. */
  readonly sample: string;
}

export interface GenerateRequest {
  readonly prompt: string;
  /** 0 to 2. */
  readonly temperature: number;
  /** Characters. */
  readonly length: number;
}

/** A character, and how probable it is. */
export interface CharacterProbability {
  readonly character: string;
  readonly probability: number;
}

/** At the cursor of the active editor. */
export interface NextCharacter {
  /** The end of the text before the cursor. */
  readonly before: string;
  /** The ten most probable, most probable first. */
  readonly top: readonly CharacterProbability[];
  /** Of the whole distribution, bits. */
  readonly entropy: number;
  /** What would be suggested, with the probability of each character given those before; empty: nothing. */
  readonly suggestion: readonly CharacterProbability[];
  /** Of those that have something to say. */
  readonly experts: readonly ExpertView[];
}

/** What one expert expects. */
export interface ExpertView {
  readonly id: string;
  /** In the mixture; together 1. */
  readonly weight: number;
  /** The ten most probable, most probable first. */
  readonly top: readonly CharacterProbability[];
  /** Characters before the cursor that the expert has seen before in a row, where it counts contexts. */
  readonly matched?: number;
}

/** What happens inside the network while it reads a line or a selection. Arrays have one number per character. */
export interface Trace {
  /** Characters, at most 400. */
  readonly characters: readonly string[];
  /** Where it is: path and line. */
  readonly title: string;
  /** −log₂ of the probability that each character had, bits. */
  readonly surprise: readonly number[];
  readonly layers: number;
  readonly hidden: number;
  /** Means over the units of each layer: [layers][characters]. */
  readonly forget: readonly (readonly number[])[];
  readonly input: readonly (readonly number[])[];
  readonly output: readonly (readonly number[])[];
  /** Mean of |c|. */
  readonly cell: readonly (readonly number[])[];
}

export interface UnitName {
  readonly layer: number;
  readonly unit: number;
}

export interface UnitSummary extends UnitName {
  readonly variance: number;
  readonly mean: number;
}

export type Feature = 'quotes' | 'brackets' | 'indentation' | 'comments' | 'line-position';

export interface UnitMatch extends UnitName {
  /** Pearson's, over the text of the active document. */
  readonly correlation: number;
}

export interface CharacterDetail {
  readonly index: number;
  readonly character: string;
  readonly surprise: number;
  /** What was thought to come here: the ten most probable. */
  readonly expected: readonly CharacterProbability[];
  /** What was thought to come after it. */
  readonly next: readonly CharacterProbability[];
  /** Values of every unit, by layer. */
  readonly layers: readonly LayerDetail[];
}

/** The five equations' numbers, one per unit: i, f, o = σ(z), g = tanh(z), c = f·cBefore + i·g, h = o·tanh(c). */
export interface LayerDetail {
  /** What enters each gate: W·x + R·h + b. */
  readonly zi: readonly number[];
  readonly zf: readonly number[];
  readonly zo: readonly number[];
  readonly zg: readonly number[];
  readonly i: readonly number[];
  readonly f: readonly number[];
  readonly o: readonly number[];
  readonly g: readonly number[];
  readonly cBefore: readonly number[];
  readonly c: readonly number[];
  readonly h: readonly number[];
}

export interface Corpus {
  readonly folders: readonly string[];
  readonly files: number;
  readonly heldOutFiles: number;
  readonly bytes: number;
  readonly characters: number;
  /** Most frequent first: how often each character occurs in the training text. */
  readonly vocabulary: readonly { readonly character: string; readonly count: number }[];
  /** How many different characters there are beside these. */
  readonly rarerCharacters: number;
  /** By file extension, most characters first. */
  readonly languages: readonly { readonly name: string; readonly files: number; readonly characters: number }[];
  readonly excluded: readonly { readonly reason: string; readonly count: number }[];
  readonly scrubbed: readonly { readonly rule: string; readonly count: number }[];
  /** Rules for what is left out that could not be used, and what was done instead, in sentences. */
  readonly notices: readonly string[];
}
