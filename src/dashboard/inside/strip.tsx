import { fixed } from '../format.ts';

const [WIDTH, HEIGHT] = [400, 40];

/** One number per character as a line, over and under zero. */
export function Strip({ values, label }: { readonly values: readonly number[]; readonly label: string }) {
  const most = Math.max(1e-6, ...values.map(Math.abs));
  const x = (index: number) => ((index + 0.5) / Math.max(1, values.length)) * WIDTH;
  const y = (value: number) => HEIGHT / 2 - (value / most) * (HEIGHT / 2 - 2);
  return (
    <figure class="strip">
      <figcaption>
        {label} <span class="quiet">±{fixed(most)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <line x1={0} x2={WIDTH} y1={HEIGHT / 2} y2={HEIGHT / 2} />
        <polyline points={values.map((value, index) => `${x(index)},${y(value)}`).join(' ')} />
      </svg>
    </figure>
  );
}
