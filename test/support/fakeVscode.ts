/**
 * As much of VS Code as reading settings, keeping counts and saying sentences takes. Its settings may be anything. What a
 * test wants to be otherwise stands beside it: `vi.mock('vscode', async () => ({ ...(await import('…')), window }))`.
 */

/** By full name. */
export const settings = new Map<string, unknown>();

export const ConfigurationTarget = { Global: 1, Workspace: 2 };

export const env = { language: 'en' };

/** Sentences as they are in the source, in English. */
export const l10n = {
  t: (sentence: string, ...values: readonly unknown[]) =>
    sentence.replace(/\{(\d)\}/g, (_, index) => String(values[Number(index)])),
};

export const workspace = {
  workspaceFolders: undefined,
  getConfiguration: (section?: string) => {
    const keyOf = (name: string) => (section === undefined ? name : `${section}.${name}`);
    return {
      get: (name: string) => settings.get(keyOf(name)),
      inspect: (name: string) => ({ workspaceValue: settings.get(keyOf(name)) }),
      update: async (name: string, value: unknown) => void settings.set(keyOf(name), value),
    };
  },
};

export class EventEmitter {
  event = () => ({ dispose: () => {} });
  fire(): void {}
  dispose(): void {}
}
