import { mkdir } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import envPaths from 'env-paths';
import { UserFacingError } from '../base/errors.ts';
import { writeSample } from '../completion/generation/sample.ts';
import { readCorpus } from '../corpus/corpus.ts';
import type { Recipe } from '../protocol/modelCard.ts';
import type { TrainingOptions } from '../protocol/training.ts';
import type { EngineReport, TrainingEvent } from '../protocol/trainingEvents.ts';
import { type EnginePreference, findCandidates } from '../training/engines/engines.ts';
import { CLASSIC } from '../training/plan.ts';
import { train } from '../training/train.ts';
import { defaultThreads, numberWithin, seedRule, threadsRule } from './arguments.ts';
import { tensorflowFolders } from './engines.ts';
import { checkModelPath } from './modelPath.ts';
import { bar, clock, compact, counted, describeReport, printJson, printLine } from './output.ts';
import { stopAtSignals } from './signals.ts';
import { startSpinner } from './spinner.ts';

interface Flags {
  readonly out: string;
  readonly minutes?: number;
  readonly epochs?: number;
  readonly recipe: Recipe;
  readonly hidden?: number;
  readonly layers?: number;
  readonly batch?: number;
  readonly timeSteps?: number;
  readonly learningRate?: number;
  readonly dropout?: number;
  readonly engine: NonNullable<TrainingOptions['engine']>;
  readonly device: NonNullable<TrainingOptions['device']>;
  readonly threads: number;
  readonly seed: number;
  readonly resume?: boolean;
  readonly json?: boolean;
}

const DEFAULT_MINUTES = 5;

export function addTrainCommand(program: Command): void {
  const whole = (option: string, minimum: number, maximum: number) =>
    numberWithin({ option, minimum, maximum, whole: true });
  program
    .command('train')
    .description('Learn a folder of text and write model.onnx, with a checkpoint (.safetensors) beside it.')
    .argument('<folder>', 'what to learn')
    .option('--out <file>', 'where the model goes', 'model.onnx')
    .addOption(
      new Option('--minutes <n>', `time to spend, fractions allowed (default: ${DEFAULT_MINUTES})`)
        .argParser(numberWithin({ option: 'minutes', minimum: 0.01, maximum: 100_000 }))
        .conflicts('epochs'),
    )
    .addOption(
      new Option('--epochs <n>', 'times to read all the text, instead of a time').argParser(
        numberWithin({ option: 'epochs', minimum: 0.001, maximum: 1_000_000 }),
      ),
    )
    .addOption(
      new Option('--recipe <name>', 'default: ours; classic: the Keras tutorial, for comparison')
        .choices(['default', 'classic'])
        .default('default'),
    )
    .option('--hidden <n>', 'hidden units per layer (default: chosen by timing this machine)', whole('hidden', 1, 8192))
    .option('--layers <n>', 'stacked LSTM layers (default: 1)', whole('layers', 1, 16))
    .option('--batch <n>', 'streams in parallel', whole('batch', 1, 4096))
    .option('--time-steps <n>', 'characters that gradients flow back through', whole('time-steps', 1, 4096))
    .option(
      '--learning-rate <x>',
      'highest learning rate',
      numberWithin({ option: 'learning-rate', minimum: 1e-8, maximum: 10 }),
    )
    .option(
      '--dropout <p>',
      'probability that a step of training leaves out a hidden unit (default: by epochs planned)',
      numberWithin({ option: 'dropout', minimum: 0, maximum: 0.9 }),
    )
    .addOption(
      new Option('--engine <name>', 'what computes the steps; auto: the fastest that works')
        .choices(['auto', 'onnx', 'tensorflow'])
        .default('auto'),
    )
    .addOption(new Option('--device <name>', 'where').choices(['auto', 'cpu', 'gpu']).default('auto'))
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--seed <n>', 'of everything random', numberWithin(seedRule), 1)
    .option('--resume', 'go on from the checkpoint beside the model')
    .option('--json', 'one JSON object per line on standard output')
    .action(runTrain);
}

async function runTrain(folder: string, flags: Flags): Promise<void> {
  if (flags.out === '') throw new UserFacingError('--out names no file; leave it out for model.onnx.', 'usage');
  const modelPath = resolve(flags.out);
  const extension = extname(modelPath);
  const checkpointPath = `${modelPath.slice(0, modelPath.length - extension.length)}.safetensors`;
  await checkModelPath(modelPath);
  const display = flags.json ? jsonDisplay() : humanDisplay(flags);
  const stop = stopAtSignals();
  try {
    const corpus = await readCorpus(folder, { signal: stop.signal });
    if (!flags.json) display.note(describeReport(corpus.report));
    else printJson({ type: 'corpus', ...corpus.report });
    const { reason, ...result } = await train(corpus, optionsOf(flags), {
      modelPath,
      checkpointPath,
      cacheFolder: await cacheFolder(),
      candidates: findCandidates(tensorflowFolders(), flags.threads),
      beginning: flags.resume ? 'resume' : 'new',
      signal: stop.signal,
      onEvent: display.event,
      sample: writeSample,
    });
    display.end();
    if (flags.json) printJson({ type: 'done', model: modelPath, ...result });
    else {
      printLine(
        `${reason === 'interrupted' ? 'Stopped' : 'Done'}: ${result.heldOutBitsPerCharacter.toFixed(3)} bits per ` +
          `character on held-out files, after ${result.epochs.toFixed(1)} epochs in ${clock(result.seconds)}.`,
      );
      printLine(`Model: ${modelPath}`);
    }
    if (reason === 'interrupted') process.exitCode = stop.exitCode();
  } catch (error) {
    display.end();
    if (!(stop.signal.aborted && (error as Error).name === 'AbortError')) throw error;
    process.exitCode = stop.exitCode(); // before training began: there is nothing to write
  } finally {
    stop.dispose();
  }
}

