import type { EngineOptions, TrainingEngine } from '../../../../src/training/engines/engine.ts';
import type { EngineCandidate } from '../../../../src/training/engines/engines.ts';
import { OnnxEngine } from '../../../../src/training/engines/onnxEngine.ts';

/** What a made-up device does at its steps instead of what it should. */
export interface Fault {
  readonly create?: (options: EngineOptions) => void;
  readonly steps?: (options: EngineOptions, call: number) => void;
  /** Added to its losses. */
  readonly off?: number;
}

/** A GPU that computes as the processor does, but for its faults. */
export function gpu({ create, steps, off = 0 }: Fault = {}): EngineCandidate {
  let calls = 0;
  return {
    engine: 'tensorflow',
    device: 'gpu',
    title: 'A GPU',
    identity: 'a GPU',
    create: async (options) => {
      create?.(options);
      const engine = await OnnxEngine.create(options);
      const inner = engine.steps.bind(engine);
      return Object.assign(engine, {
        name: 'tensorflow',
        device: 'gpu',
        steps: async (...args: Parameters<TrainingEngine['steps']>) => {
          steps?.(options, ++calls);
          const result = await inner(...args);
          return { ...result, losses: result.losses.map((loss) => loss + off) };
        },
      });
    },
  };
}
