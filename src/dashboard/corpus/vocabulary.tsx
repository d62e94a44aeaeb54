import type { Corpus } from '../../protocol/page.ts';
import { nameOf, symbolOf } from '../characters.ts';
import { compact, percent } from '../format.ts';

/** Every character that can be written, with a bar for how often it occurs; its length goes with the square root, or only spaces could be seen. */
export function Vocabulary({ vocabulary }: Pick<Corpus, 'vocabulary'>) {
  const total = vocabulary.reduce((sum, { count }) => sum + count, 0);
  const most = Math.sqrt(vocabulary[0]?.count ?? 1);
  return (
    <ol class="vocabulary">
      {vocabulary.map(({ character, count }) => (
        <li key={character} title={`${nameOf(character)}: ${percent(count / total)}`}>
          <span class="symbol" aria-hidden="true">
            {symbolOf(character)}
          </span>
          <span class="hidden">{nameOf(character)} </span>
          <span class="number">{compact(count)}</span>
          <span class="bar" aria-hidden="true" style={{ width: `${(Math.sqrt(count) / most) * 100}%` }} />
        </li>
      ))}
    </ol>
  );
}
