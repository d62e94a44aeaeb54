import { type Command, Option } from 'commander';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { readDocuments } from '../corpus/corpus.ts';
import { splitDocuments } from '../corpus/split.ts';
import { type Calibration, calibration } from '../evaluation/calibration.ts';
import { type ExpertSet, evaluatedKnowledge, expertsOf } from '../evaluation/knowledge.ts';
import { type Simulation, type SimulationOptions, simulate } from '../evaluation/simulate.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';
import { printJson, printLine } from './output.ts';

/** Longest suggestion in the editor, by default. */
const MAXIMUM_LENGTH = 120;

interface Flags {
  readonly predictor: ExpertSet;
  readonly characters: number;
  readonly minimumProbability: number;
  readonly contradictionCost?: number;
  readonly threads: number;
  readonly calibration?: boolean;
  readonly json?: boolean;
}

export function addSimulateCommand(program: Command): void {
  program
    .command('simulate')
    .description('Type the held-out files of a folder with suggestions, and count the keys that they save.')
    .argument('<model>', 'a model.onnx that Inkling wrote')
    .argument('<folder>', 'what to type')
    .addOption(
      new Option('--predictor <name>', 'what suggests; see evaluate')
        .choices(['lstm', 'memory', 'memories', 'mixture'])
        .default('mixture'),
    )
    .option(
      '--characters <n>',
      'how many are typed',
      numberWithin({ option: 'characters', minimum: 1, maximum: 1e9, whole: true }),
      20_000,
    )
    .option(
      '--minimum-probability <x>',
      'suggest nothing that is less probable to be right as a whole',
      numberWithin({ option: 'minimum-probability', minimum: 0.001, maximum: 1 }),
      0.3,
    )
    .option(
      '--contradiction-cost <x>',
      'keys that it costs when a suggestion is contradicted by what is typed next (default: as in the editor)',
      numberWithin({ option: 'contradiction-cost', minimum: 0, maximum: 100 }),
    )
    .option('--calibration', 'compare how probable suggestions are said to be with how many are right')
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output')
    .action(runSimulate);
}

async function runSimulate(modelPath: string, folder: string, flags: Flags): Promise<void> {
  const { documents } = await readDocuments(folder);
  const { train, heldOut } = splitDocuments(documents);
  const network = await LstmPredictor.load(modelPath, flags);
  try {
    const knowledge = evaluatedKnowledge(network, train, expertsOf(flags.predictor));
    const { characters, minimumProbability, contradictionCost } = flags;
    const options: SimulationOptions = {
      ...{ characters, minimumProbability, maxLength: MAXIMUM_LENGTH, multiline: true },
      ...(contradictionCost !== undefined && { costs: { contradictionCost } }),
    };
    const run = flags.calibration ? calibration : simulate;
    const result: Simulation | Calibration = await run(knowledge, heldOut, options);
    const type = flags.calibration ? 'calibration' : 'simulation';
    if (flags.json) printJson({ type, predictor: flags.predictor, ...result });
    else if ('bins' in result) describeCalibration(result);
    else describe(result);
  } finally {
    await network.dispose();
  }
}

function describe(result: Simulation): void {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  printLine(
    `${percent(result.keystrokeSavings)} of the keys saved over ${result.characters.toLocaleString('en')} characters; ` +
      `${percent(result.acceptanceRate)} of ${result.shown.toLocaleString('en')} suggestions accepted; ` +
      `${result.wrongPerAcceptedCharacter.toFixed(2)} wrong characters shown for each accepted one; ` +
      `computed in ${result.latencyMs.p50.toFixed(1)} ms (half of them), ${result.latencyMs.p95.toFixed(1)} ms (95 %).`,
  );
}

function describeCalibration({ candidates, expectedCalibrationError, bins }: Calibration): void {
  printLine(
    `${candidates.toLocaleString('en')} suggestions, shown or not; expected calibration error ${expectedCalibrationError.toFixed(3)}.`,
  );
  for (const { probability, right } of bins) {
    printLine(`  said to be right in ${(100 * probability).toFixed(1)} %, right in ${(100 * right).toFixed(1)} %`);
  }
}