function optionsOf(flags: Flags): TrainingOptions {
  const { recipe, hidden, layers, batch, timeSteps, learningRate, dropout } = flags;
  const { engine, device, threads, seed } = flags;
  const byDefault = recipe === 'classic' ? { epochs: CLASSIC.epochs } : { minutes: DEFAULT_MINUTES };
  const asked = flags.epochs !== undefined ? { epochs: flags.epochs } : undefined;
  const budget = asked ?? (flags.minutes !== undefined ? { minutes: flags.minutes } : byDefault);
  return { recipe, budget, hidden, layers, batch, timeSteps, learningRate, dropout, engine, device, threads, seed };
}

/** Where the operating system wants caches; undefined when it lets us make none. */
async function cacheFolder(): Promise<string | undefined> {
  const folder = envPaths('inkling', { suffix: '' }).cache;
  return mkdir(folder, { recursive: true }).then(
    () => folder,
    () => undefined,
  );
}

interface Display {
  event(event: TrainingEvent): void;
  note(text: string): void;
  end(): void;
}

function jsonDisplay(): Display {
  return { event: printJson, note: () => {}, end: () => {} };
}

/** A bar on the terminal; a line per evaluation everywhere. */
function humanDisplay(wish: EnginePreference): Display {
  const spinner = startSpinner('Reading files');
  const note = (text: string) => {
    spinner.clear();
    printLine(text);
  };
  let heldOut = '';
  return {
    note,
    end: () => {
      spinner.stop();
    },
    event: (event) => {
      switch (event.type) {
        case 'engines':
          for (const line of describeEngines(event.engines, wish)) note(line);
          break;
        case 'engine-replaced':
          note(`The engine has failed (${event.reason}): going on from the last good state with another one.`);
          break;
        case 'start':
          note(
            `${event.resumed ? 'Going on with' : 'Training'} an LSTM of ${event.layers} × ${event.hidden} units, ` +
              `${compact(event.parameters)} parameters, on ${compact(event.trainCharacters)} characters ` +
              `(${event.vocabulary} different ones); ${compact(event.heldOutCharacters)} held out. ` +
              `${event.engine}, ${event.device}, ${counted(event.threads, 'thread')}.`,
          );
          spinner.text = 'Training';
          break;
        case 'progress':
          spinner.text =
            `${bar(event.fraction)} ${Math.floor(event.fraction * 100)} % · ` +
            `${event.trainBitsPerCharacter.toFixed(2)} bits/char${heldOut} · ` +
            `${compact(event.charactersPerSecond)} char/s · ${clock(event.remainingSeconds)} left`;
          break;
        case 'evaluation':
          heldOut = ` (held out ${event.heldOutBitsPerCharacter.toFixed(2)})`;
          note(
            `${clock(event.elapsedSeconds).padStart(6)}  held out ${event.heldOutBitsPerCharacter.toFixed(3)} bits/char  ` +
              `${JSON.stringify(event.sample.slice(0, 60))}`,
          );
          break;
        case 'rollback':
          note('The loss stopped being a number: back to the last good state, at half the learning rate.');
          break;
        case 'stop':
          if (event.reason === 'early-stop') note('It has stopped improving on the held-out files.');
          spinner.text = 'Measuring on the held-out files';
          break;
        case 'measuring':
          spinner.text = `${bar(event.fraction)} measuring on the held-out files`;
          break;
        case 'baselines':
        case 'checkpoint':
          break;
      }
    },
  };
}

/** What was measured where there was a choice, and what does not work. */
function describeEngines(
  engines: readonly EngineReport[],
  { engine = 'auto', device = 'auto' }: EnginePreference,
): string[] {
  const lines = engines.flatMap(({ title, device, charactersPerSecond, problem }) => {
    if (problem !== undefined) return [`${title}, ${device}: not used, because ${problem}.`];
    if (charactersPerSecond === undefined || engines.length === 1) return [];
    return [`${title}, ${device}: ${compact(charactersPerSecond)} char/s`];
  });
  const chosen = engines.find((report) => report.chosen);
  if (engine !== 'auto' && chosen?.engine !== engine)
    lines.push(`There is no ${engine} here that works; using ${chosen?.engine}.`);
  if (device !== 'auto' && chosen?.device !== device)
    lines.push(`There is no ${device} here that works; using the ${chosen?.device}.`);
  return lines;
}
