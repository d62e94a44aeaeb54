import { computed, signal } from '@preact/signals';
import type { Corpus, NextAtCursor, Page, Run, Savings, State, TitledTrace } from '../protocol/page.ts';
import type { Evaluation } from '../protocol/runs.ts';
import { RunCurve } from './curves/runCurve.ts';
import { section } from './preferences.ts';
import { connect } from './wire.ts';

/** What the host has told. It alone changes this; asked anew, it tells everything again. */
export const state = signal<State | undefined>(undefined);
export const runs = signal<readonly Run[]>([]);
export const evaluations = signal<ReadonlyMap<string, readonly Evaluation[]>>(new Map());
export const corpus = signal<Corpus | undefined>(undefined);
export const next = signal<NextAtCursor | undefined>(undefined);
export const trace = signal<TitledTrace | undefined>(undefined);
export const savings = signal<Savings>({ notices: [] });
/** How often somebody has asked for a section elsewhere. */
export const revealed = signal(0);

/** What the host could not do, where nobody else says so. */
export const failure = signal<string | undefined>(undefined);
window.addEventListener('unhandledrejection', (event) => {
  event.preventDefault();
  failure.value = event.reason instanceof Error ? event.reason.message : String(event.reason);
});

/** Curves grow in place, ten thousand points are not copied five times a second; the count says that they did. */
const curves = new Map<string, RunCurve>();
export const curvesChanged = signal(0);

/** The run that goes on or was the last. */
export const currentRun = computed(() => state.value?.run?.id ?? runs.value[0]?.id);

// What is undefined arrives as null.
const page: Page = {
  state: (told) => {
    state.value = told;
  },
  runs: (told) => {
    runs.value = told;
    for (const id of curves.keys()) if (!told.some((run) => run.id === id)) curves.delete(id);
  },
  points: (run, from, points) => {
    const curve = curves.get(run) ?? new RunCurve();
    curves.set(run, curve);
    curve.put(from, points);
    curvesChanged.value++;
  },
  evaluations: (run, told) => {
    evaluations.value = new Map(evaluations.value).set(run, told);
    curvesChanged.value++;
  },
  corpus: (told) => {
    corpus.value = told ?? undefined;
  },
  next: (told) => {
    next.value = told ?? undefined;
  },
  trace: (told) => {
    trace.value = told ?? undefined;
  },
  savings: (told) => {
    savings.value = told;
  },
  reveal: (told) => {
    section.value = told;
    revealed.value++;
  },
};

export const host = connect(page);

export function curveOf(run: string): RunCurve | undefined {
  return curves.get(run);
}

const asked = new Set<string>();

/** Sees to it that a kept run's curve comes, once. */
export async function loadCurve(run: string): Promise<void> {
  if (curves.has(run) || asked.has(run)) return;
  asked.add(run);
  try {
    const points = await host.curve(run);
    if (!curves.has(run)) page.points(run, 0, points);
  } finally {
    asked.delete(run);
  }
}
