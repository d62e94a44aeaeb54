/**
 * Looks into a model's gates, for those who watch what this asks of the operating system; says how many characters it saw.
 *
 *     node test/support/inspecting.ts model.onnx
 */
import { readFileSync } from 'node:fs';
import { DocumentStates } from '../../src/completion/context/documentStates.ts';
import { LstmPredictor } from '../../src/completion/experts/lstmPredictor.ts';
import { Inspector } from '../../src/completion/inspection/inspector.ts';

const predictor = await LstmPredictor.load(readFileSync(process.argv[2]!));
const inspector = new Inspector(predictor, new DocumentStates(predictor));
const request = { document: 'file:///a', path: 'a.ts', before: 'const ', text: 'a = 1;' };
const trace = await inspector.trace(request, new AbortController().signal);
predictor.dispose();
console.log(trace.characters.length);
