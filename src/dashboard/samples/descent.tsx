import type { Evaluation } from '../../protocol/runs.ts';

const [WIDTH, HEIGHT, EDGE] = [400, 36, 4];

/** The held-out loss over the evaluations, with the one that is looked at: a map for the slider below it. */
export function Descent({ samples, index }: { readonly samples: readonly Evaluation[]; readonly index: number }) {
  const bits = samples.map(({ heldOutBits }) => heldOutBits);
  const [low, high] = [Math.min(...bits), Math.max(...bits)];
  const x = (at: number) => EDGE + (at / Math.max(1, bits.length - 1)) * (WIDTH - 2 * EDGE);
  const y = (value: number) => EDGE + (1 - (value - low) / Math.max(1e-9, high - low)) * (HEIGHT - 2 * EDGE);
  return (
    <svg class="descent" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <polyline points={bits.map((value, at) => `${x(at)},${y(value)}`).join(' ')} />
      <line x1={x(index)} x2={x(index)} y1={0} y2={HEIGHT} />
    </svg>
  );
}
