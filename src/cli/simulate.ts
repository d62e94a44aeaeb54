import { type Command, Option } from 'commander';
import { LstmPredictor } from '../completion/experts/lstmPredictor.ts';
import { readDocuments } from '../corpus/corpus.ts';
import { splitDocuments } from '../corpus/split.ts';
import { type Calibration, calibration } from '../evaluation/calibration.ts';
import { type ExpertSet, evaluatedKnowledge, expertsOf } from '../evaluation/knowledge.ts';
import { type Simulation, type SimulationOptions, simulate } from '../evaluation/simulate.ts';
import { numberWithin } from './arguments.ts';
import { printJson, printLine } from './output.ts';
import { addTypingOptions, describeLatency, EDITORS_POLICY, percent, type TypingFlags } from './typing.ts';

interface Flags extends TypingFlags {
  readonly predictor: ExpertSet;
  readonly contradictionCost?: number;
  readonly calibration?: boolean;
}

export function addSimulateCommand(program: Command): void {
  const command = program
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
      '--contradiction-cost <x>',
      'keys that it costs when a suggestion is contradicted by what is typed next (default: as in the editor)',
      numberWithin({ option: 'contradiction-cost', minimum: 0, maximum: 100 }),
    )
    .option('--calibration', 'compare how probable suggestions are said to be with how many are right');
  addTypingOptions(command).action(runSimulate);
}

async function runSimulate(modelPath: string, folder: string, flags: Flags): Promise<void> {
  const { documents } = await readDocuments(folder);
  const { train, heldOut } = splitDocuments(documents);
  const network = await LstmPredictor.load(modelPath, flags);
  try {
    const knowledge = evaluatedKnowledge(network, train, expertsOf(flags.predictor));
    const { characters, minimumProbability, contradictionCost } = flags;
    const options: SimulationOptions = {
      ...{ ...EDITORS_POLICY, characters, minimumProbability },
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
  printLine(
    `${percent(result.keystrokeSavings)} of the keys saved over ${result.characters.toLocaleString('en')} characters; ` +
      `${percent(result.acceptanceRate)} of ${result.shown.toLocaleString('en')} suggestions accepted; ` +
      `${result.wrongPerAcceptedCharacter.toFixed(2)} wrong characters shown for each accepted one; ` +
      `${describeLatency(result.latencyMs)}.`,
  );
}

function describeCalibration({ candidates, expectedCalibrationError, bins }: Calibration): void {
  printLine(
    `${candidates.toLocaleString('en')} suggestions, shown or not; expected calibration error ${expectedCalibrationError.toFixed(3)}.`,
  );
  for (const { probability, right } of bins) {
    printLine(`  said to be right in ${percent(probability)}, right in ${percent(right)}`);
  }
}
