import { useEffect, useState } from 'preact/hooks';
import type { Evaluation } from '../../protocol/runs.ts';
import { duration, fixed, integer } from '../format.ts';
import { Heading, IconButton, Select, Slider } from '../parts/elements.tsx';
import { currentRun, evaluations, loadCurve, runs } from '../store.ts';
import { t } from '../texts.ts';
import { isMotionReduced } from '../theme.ts';
import { Descent } from './descent.tsx';
import { WriteForm } from './writeForm.tsx';

const MILLISECONDS_A_SAMPLE = 700;

/** What the network wrote at each evaluation, and what it writes now. */
export function SamplesSection() {
  const [chosen, choose] = useState<string>();
  // The current run, until somebody looks at another one that is still there.
  const run = (runs.value.some(({ id }) => id === chosen) ? chosen : currentRun.value) ?? '';
  const samples = evaluations.value.get(run) ?? [];
  useEffect(() => void loadCurve(run), [run]);
  return (
    <div class="two-parts">
      <section aria-labelledby="samples-title">
        <Heading id="samples-title">{t('samplesTitle')}</Heading>
        {runs.value.length > 1 && (
          <div class="field">
            <span>{t('run')}</span>
            <Select
              label={t('run')}
              value={run}
              choices={runs.value.map(({ id, name }) => [id, name])}
              onChange={choose}
            />
          </div>
        )}
        {samples.length === 0 ? <p class="quiet">{t('noSamples')}</p> : <Samples key={run} samples={samples} />}
      </section>
      <section aria-labelledby="write-title">
        <Heading id="write-title">{t('writeTitle')}</Heading>
        <WriteForm />
      </section>
    </div>
  );
}

function Samples({ samples }: { readonly samples: readonly Evaluation[] }) {
  const [chosen, choose] = useState<number>();
  const [isPlaying, play] = useState(false);
  // The newest is followed until somebody looks at another one.
  const index = Math.min(chosen ?? samples.length - 1, samples.length - 1);
  const sample = samples[index]!;
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => {
      if (index + 1 >= samples.length) play(false);
      choose(index + 1 >= samples.length ? undefined : index + 1);
    }, MILLISECONDS_A_SAMPLE);
    return () => clearTimeout(timer);
  }, [isPlaying, index, samples.length]);
  const select = (to: number) => {
    play(false);
    choose(to === samples.length - 1 ? undefined : to);
  };
  return (
    <>
      <div class="scrubber">
        {samples.length > 1 && <Descent samples={samples} index={index} />}
        <Slider
          label={t('evaluation')}
          value={index}
          minimum={0}
          maximum={samples.length - 1}
          step={1}
          text={t('nth', index + 1, samples.length)}
          onInput={select}
        />
        <div class="toolbar">
          <IconButton
            label={t('previousSample')}
            icon="chevron-left"
            isDisabled={index === 0}
            onClick={() => select(index - 1)}
          />
          <IconButton
            label={t('nextSample')}
            icon="chevron-right"
            isDisabled={index === samples.length - 1}
            onClick={() => select(index + 1)}
          />
          {!isMotionReduced() && (
            <IconButton
              label={t(isPlaying ? 'stopPlaying' : 'playSamples')}
              icon={isPlaying ? 'debug-pause' : 'play'}
              onClick={() => {
                if (!isPlaying && index === samples.length - 1) choose(0);
                play(!isPlaying);
              }}
            />
          )}
          <span class="quiet sample-facts">
            <span>{t('atStep', integer(sample.step))}</span>
            <span>{duration(sample.seconds)}</span>
            <span>{t('bitsPerCharacter', fixed(sample.heldOutBits))}</span>
            {sample.isBest && <span>{t('best')}</span>}
          </span>
        </div>
      </div>
      <pre class="code">{sample.sample}</pre>
    </>
  );
}
