import { percent } from '../format.ts';
import type { SpeakingVoices } from '../messages.ts';
import { Distribution } from '../parts/distribution.tsx';
import { Heading } from '../parts/elements.tsx';
import { t } from '../texts.ts';

/** Candidates of each voice that are shown. */
const SHOWN = 5;

/** What the LSTM and the memory expect, each for itself, and what each counts. */
export function Voices({ network, memory, networkWeight, matched }: SpeakingVoices) {
  return (
    <section aria-labelledby="voices-title">
      <Heading id="voices-title">{t('voicesTitle')}</Heading>
      <p class="quiet">{t('memoryWhat')}</p>
      {networkWeight === undefined ? (
        <p>{t(network === undefined ? 'memoryOnly' : 'lstmOnly')}</p>
      ) : (
        <Weight network={networkWeight} />
      )}
      <div class="two-parts">
        {network !== undefined && (
          <section aria-labelledby="network-title">
            <h3 id="network-title">{t('theLstm')}</h3>
            <Distribution label={t('theLstm')} candidates={network.slice(0, SHOWN)} />
          </section>
        )}
        {memory !== undefined && (
          <section class="memory-voice" aria-labelledby="memory-title">
            <h3 id="memory-title">{t('theMemory')}</h3>
            <Distribution label={t('theMemory')} candidates={memory.slice(0, SHOWN)} />
            <p class="quiet">{matched === undefined || matched === 0 ? t('notMatched') : t('matched', `${matched}`)}</p>
          </section>
        )}
      </div>
    </section>
  );
}

/** A bar that both share. */
function Weight({ network }: { readonly network: number }) {
  const label = t('weights', percent(network), percent(1 - network));
  return (
    <>
      <div class="weight" role="img" aria-label={label}>
        <span style={{ width: `${network * 100}%` }} />
        <span />
      </div>
      <p aria-hidden="true">{label}</p>
    </>
  );
}
