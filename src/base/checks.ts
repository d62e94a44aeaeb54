/** Whether a value that came from elsewhere is what it should be. Checks never throw, whatever they are given. */
export type Check<T> = (value: unknown) => value is T;

/** What a check lets through. */
export type Checked<C> = C extends Check<infer T> ? T : never;

export const isBoolean: Check<boolean> = (value) => typeof value === 'boolean';

/** Finite. */
export const isNumber: Check<number> = (value): value is number => Number.isFinite(value);

export const isAmount: Check<number> = (value): value is number => isNumber(value) && value >= 0;

export const isText: Check<string> = (value) => typeof value === 'string';

/** What may be left out. */
export function maybe<T>(check: Check<T>): Check<T | undefined> {
  return (value): value is T | undefined => value === undefined || check(value);
}

/** A text that JavaScript reads as a date, such as one of ISO 8601. */
export const isDate: Check<string> = (value): value is string =>
  isText(value) && value.length <= 100 && !Number.isNaN(Date.parse(value));

/** @param most UTF-16 units */
export function textUpTo(most: number): Check<string> {
  return (value): value is string => isText(value) && value.length <= most;
}

export function within(least: number, most: number): Check<number> {
  return (value): value is number => isNumber(value) && value >= least && value <= most;
}

export function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): Check<number> {
  return (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
}

export function oneOf<const T extends string | number | null>(...values: readonly T[]): Check<T> {
  return (value): value is T => (values as readonly unknown[]).includes(value);
}

/** What one of the checks lets through. */
export function either<C extends readonly Check<unknown>[]>(...checks: C): Check<Checked<C[number]>> {
  return (value): value is Checked<C[number]> => checks.some((check) => check(value));
}

export function listOf<T>(item: Check<T>, most = Number.POSITIVE_INFINITY): Check<T[]> {
  return (value): value is T[] => Array.isArray(value) && value.length <= most && everyItem(value, item);
}

/** Any names, values of one kind. */
export function recordOf<T>(item: Check<T>): Check<Record<string, T>> {
  return (value): value is Record<string, T> => isRecord(value) && everyItem(Object.values(value), item);
}

/** An object with these fields, which are its own and not inherited. Others are passed over. */
export function objectOf<T extends object>(fields: Checks<T>): Check<T> {
  const entries = Object.entries<Check<unknown>>(fields);
  return (value): value is T => isRecord(value) && entries.every(([name, check]) => check(own(value, name)));
}

/** A check for each field. */
export type Checks<T> = { readonly [K in keyof T]-?: Check<T[K]> };

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function own(value: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined;
}

/** Unlike `every`, this does not pass over the holes of a list. */
function everyItem(values: readonly unknown[], item: Check<unknown>): boolean {
  for (let index = 0; index < values.length; index++) if (!item(values[index])) return false;
  return true;
}
