import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { UserFacingError } from '../base/errors.ts';
import { readRegularFile } from '../base/regularFile.ts';
import type { CorpusManifest } from '../corpus/manifest.ts';
import { exportModel } from '../lstm/modelFile.ts';
import { parameterCount } from '../lstm/network.ts';
import { mayBeSafetensors } from '../lstm/safetensors.ts';
import { score } from '../scoring/score.ts';
import { defaultThreads, numberWithin, threadsRule } from './arguments.ts';
import { readManifest, someHeldOut } from './corpusFiles.ts';
import { checkModelPath } from './modelPath.ts';
import { counted, printJson, printLine } from './output.ts';
import { decodePyTorchCheckpoint, type PyTorchCheckpoint } from './pyTorchCheckpoint.ts';

interface Flags {
  readonly out: string;
  readonly corpus?: string;
  readonly threads: number;
  readonly json?: boolean;
}

/** Held-out text that is measured where a checkpoint does not say how well it predicts. */
const MEASURED_CHARACTERS = 100_000;

export function addImportCommand(program: Command): void {
  program
    .command('import')
    .description('Make model.onnx of a checkpoint that PyTorch trained (interop/pytorch/train.py, or an nn.LSTM).')
    .argument('<checkpoint>', 'a .safetensors file')
    .option('--out <file>', 'where the model goes', 'model.onnx')
    .option('--corpus <manifest>', "the corpus's manifest.json, where the checkpoint does not say what it learnt from")
    .option('--threads <n>', 'processor threads', numberWithin(threadsRule), defaultThreads())
    .option('--json', 'one JSON object on standard output')
    .action(runImport);
}

async function runImport(checkpointPath: string, flags: Flags): Promise<void> {
  if (flags.out === '') throw new UserFacingError('--out names no file; leave it out for model.onnx.', 'usage');
  const modelPath = resolve(flags.out);
  await checkModelPath(modelPath);
  const manifest = flags.corpus === undefined ? undefined : await readManifest(flags.corpus);
  const checkpoint = decodePyTorchCheckpoint(
    await readRegularFile(checkpointPath, 'checkpoint', mayBeSafetensors),
    checkpointPath,
    manifest,
  );
  const { shape, parameters, card } = checkpoint;
  const measured =
    checkpoint.bits === undefined ? await measure(checkpoint, checkpointPath, manifest, flags) : undefined;
  const bits = checkpoint.bits ?? measured!.bitsPerCharacter;
  await writeFileAtomically(modelPath, [exportModel(shape, parameters, { ...card, heldOutBitsPerCharacter: bits })]);
  if (flags.json) {
    const { layers, hidden, vocabulary } = shape;
    const size = { layers, hidden, vocabulary, parameters: parameterCount(shape) };
    const characters = measured === undefined ? {} : { measuredCharacters: measured.characters };
    printJson({ type: 'model', model: modelPath, ...size, heldOutBitsPerCharacter: bits, ...characters });
    return;
  }
  printLine(
    `An LSTM of ${shape.layers} × ${shape.hidden} units, ${counted(parameterCount(shape), 'parameter')}: ` +
      `${bits.toFixed(4)} bits per character on held-out text, ` +
      (measured === undefined
        ? 'as its training says.'
        : `measured now on ${counted(measured.characters, 'character')}.`),
  );
  printLine(`Model: ${modelPath}`);
}

async function measure(
  { shape, parameters }: PyTorchCheckpoint,
  checkpointPath: string,
  manifest: CorpusManifest | undefined,
  { corpus, threads }: Flags,
) {
  if (manifest === undefined || corpus === undefined) {
    throw new UserFacingError(
      `${checkpointPath} does not say how well it predicts: give --corpus, to measure it on held-out text, or import the training's model.safetensors.`,
      'usage',
    );
  }
  const texts = await someHeldOut(corpus, manifest, MEASURED_CHARACTERS);
  return score({ shape, parameters, context: null }, texts, { threads });
}
