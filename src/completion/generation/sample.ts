import { createScrubber } from '../../corpus/scrub.ts';
import { LstmPredictor } from '../experts/lstmPredictor.ts';
import { generate } from './generate.ts';

const SAMPLE_LENGTH = 160;
const scrub = createScrubber();

/** Text that is drawn from an exported model without a prompt: a path, and the beginning of the file. Scrubbed. */
export async function writeSample(model: Uint8Array): Promise<string> {
  const predictor = await LstmPredictor.load(model);
  try {
    const written = await generate(predictor, { length: SAMPLE_LENGTH, temperature: 0.5, seed: 1 });
    return (await scrub(written, 'untitled')).text;
  } finally {
    await predictor.dispose();
  }
}
