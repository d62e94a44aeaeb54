import type { ExpertView } from '../../protocol/inspection.ts';
import { percent } from '../format.ts';
import { Distribution } from '../parts/distribution.tsx';
import { Heading } from '../parts/elements.tsx';
import { t } from '../texts.ts';

/** Characters of each expert that are shown. */
const SHOWN = 5;

/** Titles of the experts that come with Inkling, alone and beside their weight. Others are called by their id. */
const TITLES = {
  lstm: ['theLstm', 'shareOfLstm'],
  workspace: ['theMemory', 'shareOfMemory'],
  document: ['theDocument', 'shareOfDocument'],
  words: ['theWords', 'shareOfWords'],
} as const;

function titlesOf(id: string): (typeof TITLES)[keyof typeof TITLES] | undefined {
  return TITLES[id as keyof typeof TITLES];
}

function titleOf(id: string): string {
  const titles = titlesOf(id);
  return titles === undefined ? id : t(titles[0]);
}

function weightOf({ id, weight }: ExpertView): string {
  const titles = titlesOf(id);
  return titles === undefined ? `${id} ${percent(weight)}` : t(titles[1], percent(weight));
}

/** What the experts expect, each for itself, and how much each counts. */
export function Experts({ experts }: { readonly experts: readonly ExpertView[] }) {
  const speaks = (id: string) => experts.some((expert) => expert.id === id);
  return (
    <section aria-labelledby="experts-title">
      <Heading id="experts-title">{t('expertsTitle')}</Heading>
      <p class="quiet">{t('memoryWhat')}</p>
      {!speaks('lstm') && <p>{t('memoryOnly')}</p>}
      {!speaks('workspace') && <p>{t('lstmOnly')}</p>}
      {experts.length > 1 && <Weights experts={experts} />}
      <div class="experts">
        {experts.map(({ id, top, matched }) => (
          <section key={id} class={`expert-${id}`} aria-labelledby={`expert-${id}`}>
            <h3 id={`expert-${id}`}>{titleOf(id)}</h3>
            <Distribution label={titleOf(id)} candidates={top.slice(0, SHOWN)} />
            {id === 'workspace' && <p class="quiet">{matched ? t('matched', `${matched}`) : t('notMatched')}</p>}
          </section>
        ))}
      </div>
    </section>
  );
}

/** A bar that they share. */
function Weights({ experts }: { readonly experts: readonly ExpertView[] }) {
  const label = experts.map(weightOf).join(' · ');
  return (
    <>
      <div class="weight" role="img" aria-label={label}>
        {experts.map(({ id, weight }) => (
          <span key={id} class={`expert-${id}`} style={{ flex: `${weight} 0 0` }} />
        ))}
      </div>
      <p aria-hidden="true">{label}</p>
    </>
  );
}
