import { computed, effect, signal, untracked } from '@preact/signals';
import type { CharacterDetail, Feature, UnitMatch, UnitName, UnitSummary } from '../../protocol/inspection.ts';
import { colouring } from '../preferences.ts';
import { host, trace } from '../store.ts';

/** Units by variance, or by what they follow. */
export type Ordering = 'variance' | Feature;

/** What somebody looks at inside the network, and what the host has answered about it. */
export const layer = signal(0);
export const unit = signal<UnitName | undefined>(undefined);
export const unitValues = signal<readonly number[]>([]);
export const selected = signal<number | undefined>(undefined);
export const detail = signal<CharacterDetail | undefined>(undefined);
export const ordering = signal<Ordering>('variance');
export const units = signal<readonly (UnitSummary | UnitMatch)[] | undefined>(undefined);
export const problem = signal<string | undefined>(undefined);

/** The unit that the equations are about: the chosen one, else the first of the layer. */
export const shownUnit = computed<UnitName>(() => unit.value ?? { layer: layer.value, unit: 0 });

/** Answers come late, and perhaps to a question that nobody asks any more. */
function ask<T>(question: () => Promise<T>, answer: (value: T) => void): () => void {
  let isWanted = true;
  question().then(
    (value) => {
      if (!isWanted) return;
      problem.value = undefined;
      answer(value);
    },
    (error: Error) => {
      if (isWanted) problem.value = error.message;
    },
  );
  return () => {
    isWanted = false;
  };
}

export function chooseUnit({ layer: ofLayer, unit: index }: UnitName): void {
  unit.value = { layer: ofLayer, unit: index };
  layer.value = ofLayer;
  colouring.value = 'unit';
}

/** Asks anew for the units: the document may have changed. */
export function loadUnits(): () => void {
  const by = ordering.value;
  const question = () => (by === 'variance' ? host.units() : host.unitsThatFollow(by));
  return ask<readonly (UnitSummary | UnitMatch)[]>(question, (value) => {
    units.value = value;
  });
}

/** Keeps the answers up to date while the section is shown; returns what ends that. */
export function look(): () => void {
  const document = computed(() => trace.value?.title.replace(/:\d+.*$/, ''));
  const endings = [
    effect(() => {
      const now = trace.value;
      if (now === undefined) return;
      untracked(() => {
        layer.value = Math.min(layer.value, now.layers - 1);
        if (selected.value !== undefined && selected.value >= now.characters.length) selected.value = undefined;
        if (unit.value !== undefined && (unit.value.layer >= now.layers || unit.value.unit >= now.hidden)) {
          unit.value = undefined;
        }
      });
    }),
    effect(() => {
      const name = unit.value;
      if (trace.value === undefined || name === undefined) return;
      return ask(
        () => host.unit(name),
        (values) => {
          unitValues.value = values;
        },
      );
    }),
    effect(() => {
      const index = selected.value;
      if (trace.value === undefined || index === undefined) {
        detail.value = undefined;
        return;
      }
      // Until the answer comes, what was there stays: else the page would jump with each key.
      return ask(
        () => host.character(index),
        (value) => {
          detail.value = value;
        },
      );
    }),
    effect(() => {
      units.value = undefined;
      if (document.value === undefined) return;
      return loadUnits();
    }),
  ];
  return () => {
    for (const end of endings) end();
  };
}
