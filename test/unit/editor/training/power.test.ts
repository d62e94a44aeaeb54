import { describe, expect, it, vi } from 'vitest';
import { Power } from '../../../../src/editor/training/power.ts';
import type { TrainingState } from '../../../../src/editor/training/trainingController.ts';

type Type = TrainingState['type'];

/** A training, and a machine that it runs on. */
function machine({ isWanted = true }: { readonly isWanted?: boolean } = {}) {
  const listeners: ((state: TrainingState) => void)[] = [];
  const at = {
    battery: false as boolean | undefined,
    state: { type: 'idle' } as TrainingState,
    told: 0,
    goesOn: false,
    pauses: 0,
    resumes: 0,
  };
  const set = (type: Type) => {
    at.state = { type } as TrainingState;
    for (const listener of listeners) listener(at.state);
  };
  const training = {
    get state() {
      return at.state;
    },
    get isRunning() {
      return at.state.type !== 'idle' && at.state.type !== 'paused';
    },
    onDidChange: (listener: (state: TrainingState) => void) => {
      listeners.push(listener);
      return { dispose: () => {} };
    },
    pause: () => {
      at.pauses++;
      set('ending');
      setTimeout(() => set('paused'), 15);
    },
    run: async () => {
      at.resumes++;
      set('reading');
      set('training');
    },
  };
  const power = new Power({
    training,
    isOnBattery: async () => at.battery,
    isWanted: () => isWanted,
    tellOfPause: async () => {
      at.told++;
      return at.goesOn;
    },
    intervalMilliseconds: 5,
  });
  return { at, set, training, power };
}

const soon = (isSo: () => boolean) => vi.waitFor(() => expect(isSo()).toBe(true), { timeout: 2000, interval: 5 });
const later = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('On its battery, a machine', () => {
  it('pauses training, and resumes it when it is plugged in', async () => {
    const { at, set, power } = machine();
    set('reading');
    set('training');
    await later();
    expect(at.pauses).toBe(0);
    at.battery = true;
    await soon(() => at.state.type === 'paused');
    expect(at).toMatchObject({ pauses: 1, told: 1, resumes: 0 });
    at.battery = false;
    await soon(() => at.state.type === 'training');
    expect(at.resumes).toBe(1);
    power.dispose();
  });

  it('trains all the same when it is told to, until it was plugged in again', async () => {
    const { at, set, power } = machine();
    at.battery = true;
    at.goesOn = true;
    set('reading');
    set('training');
    await soon(() => at.resumes === 1);
    await later();
    expect(at.pauses).toBe(1);
    at.battery = false;
    await later();
    at.battery = true;
    at.goesOn = false;
    await soon(() => at.pauses === 2);
    power.dispose();
  });

  it('leaves whoever resumes by hand alone', async () => {
    const { at, set, training, power } = machine();
    at.battery = true;
    set('training');
    await soon(() => at.state.type === 'paused');
    void training.run();
    await later();
    expect(at).toMatchObject({ pauses: 1, state: { type: 'training' } });
    power.dispose();
  });

  it('resumes nothing that was stopped meanwhile, or paused by hand', async () => {
    const { at, set, power } = machine();
    at.battery = true;
    set('training');
    await soon(() => at.state.type === 'paused');
    set('idle');
    set('paused');
    at.battery = false;
    await later();
    expect(at.resumes).toBe(0);
    power.dispose();
  });

  it('does nothing where settings do not want it, or nobody knows', async () => {
    for (const [isWanted, battery] of [
      [false, true],
      [true, undefined],
    ] as const) {
      const { at, set, power } = machine({ isWanted });
      at.battery = battery;
      set('training');
      await later();
      expect(at.pauses).toBe(0);
      power.dispose();
    }
  });
});
