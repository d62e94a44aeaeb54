import * as modules from 'node:module';

interface Resolved {
  readonly url: string;
  readonly shortCircuit?: boolean;
}

/** As in Node from version 22.15 on. */
const { registerHooks } = modules as unknown as {
  registerHooks(hooks: {
    resolve(specifier: string, context: unknown, next: (specifier: string, context: unknown) => Resolved): Resolved;
  }): void;
};

const fake = new URL('../support/fakeVscode.ts', import.meta.url).href;

/** From now on `vscode`, which only the editor has, is what fakeVscode.ts makes up. */
export function register(): void {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vscode' ? { url: fake, shortCircuit: true } : next(specifier, context),
  });
}
