import { fixed } from '../format.ts';
import { Distribution } from '../parts/distribution.tsx';
import { Heading } from '../parts/elements.tsx';
import { next } from '../store.ts';
import { t } from '../texts.ts';
import { Experts } from './experts.tsx';
import { Suggestion } from './suggestion.tsx';

/** Characters before the cursor that are shown. */
const SHOWN = 60;

/** What the model expects at the cursor, and how sure it is of its ghost text. */
export function NextSection() {
  const now = next.value;
  if (now === undefined) return <p class="quiet">{t('noNext')}</p>;
  const line = now.before.slice(now.before.lastIndexOf('\n') + 1).slice(-SHOWN);
  return (
    <>
      <div class="two-parts">
        <section aria-labelledby="next-title">
          <Heading id="next-title">{t('nextTitle')}</Heading>
          <pre class="code before">
            {line}
            <span class="cursor" aria-hidden="true" />
          </pre>
          <Distribution label={t('nextTitle')} candidates={now.top} />
          <p>
            {t('entropy', fixed(now.entropy))} <span class="quiet">{t('asIfAmong', fixed(2 ** now.entropy, 1))}</span>
          </p>
        </section>
        <section aria-labelledby="suggestion-title">
          <Heading id="suggestion-title">{t('suggestionTitle')}</Heading>
          {now.suggestion.length === 0 ? (
            <p class="quiet">{t('noSuggestion')}</p>
          ) : (
            <Suggestion key={now.before} characters={now.suggestion} />
          )}
        </section>
      </div>
      <Experts experts={now.experts} />
    </>
  );
}
