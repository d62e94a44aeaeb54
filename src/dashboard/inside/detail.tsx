import { symbolOf } from '../characters.ts';
import { fixed } from '../format.ts';
import { Distribution } from '../parts/distribution.tsx';
import { Heading } from '../parts/elements.tsx';
import { t } from '../texts.ts';
import { AllUnits } from './allUnits.tsx';
import { Equations } from './equations.tsx';
import { detail, selected, shownUnit } from './looking.ts';

/** Everything about the character that is selected. */
export function Detail() {
  const now = detail.value;
  return (
    <section aria-labelledby="detail-title" aria-busy={selected.value !== undefined && now?.index !== selected.value}>
      <Heading id="detail-title" isName={now !== undefined}>
        {now === undefined ? t('detailTitle') : t('detailOf', symbolOf(now.character), fixed(now.surprisal))}
      </Heading>
      {now === undefined ? (
        selected.value === undefined && <p class="quiet">{t('chooseCharacter')}</p>
      ) : (
        <>
          <div class="pair">
            <div>
              <h3>{t('expectedHere')}</h3>
              <Distribution label={t('expectedHere')} candidates={now.expected} actual={now.character} />
            </div>
            <div>
              <h3>{t('expectedNext')}</h3>
              <Distribution label={t('expectedNext')} candidates={now.next} />
            </div>
          </div>
          <Equations layer={now.layers[shownUnit.value.layer]} />
          <AllUnits layer={now.layers[shownUnit.value.layer]} />
        </>
      )}
    </section>
  );
}
