import { hiddenLines } from '../preferences.ts';
import { type TextName, t } from '../texts.ts';

const KINDS: readonly { readonly kind: string; readonly text: TextName }[] = [
  { kind: 'heldOut', text: 'heldOut' },
  { kind: 'train', text: 'train_' },
  { kind: 'baselines', text: 'baselines' },
];

/** What each kind of line means; a click takes it out of the picture. */
export function Legend() {
  return (
    <fieldset class="legend" aria-label={t('legend')}>
      {KINDS.map(({ kind, text }) => {
        const isShown = !hiddenLines.value.includes(kind);
        return (
          <button
            key={kind}
            type="button"
            aria-pressed={isShown}
            onClick={() => {
              hiddenLines.value = isShown
                ? [...hiddenLines.value, kind]
                : hiddenLines.value.filter((other) => other !== kind);
            }}
          >
            <svg class={`sample ${kind}`} viewBox="0 0 24 8" aria-hidden="true">
              <line x1="0" y1="4" x2="24" y2="4" />
              <circle cx="12" cy="4" r="3" />
            </svg>
            {t(text)}
          </button>
        );
      })}
    </fieldset>
  );
}
