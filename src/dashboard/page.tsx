import { effect, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import type { Section } from '../protocol/page.ts';
import { CorpusSection } from './corpus/corpusSection.tsx';
import { CurvesSection } from './curves/curvesSection.tsx';
import { InsideSection } from './inside/insideSection.tsx';
import { NextSection } from './next/nextSection.tsx';
import { onArrows } from './parts/roving.ts';
import { section } from './preferences.ts';
import { WELCOMING } from './run/phases.ts';
import { RunSection } from './run/runSection.tsx';
import { StatusHeader } from './run/statusHeader.tsx';
import { Welcome } from './run/welcome.tsx';
import { SamplesSection } from './samples/samplesSection.tsx';
import { SavingsSection } from './savings/savingsSection.tsx';
import { host, runs, state } from './store.ts';
import { type TextName, t } from './texts.ts';

const SECTIONS: readonly { readonly id: Section; readonly title: TextName; readonly Content: ComponentType }[] = [
  { id: 'run', title: 'sectionRun', Content: RunSection },
  { id: 'curves', title: 'sectionCurves', Content: CurvesSection },
  { id: 'samples', title: 'sectionSamples', Content: SamplesSection },
  { id: 'next', title: 'sectionNext', Content: NextSection },
  { id: 'inside', title: 'sectionInside', Content: InsideSection },
  { id: 'corpus', title: 'sectionCorpus', Content: CorpusSection },
  { id: 'savings', title: 'sectionSavings', Content: SavingsSection },
];

/** Wide enough to keep the run beside everything else. */
const wideness = matchMedia('(min-width: 1000px)');
const isWide = signal(wideness.matches);
wideness.addEventListener('change', ({ matches }) => {
  isWide.value = matches;
});

/** The whole page. */
export function Dashboard() {
  const now = state.value;
  if (now === undefined) return <main class="waiting" aria-busy="true" aria-label={t('title')} />;
  const isWelcoming = WELCOMING.has(now.phase) && (now.phase !== 'empty' || runs.value.length === 0);
  return (
    <>
      <StatusHeader state={now} hasButtons={!isWelcoming} />
      {isWelcoming ? <Welcome state={now} /> : <Sections />}
    </>
  );
}

function Sections() {
  const offered = SECTIONS.filter(({ id }) => !(isWide.value && id === 'run'));
  const chosen = offered.find(({ id }) => id === section.value) ?? offered[0]!;
  useEffect(() => effect(tellWhatIsShown), []);
  return (
    <div class={isWide.value ? 'columns' : 'column'}>
      {isWide.value && (
        <aside aria-label={t('sectionRun')}>
          <RunSection />
        </aside>
      )}
      <main>
        <div
          role="tablist"
          aria-label={t('sections')}
          class="tabs"
          onKeyDown={(event) =>
            onArrows(event, offered.indexOf(chosen), offered.length, (index) => {
              section.value = offered[index]!.id;
            })
          }
        >
          {offered.map(({ id, title }, index) => (
            <button
              key={id}
              id={`tab-${id}`}
              type="button"
              role="tab"
              data-index={index}
              aria-selected={chosen.id === id}
              aria-controls="section"
              tabIndex={chosen.id === id ? 0 : -1}
              onClick={() => {
                section.value = id;
              }}
            >
              {t(title)}
            </button>
          ))}
        </div>
        <div id="section" role="tabpanel" aria-labelledby={`tab-${chosen.id}`} class={`section ${chosen.id}`}>
          <chosen.Content key={chosen.id} />
        </div>
      </main>
    </div>
  );
}

function tellWhatIsShown(): void {
  const chosen = section.value === 'run' && isWide.value ? 'curves' : section.value;
  void host.show(isWide.value ? ['run', chosen] : [chosen]);
}
