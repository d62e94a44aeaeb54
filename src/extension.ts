import { type ExtensionContext, l10n } from 'vscode';
import { setTranslations } from './base/language.ts';
import { Inkling } from './editor/inkling.ts';

let inkling: Inkling | undefined;

export function activate(context: ExtensionContext): void {
  setTranslations(l10n.bundle);
  inkling = new Inkling(context);
  context.subscriptions.push(inkling);
}

/** VS Code waits for it, for five seconds. */
export async function deactivate(): Promise<void> {
  await inkling?.shutDown();
}
