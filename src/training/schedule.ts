const WARM_UP = 0.04;
const FINAL_SHARE = 0.02;

/**
 * The learning rate by how much of the budget is used up: a linear warm-up over the first 4 %, then half a cosine down
 * to 2 % of the peak (Loshchilov & Hutter, 2017).
 *
 * @param fraction 0 to 1
 */
export function warmUpCosine(peak: number, fraction: number): number {
  if (fraction < WARM_UP) return peak * Math.max(fraction / WARM_UP, 0.02);
  const done = Math.min(1, (fraction - WARM_UP) / (1 - WARM_UP));
  return peak * (FINAL_SHARE + (1 - FINAL_SHARE) * 0.5 * (1 + Math.cos(Math.PI * done)));
}
