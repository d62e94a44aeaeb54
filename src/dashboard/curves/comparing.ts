import { computed, signal } from '@preact/signals';
import type { Run } from '../../protocol/page.ts';
import type { Evaluation } from '../../protocol/runs.ts';
import { type AxisName, axis } from '../preferences.ts';
import { currentRun, curveOf, curvesChanged, evaluations, loadCurve, runs } from '../store.ts';
import { pointAt, type Range } from './columns.ts';
import type { ColumnName, RunCurve } from './runCurve.ts';

/** Runs whose box is checked beside the current one; and whether the current one's is. */
const checked = signal<ReadonlyMap<string, boolean>>(new Map());

/** The part of the axis that is looked at; undefined: all of it. */
export const zoom = signal<Range | undefined>(undefined);
/** Where the pointer is on the axis. */
export const pointer = signal<number | undefined>(undefined);

export interface ShownRun {
  readonly run: Run;
  readonly curve: RunCurve;
  readonly evaluations: readonly Evaluation[];
}

export function isShown(run: string): boolean {
  return checked.value.get(run) ?? run === currentRun.value;
}

export function show(run: string, isIt: boolean): void {
  checked.value = new Map(checked.value).set(run, isIt);
}

/** Runs with a curve to draw. Read anew whenever a curve grows. */
export const shownRuns = computed<readonly ShownRun[]>(() => {
  curvesChanged.value;
  return runs.value
    .filter(({ id }) => isShown(id))
    .flatMap((run) => {
      const curve = curveOf(run.id);
      if (curve === undefined) {
        void loadCurve(run.id);
        return [];
      }
      return [{ run, curve, evaluations: evaluations.value.get(run.id) ?? [] }];
    });
});

const COLUMNS: Readonly<Record<AxisName, 'seconds' | 'step' | 'epochs'>> = {
  time: 'seconds',
  step: 'step',
  epoch: 'epochs',
};

/** A run's places on the chosen axis. */
export function placesOf({ curve }: ShownRun): readonly number[] {
  return curve.columns[COLUMNS[axis.value]];
}

export function evaluationPlacesOf({ evaluations }: ShownRun): readonly number[] {
  const column = COLUMNS[axis.value];
  return evaluations.map((evaluation) => evaluation[column]);
}

/** What the axis shows: what was zoomed into, or everything. */
export const range = computed<Range>(() => {
  if (zoom.value !== undefined) return zoom.value;
  const last = shownRuns.value.map((shown) =>
    Math.max(placesOf(shown).at(-1) ?? 0, evaluationPlacesOf(shown).at(-1) ?? 0),
  );
  return [0, Math.max(...last, 1e-9)];
});

/** A value under the pointer, or the last one; NaN where there is none. */
export function valueAt(shown: ShownRun, column: ColumnName): number {
  const values = shown.curve.columns[column];
  const place = pointer.value;
  const index = place === undefined ? values.length - 1 : pointAt(placesOf(shown), place);
  return values[index] ?? Number.NaN;
}

export function heldOutAt(shown: ShownRun): number {
  const place = pointer.value;
  const index = place === undefined ? shown.evaluations.length - 1 : pointAt(evaluationPlacesOf(shown), place);
  return shown.evaluations[index]?.heldOutBits ?? (place === undefined ? shown.run.bits : undefined) ?? Number.NaN;
}
