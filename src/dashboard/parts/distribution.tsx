import type { CharacterProbability } from '../../protocol/inspection.ts';
import { nameOf, symbolOf } from '../characters.ts';
import { percent } from '../format.ts';

interface DistributionProps {
  readonly label: string;
  readonly candidates: readonly CharacterProbability[];
  /** The character that really came. */
  readonly actual?: string;
}

/** The most probable characters with bars as long as they are probable. */
export function Distribution({ label, candidates, actual }: DistributionProps) {
  return (
    <ol class="distribution" aria-label={label}>
      {candidates.map(({ character, probability }) => (
        <li key={character} class={character === actual ? 'actual' : ''}>
          <span class="symbol" aria-hidden="true">
            {symbolOf(character)}
          </span>
          <span class="hidden">{nameOf(character)} </span>
          <span class="track" aria-hidden="true">
            <span class="bar" style={{ width: `${probability * 100}%` }} />
          </span>
          <span class="number">{percent(probability)}</span>
        </li>
      ))}
    </ol>
  );
}
