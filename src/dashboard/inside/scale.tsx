import { significant } from '../format.ts';
import { themeChanges } from '../theme.ts';
import { type Colouring, tintFor } from './tints.ts';

const STEPS = 24;

/** The legend of a colouring: its colours, with numbers under both ends and the middle. */
export function Scale({ colouring, unit }: { readonly colouring: Colouring; readonly unit: string }) {
  themeChanges.value;
  const tint = tintFor(colouring);
  const maximum = colouring.maximum;
  const minimum = colouring.type === 'single' ? colouring.minimum : -maximum;
  const at = (part: number) => minimum + part * (maximum - minimum);
  return (
    <div class="scale">
      <div class="scale-colours" aria-hidden="true">
        {Array.from({ length: STEPS }, (_, index) => (
          <span key={index} style={{ backgroundColor: tint(at(index / (STEPS - 1))) }} />
        ))}
      </div>
      <div class="scale-numbers">
        <span>{significant(minimum)}</span>
        <span>{significant(at(0.5))}</span>
        <span>
          {significant(maximum)} {unit}
        </span>
      </div>
    </div>
  );
}
