import type { ExtensionContext } from 'vscode';
import { Inkling } from './editor/inkling.ts';

let inkling: Inkling | undefined;

export function activate(context: ExtensionContext): void {
  inkling = new Inkling(context);
  context.subscriptions.push(inkling);
}

/** VS Code waits for it, for five seconds. */
export async function deactivate(): Promise<void> {
  await inkling?.shutDown();
}
