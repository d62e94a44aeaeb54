import { useState } from 'preact/hooks';
import type { CharacterProbability } from '../../protocol/inspection.ts';
import { nameOf, symbolOf } from '../characters.ts';
import { percent } from '../format.ts';
import { Scale } from '../inside/scale.tsx';
import { tintFor } from '../inside/tints.ts';
import { onArrows } from '../parts/roving.ts';
import { t } from '../texts.ts';
import { themeChanges } from '../theme.ts';

/** Ghost text of which each character is as deep in colour as it is probable. */
export function Suggestion({ characters }: { readonly characters: readonly CharacterProbability[] }) {
  const [chosen, choose] = useState(0);
  themeChanges.value;
  const tint = tintFor({ type: 'single', colour: '--vscode-charts-green', minimum: 0, maximum: 1 });
  const at = Math.min(chosen, characters.length - 1);
  const all = characters.reduce((product, { probability }) => product * probability, 1);
  return (
    <>
      <div
        class="characters"
        role="listbox"
        aria-label={t('suggestionTitle')}
        aria-orientation="horizontal"
        tabIndex={-1}
        onKeyDown={(event) => onArrows(event, at, characters.length, choose)}
      >
        {characters.map(({ character, probability }, index) => (
          <span
            key={index}
            role="option"
            data-index={index}
            tabIndex={index === at ? 0 : -1}
            aria-selected={index === at}
            aria-label={`${nameOf(character)} ${percent(probability)}`}
            style={{ backgroundColor: tint(probability) }}
            onMouseEnter={() => choose(index)}
            onFocus={() => choose(index)}
          >
            {symbolOf(character)}
          </span>
        ))}
      </div>
      <p class="readout">
        <strong class="symbol">{symbolOf(characters[at]!.character)}</strong> {percent(characters[at]!.probability)}
        <span class="quiet">{t('allOfIt', percent(all))}</span>
      </p>
      <Scale colouring={{ type: 'single', colour: '--vscode-charts-green', minimum: 0, maximum: 1 }} unit="" />
    </>
  );
}
