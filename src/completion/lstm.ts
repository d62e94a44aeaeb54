/** What of completion needs onnxruntime. */
export { Inspector } from './inspector.ts';
export { LstmPredictor } from './lstmPredictor.ts';
