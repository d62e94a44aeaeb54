/** What schemas for values from elsewhere need beside valibot, which they are written with. */
import * as v from 'valibot';

/**
 * Whether a value that came from elsewhere is what a schema says. It never throws, whatever it is given, and the value is
 * left as it is: what valibot would make of it is a copy.
 */
export function accepts<const S extends v.GenericSchema>(schema: S, value: unknown): value is v.InferOutput<S> {
  try {
    return v.is(schema, value);
  } catch {
    return false; // a getter, or a proxy
  }
}

/**
 * An object with these fields. Others are passed over. Unlike valibot's, it takes no list for one, and no field that is
 * inherited.
 */
export function objectOf<const E extends v.ObjectEntries>(entries: E) {
  const schema = v.object(entries);
  const names = Object.keys(entries);
  const owning: typeof schema = {
    ...schema,
    '~run': (dataset, config) =>
      schema['~run'](ownsAll(dataset.value, names) ? dataset : { ...dataset, value: undefined }, config),
  };
  return v.pipe(owning, v.readonly());
}

/** Any names, values of one kind. Unlike valibot's, it looks at what is named `__proto__`, `constructor` or `prototype`. */
export function recordOf<const S extends v.GenericSchema>(item: S) {
  return v.custom<Readonly<Record<string, v.InferOutput<S>>>>(
    (value) => isRecord(value) && Object.values(value).every((one) => v.is(item, one)),
  );
}

export function listOf<const S extends v.GenericSchema>(item: S) {
  return v.pipe(v.array(item), v.readonly());
}

/** Finite. */
export const Finite = v.pipe(v.number(), v.finite());

/** Not negative. */
export const Amount = v.pipe(Finite, v.minValue(0));

/** Any number: losses of a training that goes wrong are no finite ones. */
export const Real = v.union([v.number(), v.nan()]);

export function within(least: number, most: number) {
  return v.pipe(Finite, v.minValue(least), v.maxValue(most));
}

export function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER) {
  return v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most));
}

/** @param most UTF-16 units */
export function textUpTo(most: number) {
  return v.pipe(v.string(), v.maxLength(most));
}

/** A text that JavaScript reads as a date, such as one of ISO 8601. */
export const DateText = v.pipe(
  textUpTo(100),
  v.check((text) => !Number.isNaN(Date.parse(text))),
);

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object that inherits none of these. */
function ownsAll(value: unknown, names: readonly string[]): boolean {
  return isRecord(value) && names.every((name) => Object.hasOwn(value, name) || !(name in value));
}
