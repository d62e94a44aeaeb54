/**
 * Why gates are there. A sequence begins with one of four symbols, noise follows, and after a cue the symbol must be
 * named. To a vanilla RNN's weights the error signal comes back multiplied by R and the slope of tanh at each step and
 * is lost on the way; the LSTM's cell hands it on multiplied only by its forget gate, which may stay open (Hochreiter &
 * Schmidhuber, 1997).
 */
import { random } from '../../src/base/random.ts';
import { initialParameters } from '../../src/lstm/initialise.ts';
import { parameterSlots, slotView } from '../../src/lstm/network.ts';
import { LstmRuntime } from '../../src/lstm/runtime.ts';
import type { AdamOptions, NetworkShape } from '../../src/protocol/trainerState.ts';
import { OnnxEngine } from '../../src/training/engines/onnxEngine.ts';
import { logSoftmax } from './naiveLstm.ts';
import { VanillaRnn } from './vanillaRnn.ts';

const SYMBOLS = 4;
const NOISE = 4;
const CUE = SYMBOLS + NOISE;
const shape: NetworkShape = { vocabulary: SYMBOLS + NOISE + 1, hidden: 32, layers: 1 };
const batch = 32;
const trainingSteps = 2000;
const learningRate = 3e-3;
const clip = 1;
const optimizer: AdamOptions = { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

export interface Learner {
  /** One training step; inputs [timeSteps, batch], targets [batch]; returns the mean loss in nats. */
  learn(inputs: Int32Array, targets: Int32Array): Promise<number>;
  /** Nats [batch], of the last step. */
  lossesAtEnd(inputs: Int32Array, targets: Int32Array): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/**
 * Share of fresh sequences in which the right symbol is the most probable, after training for `trainingSteps`, or fewer
 * once it is learnt.
 */
export async function accuracyOf(learner: Learner, lag: number): Promise<number> {
  const uniform = random(1);
  let recentLoss = Math.log(SYMBOLS);
  for (let step = 0; step < trainingSteps && recentLoss > 0.02; step++) {
    const { inputs, targets } = sequences(lag, uniform);
    recentLoss = 0.9 * recentLoss + 0.1 * (await learner.learn(inputs, targets));
  }
  const rounds = 16;
  let right = 0;
  for (let round = 0; round < rounds; round++) {
    const { inputs, targets } = sequences(lag, uniform);
    const named = await mostProbable(learner, inputs);
    right += named.filter((symbol, lane) => symbol === targets[lane]).length;
  }
  await learner.dispose();
  return right / (rounds * batch);
}

function sequences(lag: number, uniform: () => number): { inputs: Int32Array; targets: Int32Array } {
  const targets = Int32Array.from({ length: batch }, () => Math.floor(uniform() * SYMBOLS));
  const noise = Array.from({ length: lag * batch }, () => SYMBOLS + Math.floor(uniform() * NOISE));
  const cues = Array.from({ length: batch }, () => CUE);
  return { inputs: Int32Array.of(...targets, ...noise, ...cues), targets };
}

/** The symbol with the least loss, in each lane. */
async function mostProbable(learner: Learner, inputs: Int32Array): Promise<number[]> {
  const losses: Float32Array[] = [];
  for (let symbol = 0; symbol < SYMBOLS; symbol++) {
    losses.push(await learner.lossesAtEnd(inputs, new Int32Array(batch).fill(symbol)));
  }
  return Array.from({ length: batch }, (_, lane) => {
    const ofLane = losses.map((bySymbol) => bySymbol[lane]!);
    return ofLane.indexOf(Math.min(...ofLane));
  });
}

export /** @param biases of the gates at first: `usual` is what Inkling's own networks begin with */
async function lstm(lag: number, biases: 'long' | 'usual' = 'long'): Promise<Learner> {
  const timeSteps = lag + 2;
  const engine = await OnnxEngine.create({
    shape,
    graph: { batch, timeSteps, loss: 'last', optimizer, clip },
    threads: 1,
    parameters: biases === 'long' ? rememberingParameters(lag) : initialParameters(shape, 1),
  });
  return {
    async learn(inputs, targets) {
      engine.resetState();
      const { losses } = await engine.steps([{ inputs, targets }], [learningRate]);
      return losses[0]!;
    },
    async lossesAtEnd(inputs, targets) {
      const runtime = await LstmRuntime.open(shape, (await engine.snapshot()).parameters);
      const { vocabulary } = shape;
      const atEnd = (await runtime.predict(inputs, batch)).slice(-batch * vocabulary);
      await runtime.dispose();
      const loss = (target: number, lane: number) =>
        -logSoftmax([...atEnd.subarray(lane * vocabulary, (lane + 1) * vocabulary)])[target]!;
      return Float32Array.from(targets, loss);
    },
    dispose: () => engine.dispose(),
  };
}

/**
 * Gates set for memories up to `lag` steps long: forget bias ln u with u uniform in [1, lag], input bias its negative
 * ("chrono initialisation", Tallec & Ollivier, 2018).
 */
function rememberingParameters(lag: number): Float32Array {
  const parameters = initialParameters(shape, 1);
  const bias = slotView(parameters, parameterSlots(shape).find(({ name }) => name === 'lstm.0.B')!);
  const uniform = random(2);
  for (let unit = 0; unit < shape.hidden; unit++) {
    const forget = Math.log(1 + uniform() * (lag - 1));
    bias[2 * shape.hidden + unit] = forget; // order i, o, f, c
    bias[unit] = -forget;
  }
  return parameters;
}

export async function vanillaRnn(lag: number): Promise<Learner> {
  const rnn = await VanillaRnn.create({ ...shape, batch, timeSteps: lag + 2, optimizer, clip }, 1);
  return {
    learn: (inputs, targets) => rnn.step(inputs, targets, learningRate),
    lossesAtEnd: (inputs, targets) => rnn.lossesAtEnd(inputs, targets),
    dispose: () => rnn.dispose(),
  };
}
