/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** What WCAG 2 asks of text. */
const READABLE = 4.5;

/** @param value as getComputedStyle writes colours: `#rgb`, `#rrggbb`, `#rrggbbaa` or `rgb(…)` */
export function parsed(value: string): Colour {
  const hex = /^#([0-9a-f]{3,8})$/i.exec(value.trim())?.[1];
  if (hex !== undefined) {
    const digits = hex.length < 6 ? [...hex].map((digit) => digit + digit).join('') : hex;
    return [0, 2, 4].map((at) => Number.parseInt(digits.slice(at, at + 2), 16)) as unknown as Colour;
  }
  const numbers = value.match(/[\d.]+/g)?.map(Number) ?? [];
  return [numbers[0] ?? 128, numbers[1] ?? 128, numbers[2] ?? 128];
}

/** So much of the second over the first. */
export function mixed(under: Colour, over: Colour, amount: number): Colour {
  return under.map((value, index) => Math.round(value + (over[index]! - value) * amount)) as unknown as Colour;
}

export function css([red, green, blue]: Colour, alpha = 1): string {
  return alpha === 1 ? `rgb(${red}, ${green}, ${blue})` : `rgba(${red}, ${green}, ${blue}, ${alpha})`;
}

/** The contrast of two colours, 1 to 21 (WCAG 2, relative luminance). */
export function contrast(a: Colour, b: Colour): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** How much of a tint a background bears before the text on it can no longer be read: 0 to 1. */
export function strongestTint(text: Colour, background: Colour, tint: Colour): number {
  for (let amount = 0.9; amount > 0.1; amount -= 0.05) {
    if (contrast(text, mixed(background, tint, amount)) >= READABLE) return amount;
  }
  return 0.1;
}

function luminance(colour: Colour): number {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
