/** Numbers as the page's language writes them. */
const language = known(document.documentElement.lang) ?? 'en';
const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
const compactNumber = new Intl.NumberFormat(language, { notation: 'compact', maximumSignificantDigits: 3 });
const wholePercentages = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
const percentages = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });

export function integer(value: number): string {
  return whole.format(value);
}

/** Such as 3.2M. */
export function compact(value: number): string {
  return compactNumber.format(value);
}

export function percent(value: number): string {
  return percentages.format(value);
}

/** Without digits after the point, of what is known no better. */
export function wholePercent(value: number): string {
  return wholePercentages.format(value);
}

/** With so many digits after the point, and a real minus. */
export function fixed(value: number, digits = 2): string {
  return Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : '–';
}

/** Three digits that mean something, in powers of ten where there would be many zeros. */
export function significant(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  if (size !== 0 && size < 1e-3) return value.toExponential(1).replace('-', '−');
  return size >= 1000 ? compact(value) : String(Number(value.toPrecision(3))).replace('-', '−');
}

/** Such as 4:05 or 1:02:03. */
export function duration(seconds: number): string {
  const total = Math.max(0, Math.round(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(total / 3600), Math.floor(total / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(total % 60)}` : `${minutes}:${two(total % 60)}`;
}

export function bytes(size: number): string {
  const unit = size >= 1e9 ? 'gigabyte' : size >= 1e6 ? 'megabyte' : 'kilobyte';
  const divisor = { gigabyte: 1e9, megabyte: 1e6, kilobyte: 1e3 }[unit];
  return new Intl.NumberFormat(language, { style: 'unit', unit, maximumSignificantDigits: 3 }).format(size / divisor);
}

export function shortDate(iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(iso));
}

export function dateAndTime(iso: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' }).format(new Date(iso));
}

/** Undefined when the browser does not know the language, whatever is written there (`en-US@posix`). */
function known(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
