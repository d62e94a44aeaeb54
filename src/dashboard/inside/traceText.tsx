import { nameOf, symbolOf } from '../characters.ts';
import { fixed } from '../format.ts';
import { onArrows } from '../parts/roving.ts';
import { t } from '../texts.ts';
import { themeChanges } from '../theme.ts';
import { selected } from './looking.ts';
import { type Colouring, tintFor } from './tints.ts';

interface TraceTextProps {
  readonly characters: readonly string[];
  readonly values: readonly number[];
  readonly colouring: Colouring;
}

/** The text, each character on its colour. Arrow keys walk; what has the focus is what the detail is about. */
export function TraceText({ characters, values, colouring }: TraceTextProps) {
  themeChanges.value;
  const tint = tintFor(colouring);
  const at = selected.value ?? 0;
  const select = (index: number) => {
    selected.value = index;
  };
  return (
    <div
      class="characters text"
      role="listbox"
      aria-label={t('textLookedInto')}
      aria-orientation="horizontal"
      tabIndex={-1}
      onClick={(event) => {
        const index = (event.target as HTMLElement).dataset['index'];
        if (index !== undefined) select(Number(index));
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter' || event.key === ' ') select(at);
        else onArrows(event, at, characters.length, select);
      }}
    >
      {characters.map((character, index) => {
        const value = values[index];
        const number = value === undefined ? '' : fixed(value);
        return [
          <span
            key={index}
            role="option"
            data-index={index}
            class={/\s/.test(character) ? 'blank' : ''}
            tabIndex={index === at ? 0 : -1}
            aria-selected={index === selected.value}
            aria-label={`${nameOf(character)} ${number}`}
            title={number}
            style={{ backgroundColor: value === undefined ? '' : tint(value) }}
          >
            {symbolOf(character)}
          </span>,
          character === '\n' && <br key={`${index} end`} />,
        ];
      })}
    </div>
  );
}
