import { createBirpc } from 'birpc';
import * as v from 'valibot';
import { beforeEach, describe, expect, it } from 'vitest';
import { messageOrNothing, resolverOf, takes } from '../../../src/base/rpcMessage.ts';

interface Local {
  greet(name: string, greeting?: string): string;
}

describe('the end of a wire', () => {
  let answers: { readonly r?: unknown; readonly e?: Error }[];
  let receive: (message: unknown) => Promise<void>;

  beforeEach(() => {
    answers = [];
    const local: Local & { secret(): string } = {
      greet: (name, greeting = 'Hello') => `${greeting}, ${name}`,
      secret: () => 'told',
    };
    createBirpc<object, Local>(local, {
      post: (answer) => void answers.push(answer),
      on: (listener) => {
        receive = listener as typeof receive;
      },
      deserialize: messageOrNothing,
      resolver: resolverOf<Local>(() => local, { greet: takes(v.string(), v.optional(v.string())).answers<string>() }),
      timeout: -1,
    });
  });

  it('answers calls that are as they should be', async () => {
    await receive({ t: 'q', m: 'greet', a: ['you'], i: '1' });
    await receive({ t: 'q', m: 'greet', a: ['you', 'Goodbye', 'extra'], i: '2' });
    expect(answers.map(({ r }) => r)).toEqual(['Hello, you', 'Goodbye, you']);
  });

  it.each(['secret', 'constructor', 'valueOf', 'toString', '__proto__', '__defineGetter__', ''])(
    'does not call what it does not offer: %j',
    async (name) => {
      await receive({ t: 'q', m: name, a: [], i: '1' });
      expect(answers.map(({ e }) => e?.message)).toEqual([`[birpc] function "${name}" not found`]);
    },
  );

  it.each([[[]], [[1]], [['you', 5]], [[{ toString: 'you' }]]])('refuses the arguments %j', async (a) => {
    await receive({ t: 'q', m: 'greet', a, i: '1' });
    expect(answers.map(({ e }) => e?.message)).toEqual(['The arguments of greet are not what they should be.']);
  });

  it.each([
    null,
    undefined,
    0,
    'greet',
    [],
    {},
    { t: 'q' },
    { t: 'q', m: { toString: 1 }, a: [], i: '1' },
    { t: 'q', m: 'greet', a: 5, i: '1' },
    { t: 'q', m: 'greet', a: ['you'], i: {} },
    { t: 's', i: 'nobody', r: 1 },
  ])('passes over %j', async (message) => {
    await receive(message);
    expect(answers).toEqual([]);
  });
});
