import type { State } from '../../protocol/page.ts';
import { host } from '../store.ts';
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
    </main>
  );
}
