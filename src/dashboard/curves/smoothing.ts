/**
 * Exponential moving average without the bias of its start (Kingma & Ba 2015, section 3):
 * mₜ = w·mₜ₋₁ + (1−w)·yₜ, divided by 1−wᵗ. What is no number is passed over.
 *
 * @param weight of the past, 0 (none) to below 1
 */
export function smoothed(values: readonly number[], weight: number): number[] {
  let mean = 0;
  let bias = 1;
  return values.map((value) => {
    if (Number.isFinite(value)) {
      mean = weight * mean + (1 - weight) * value;
      bias *= weight;
    }
    return bias === 1 ? value : mean / (1 - bias);
  });
}
