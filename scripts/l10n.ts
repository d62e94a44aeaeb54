/**
 * Writes the English sentences that are to be translated, as VS Code and translators' tools expect them.
 *
 *     npm run l10n
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src');

/**
 * The contents of `bundle.l10n.json`: every sentence that the sources hand to `l10n.t`, each its own key, and those of
 * the dashboard's page.
 *
 * @throws Error at a sentence that is put together where it is handed over: it would be looked up in vain
 */
export function sourceBundle(): Record<string, string> {
  const sentences = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .flatMap(sentencesIn);
  return Object.fromEntries(
    [...new Set([...sentences, ...sentencesOfPage()])].sort().map((sentence) => [sentence, sentence]),
  );
}

/** The page has one table; it asks for translations by the English, as the rest does. */
function sentencesOfPage(): string[] {
  const path = join(sources, 'dashboard', 'texts.ts');
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const sentences: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && ts.isStringLiteral(node.initializer)) sentences.push(node.initializer.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sentences;
}

function sentencesIn(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(join(sources, path), 'utf8'), ts.ScriptTarget.Latest);
  const sentences: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /\bl10n\.t$/.test(node.expression.getText(source))) {
      const [sentence] = node.arguments;
      if (sentence === undefined || !ts.isStringLiteral(sentence)) {
        throw new Error(`${path}: ${node.getText(source)} has to name its sentence as one string literal.`);
      }
      sentences.push(sentence.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sentences;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(join(root, 'l10n', 'bundle.l10n.json'), `${JSON.stringify(sourceBundle(), null, 2)}\n`);
}
