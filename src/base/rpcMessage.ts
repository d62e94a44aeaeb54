import * as v from 'valibot';
import { accepts, objectOf } from './schema.ts';

/** A call, or the answer to one, as birpc posts it. */
const Message = v.union([
  objectOf({ t: v.literal('q'), m: v.string(), a: v.array(v.unknown()), i: v.optional(v.string()) }),
  objectOf({ t: v.literal('s'), i: v.string() }),
]);

/** Nobody waits for it, so that birpc does nothing. */
const NOTHING = { t: 's', i: '' };

/** A message that birpc can be given: one that is none becomes an answer that nobody waits for. */
export function messageOrNothing(message: unknown): unknown {
  return accepts(Message, message) ? message : NOTHING;
}

/** A function that the other side of a wire may call: what its arguments have to be, in their order. */
export interface Call<Arguments extends readonly unknown[] = never, Answer = unknown> {
  readonly takes: readonly v.GenericSchema[];
  /** Exists for the compiler only. */
  readonly '~types'?: (...args: Arguments) => Answer;
}

/** The functions of one side of a wire, by their names. */
export type Calls = Readonly<Record<string, Call>>;

/**
 * Declares a function that can be called from afar, such as `takes(v.string()).answers<number>()`. Arguments are checked
 * where they arrive, and those beyond these are dropped; answers are believed.
 */
export function takes<const S extends readonly v.GenericSchema[]>(...schemas: S) {
  return { answers: <Answer>(): Call<Inferred<S>, Answer> => ({ takes: schemas }) };
}

type Inferred<S extends readonly v.GenericSchema[]> = { -readonly [K in keyof S]: v.InferOutput<S[K]> };

/** What has to be written to answer calls. */
export type Functions<C> = {
  [K in keyof C]: C[K] extends Call<infer A, infer R> ? (...args: A) => R | Promise<R> : never;
};

/** The declarations of functions. */
export type CallsOf<T> = { readonly [K in keyof T]: Call };

/** Says that what was called is not there, or not with such arguments. */
class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
}

/**
 * What birpc is to call for a name: one of the functions that are declared, and nothing that objects inherit, with
 * arguments that are what they should be.
 *
 * @returns undefined where there is no such function; the function throws {@link RefusedCallError}
 */
export function resolverOf<T extends object>(
  functions: () => T,
  calls: CallsOf<T>,
): (name: string) => ((...args: unknown[]) => unknown) | undefined {
  return (name) => {
    if (!Object.hasOwn(calls, name)) return undefined;
    const expected = (calls as Calls)[name]!.takes;
    return (...args) => {
      if (!expected.every((schema, index) => accepts(schema, args[index]))) {
        throw new RefusedCallError(`The arguments of ${name} are not what they should be.`);
      }
      const local = functions() as Record<string, (...args: unknown[]) => unknown>;
      return local[name]!(...args.slice(0, expected.length));
    };
  };
}
