/** As much of VS Code as reading settings and keeping counts takes. Its settings may be anything. */

/** By full name. */
export const settings = new Map<string, unknown>();

export const ConfigurationTarget = { Global: 1, Workspace: 2 };

export const workspace = {
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
