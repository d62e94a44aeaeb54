import trainingDefaults from '../../interop/pytorch/trainingDefaults.json' with { type: 'json' };

const { warmUp, warmUpLeast, final } = trainingDefaults.schedule;

/**
 * The learning rate by how much of the budget is used up: a linear warm-up, then half a cosine down to a small part of
 * the peak (Loshchilov & Hutter, 2017).
 *
 * @param fraction 0 to 1
 */
export function warmUpCosine(peak: number, fraction: number): number {
  if (fraction < warmUp) return peak * Math.max(fraction / warmUp, warmUpLeast);
  const done = Math.min(1, (fraction - warmUp) / (1 - warmUp));
  return peak * (final + (1 - final) * 0.5 * (1 + Math.cos(Math.PI * done)));
}
