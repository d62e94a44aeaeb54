import type { Examples, SuggestionExample } from '../../protocol/replay.ts';
import { integer } from '../format.ts';
import { Heading } from '../parts/elements.tsx';
import { t } from '../texts.ts';

interface ExampleListsProps {
  readonly examples: Examples;
  /** Whether they stand in lines of whoever looks at them. */
  readonly isOwn: boolean;
  /** Suggestions. */
  readonly shown: number;
  readonly accepted: number;
}

/** Suggestions in lines that were typed: the largest that were right, and the worst. */
export function ExampleLists({ examples: { largest, wrong }, isOwn, shown, accepted }: ExampleListsProps) {
  return (
    <div class="two-parts">
      <section aria-labelledby="largest-title">
        <Heading id="largest-title">{t(isOwn ? 'largestInYours' : 'largestSuggestions')}</Heading>
        {largest.length === 0 && <p class="quiet">{t('noSuggestionAccepted')}</p>}
        <ExampleList examples={largest} />
      </section>
      <section aria-labelledby="wrong-title">
        <Heading id="wrong-title">{t('wrongSuggestions')}</Heading>
        <p class="quiet">
          {wrong.length === 0 ? t('nothingWrong') : t('wrongWhat', integer(shown), integer(accepted))}
        </p>
        <ExampleList examples={wrong} />
      </section>
    </div>
  );
}

function ExampleList({ examples }: { readonly examples: readonly SuggestionExample[] }) {
  return (
    <ol class="examples">
      {examples.map(({ path, before, text, right }) => (
        <li key={`${path} ${before} ${text}`}>
          <span class="quiet">{path}</span>
          <pre class="code">
            {before.trimStart()}
            {right > 0 && <ins>{text.slice(0, right)}</ins>}
            {right < text.length && <del>{text.slice(right)}</del>}
          </pre>
        </li>
      ))}
    </ol>
  );
}
