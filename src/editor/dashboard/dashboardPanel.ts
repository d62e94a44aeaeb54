import { randomBytes } from 'node:crypto';
import { type BirpcReturn, createBirpc } from 'birpc';
import * as vscode from 'vscode';
import { messageOrNothing, resolverOf } from '../../base/rpcMessage.ts';
import { pageHtml } from '../../dashboard/html.ts';
import { fromWire, toWire } from '../../dashboard/wireFormat.ts';
import { type Host, PAGE_CALLS, type Page, type State } from '../../protocol/page.ts';
import { DASHBOARD } from '../settings/names.ts';

/** That a page is ready concerns the panel. */
const { ready: _, ...ASKED } = PAGE_CALLS;
type Asked = Omit<Host, 'ready'>;

/** What the page shows, and what it may ask for. */
export interface DashboardSource extends Asked {
  state(): State;
  /** Tells a page everything, as it knows nothing yet. */
  replay(page: Page): void;
}

const EVENTS: readonly (keyof Page)[] = [
  ...(['state', 'runs', 'points', 'evaluations', 'corpus', 'next', 'trace', 'savings', 'reveal'] as const),
];

/**
 * The panel with the page. Nothing is lost with it: whenever a page says that it is ready, be it a new one, one that was
 * hidden or one from before a reload of the window, it is told everything.
 */
export class DashboardPanel implements vscode.Disposable, vscode.WebviewPanelSerializer {
  readonly #extensionUri: vscode.Uri;
  readonly #source: DashboardSource;
  readonly #serializer: vscode.Disposable;
  #open: { readonly panel: vscode.WebviewPanel; readonly page: Page; isReady: boolean } | undefined;

  constructor(extensionUri: vscode.Uri, source: DashboardSource) {
    this.#extensionUri = extensionUri;
    this.#source = source;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(DASHBOARD, this);
  }

  /** The page, while there is one that listens. */
  get page(): Page | undefined {
    return this.#open?.isReady === true && this.#open.panel.visible ? this.#open.page : undefined;
  }

  open(): void {
    if (this.#open !== undefined) {
      this.#open.panel.reveal();
      return;
    }
    this.#attach(vscode.window.createWebviewPanel(DASHBOARD, 'Inkling', vscode.ViewColumn.Beside));
  }

  async deserializeWebviewPanel(panel: vscode.WebviewPanel): Promise<void> {
    this.#open?.panel.dispose();
    this.#attach(panel);
  }

  dispose(): void {
    this.#serializer.dispose();
    // The panel stays: the window restores it.
  }

  #onReady(): void {
    const open = this.#open;
    if (open === undefined) return;
    open.isReady = true;
    this.#source.replay(open.page);
  }

  #attach(panel: vscode.WebviewPanel): void {
    const { webview } = panel;
    const dist = vscode.Uri.joinPath(this.#extensionUri, 'dist');
    webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(this.#extensionUri, 'media', 'icon.svg');
    const listening: vscode.Disposable[] = [];
    const resolve = resolverOf<Asked>(() => this.#source, ASKED);
    const page: BirpcReturn<Page, object> = createBirpc<Page, object>(
      {},
      {
        post: (message) => webview.postMessage(message),
        on: (listener) => webview.onDidReceiveMessage(listener, undefined, listening),
        serialize: toWire,
        deserialize: (message) => fromWire(messageOrNothing(message)),
        resolver: (name) => (name === 'ready' ? () => this.#onReady() : resolve(name)),
        eventNames: [...EVENTS],
        timeout: -1,
      },
    );
    const open = { panel, page: page as unknown as Page, isReady: false };
    this.#open = open;
    panel.onDidChangeViewState(() => {
      // A hidden page is thrown away, and a new one made when it is shown.
      if (!panel.visible) open.isReady = false;
    });
    panel.onDidDispose(() => {
      for (const listener of listening) listener.dispose();
      page.$close();
      if (this.#open === open) this.#open = undefined;
      this.#source.show([]);
    });
    const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    webview.html = pageHtml({
      nonce: randomBytes(16).toString('base64'),
      cspSource: webview.cspSource,
      scriptUri: uri('dashboard.js'),
      styleUri: uri('dashboard.css'),
      language: vscode.env.language,
      translations: vscode.l10n.bundle ?? {},
    });
  }
}
