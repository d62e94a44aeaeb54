/** What of completion needs onnxruntime. */

export { LstmPredictor } from '../experts/lstmPredictor.ts';
export { Inspector } from '../inspection/inspector.ts';
