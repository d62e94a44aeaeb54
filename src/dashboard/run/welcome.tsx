import { effect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Phase, State } from '../../protocol/page.ts';
import { Heading } from '../parts/elements.tsx';
import { section } from '../preferences.ts';
import { SavingsSection } from '../savings/savingsSection.tsx';
import { host, revealed } from '../store.ts';
import { type TextName, t } from '../texts.ts';
import { CommandButtons } from './commandButtons.tsx';
import { OptionsForm } from './optionsForm.tsx';

/** What there is to know before there is anything to look at. */
const PARAGRAPHS: Readonly<Record<string, readonly TextName[]>> = {
  restricted: ['restrictedWhy', 'restrictedWhat'],
  'no-folder': ['noFolder'],
  unsupported: ['unsupportedWhy', 'unsupportedWhat', 'emptyPrivate'],
  empty: ['emptyReads', 'emptyLearns', 'emptyServes', 'emptyPrivate'],
};

/** Phases in which the memories complete, although there is nothing else to look at. */
const COMPLETING: ReadonlySet<Phase> = new Set(['empty', 'unsupported']);

export function Welcome({ state }: { readonly state: State }) {
  return (
    <main class="welcome">
      {PARAGRAPHS[state.phase]?.map((name) => (
        <p key={name}>{t(name)}</p>
      ))}
      {state.phase === 'empty' && <OptionsForm options={state.options} />}
      <CommandButtons state={state} />
      {state.commands.includes('import') && (
        <p>
          <button type="button" class="link" onClick={() => void host.run('import')}>
            {t('import')}
          </button>
        </p>
      )}
      {COMPLETING.has(state.phase) && <WelcomeSavings />}
    </main>
  );
}

function WelcomeSavings() {
  const place = useRef<HTMLElement>(null);
  useEffect(
    () =>
      effect(() => {
        if (revealed.value > 0 && section.value === 'savings') place.current?.scrollIntoView();
      }),
    [],
  );
  return (
    <section ref={place} class="welcome-savings" aria-labelledby="welcome-savings">
      <Heading id="welcome-savings">{t('sectionSavings')}</Heading>
      <SavingsSection />
    </section>
  );
}
