import { percent } from '../format.ts';
import type { SpeakingVoices } from '../messages.ts';
import { Distribution } from '../parts/distribution.tsx';
import { Heading } from '../parts/elements.tsx';
import { t } from '../texts.ts';

/** Candidates of each voice that are shown. */
const SHOWN = 5;
const NAMES = { network: 'theLstm', memory: 'theMemory', document: 'theDocument', words: 'theWords' } as const;
const SHARES = {
  network: 'shareOfLstm',
  memory: 'shareOfMemory',
  document: 'shareOfDocument',
  words: 'shareOfWords',
} as const;
type Voice = keyof typeof NAMES;

/** What the LSTM and the memories expect, each for itself, and what each counts. */
export function Voices(voices: SpeakingVoices) {
  const { network, memory, shares, matched } = voices;
  const speaking = (Object.keys(NAMES) as Voice[]).filter((voice) => voices[voice] !== undefined);
  return (
    <section aria-labelledby="voices-title">
      <Heading id="voices-title">{t('voicesTitle')}</Heading>
      <p class="quiet">{t('memoryWhat')}</p>
      {network === undefined && <p>{t('memoryOnly')}</p>}
      {memory === undefined && <p>{t('lstmOnly')}</p>}
      {shares !== undefined && <Weights speaking={speaking} shares={shares} />}
      <div class="voices">
        {speaking.map((voice) => (
          <section key={voice} class={`voice-${voice}`} aria-labelledby={`voice-${voice}`}>
            <h3 id={`voice-${voice}`}>{t(NAMES[voice])}</h3>
            <Distribution label={t(NAMES[voice])} candidates={voices[voice]!.slice(0, SHOWN)} />
            {voice === 'memory' && (
              <p class="quiet">
                {matched === undefined || matched === 0 ? t('notMatched') : t('matched', `${matched}`)}
              </p>
            )}
          </section>
        ))}
      </div>
    </section>
  );
}

interface WeightsProps {
  readonly speaking: readonly Voice[];
  readonly shares: NonNullable<SpeakingVoices['shares']>;
}

/** A bar that they share. */
function Weights({ speaking, shares }: WeightsProps) {
  const label = speaking.map((voice) => t(SHARES[voice], percent(shares[voice]))).join(' · ');
  return (
    <>
      <div class="weight" role="img" aria-label={label}>
        {speaking.map((voice) => (
          <span key={voice} class={`voice-${voice}`} style={{ flex: `${shares[voice]} 0 0` }} />
        ))}
      </div>
      <p aria-hidden="true">{label}</p>
    </>
  );
}
