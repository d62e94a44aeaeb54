import { useEffect } from 'preact/hooks';
import { Checkbox, Heading, Select } from '../parts/elements.tsx';
import { colouring } from '../preferences.ts';
import { host, state, trace } from '../store.ts';
import { t } from '../texts.ts';
import { COLOURINGS, coloured, hasLayer } from './colourings.ts';
import { Detail } from './detail.tsx';
import { layer, look, problem, unit, unitValues } from './looking.ts';
import { Scale } from './scale.tsx';
import { Strip } from './strip.tsx';
import { TraceText } from './traceText.tsx';
import { Units } from './units.tsx';

/** What the network does while it reads the line or the selection in the editor. */
export function InsideSection() {
  useEffect(look, []);
  const now = trace.value;
  return (
    <>
      <div class="toolbar">
        <Select
          label={t('colourBy')}
          value={colouring.value}
          choices={COLOURINGS.map(({ name, text }) => [name, t(text)] as const)}
          onChange={(name) => {
            colouring.value = name;
          }}
        />
        {now !== undefined && now.layers > 1 && hasLayer(colouring.value) && (
          <Select
            label={t('layer')}
            value={String(layer.value)}
            choices={Array.from({ length: now.layers }, (_, index) => [String(index), t('layerNumber', index + 1)])}
            onChange={(chosen) => {
              layer.value = Number(chosen);
            }}
          />
        )}
        <Checkbox
          label={t('surprisalInEditor')}
          isChecked={state.value?.surprisalShown ?? false}
          onChange={(isShown) => void host.setSurprisalShown(isShown)}
        />
      </div>
      {problem.value !== undefined && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
      {now === undefined ? <p class="quiet">{t('noTrace')}</p> : <Looking />}
    </>
  );
}

function Looking() {
  const now = trace.value!;
  const isUnit = colouring.value === 'unit';
  const shown = coloured(colouring.value, now, layer.value, unitValues.value);
  return (
    <>
      <section aria-labelledby="text-title">
        <Heading id="text-title" isName>
          {now.title}
        </Heading>
        {isUnit && unit.value === undefined ? (
          <p class="quiet">{t('chooseUnit')}</p>
        ) : (
          <Scale colouring={shown.colouring} unit={colouring.value === 'surprise' ? t('bits') : ''} />
        )}
        <TraceText characters={now.characters} values={shown.values} colouring={shown.colouring} />
        {isUnit && unit.value !== undefined && (
          <Strip values={unitValues.value} label={t('cellOfUnit', unit.value.layer + 1, unit.value.unit)} />
        )}
      </section>
      <div class="two-parts">
        <Detail />
        <Units />
      </div>
    </>
  );
}
