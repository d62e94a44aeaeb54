import { useEffect, useState } from 'preact/hooks';
import type { Phase, State } from '../../protocol/page.ts';
import { duration, percent } from '../format.ts';
import { Icon, IconButton } from '../parts/elements.tsx';
import { ProgressBar } from '../parts/progressBar.tsx';
import { failure } from '../store.ts';
import { t } from '../texts.ts';
import { CommandButtons } from './commandButtons.tsx';
import { UNDER_WAY } from './phases.ts';

const ICONS: Readonly<Record<Phase, string>> = {
  restricted: 'shield',
  'no-folder': 'folder',
  unsupported: 'bookmark',
  empty: 'circle-large-outline',
  reading: 'sync',
  training: 'sync',
  measuring: 'sync',
  ending: 'sync',
  paused: 'debug-pause',
  trained: 'check',
  failed: 'error',
};

interface StatusHeaderProps {
  readonly state: State;
  /** Whether what one can do stands here, not on the page. */
  readonly hasButtons: boolean;
}

/** What goes on and what one can do about it: always in sight. */
export function StatusHeader({ state, hasButtons }: StatusHeaderProps) {
  return (
    <header class={`status ${state.isWarning ? 'warning' : state.phase}`}>
      <div class="status-line">
        <h1>
          <Icon name={state.isWarning ? 'warning' : ICONS[state.phase]} />
          <span class="sentence">{state.sentence}</span>
        </h1>
        {hasButtons && <CommandButtons state={state} />}
      </div>
      <Announcement state={state} />
      <Progress state={state} />
      <Failure />
    </header>
  );
}

function Failure() {
  if (failure.value === undefined) return null;
  return (
    <p class="problem failure" role="alert">
      {failure.value}
      <IconButton
        label={t('dismiss')}
        icon="close"
        onClick={() => {
          failure.value = undefined;
        }}
      />
    </p>
  );
}

/** Says the sentence to screen readers when the phase changes; not each of the numbers in between. */
function Announcement({ state }: { readonly state: State }) {
  const [said, say] = useState('');
  useEffect(() => say(state.sentence), [state.phase]);
  return (
    <p class="hidden" aria-live="polite">
      {said}
    </p>
  );
}

function Progress({ state: { phase, run } }: { readonly state: State }) {
  if (phase === 'reading') return <ProgressBar label={t('reading')} />;
  if (run === undefined || !UNDER_WAY.has(phase)) return null;
  return (
    <div class="progress-line">
      <ProgressBar label={t('progress')} part={run.fraction} />
      <p class="quiet">
        <span>{percent(run.fraction)}</span>
        <span>{t('elapsed', duration(run.elapsedSeconds))}</span>
        {run.remainingSeconds !== undefined && <span>{t('left', duration(run.remainingSeconds))}</span>}
      </p>
    </div>
  );
}
