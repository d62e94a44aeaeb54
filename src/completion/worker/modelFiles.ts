import { mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import * as l10n from '@vscode/l10n';
import { writeFileAtomically, writeFilesAtomically } from '../../base/atomicFile.ts';
import { UserFacingError } from '../../base/errors.ts';
import { scan } from '../../corpus/scan.ts';
import { CharacterCounts, UNKNOWN, Vocabulary } from '../../corpus/vocabulary.ts';
import { CARD_MARK, cardDocument } from '../../lstm/cardText.ts';
import { decodeModel, digestOf, readModelBytes } from '../../lstm/modelFile.ts';
import type { ModelCard } from '../../protocol/modelCard.ts';
import type { AdoptionRequest, Appraisal, AppraisalRequest, Coverage, ExportRequest } from '../../protocol/models.ts';

/** Of the workspace: enough to see what it is written in. */
const COVERAGE_BYTES = 4 << 20;
const MOST_EXAMPLES = 8;

/**
 * Looks at a model file before anything is done with it.
 *
 * @throws UserFacingError when it is none, or none that can be used
 */
export async function appraise({ path, folders, scan: options }: AppraisalRequest): Promise<Appraisal> {
  const bytes = await readModelBytes(path);
  const { card } = decodeModel(bytes, path);
  const coverage = await coverageOf(card, folders, options).catch(() => undefined);
  return { card, digest: digestOf(bytes), ...(coverage === undefined ? {} : { coverage }) };
}

/**
 * Copies a model that was appraised.
 *
 * @throws UserFacingError when it is not the same any more, or cannot be written
 */
export async function adopt({ source, target, digest }: AdoptionRequest): Promise<void> {
  const bytes = await readModelBytes(source);
  if (digestOf(bytes) !== digest) {
    throw new UserFacingError(l10n.t('{0} has changed since its card was shown: import it again.', source));
  }
  await mkdir(dirname(target), { recursive: true });
  await writeFileAtomically(target, [bytes]);
}

/**
 * Writes a model and, beside it, its card: both or neither.
 *
 * @returns the path of the card
 * @throws UserFacingError when the model is damaged, or one of the two cannot be written
 */
export async function exportWithCard({ source, target, locale }: ExportRequest): Promise<string> {
  const bytes = await readModelBytes(source);
  const { card } = decodeModel(bytes, source);
  const cardPath = `${target.replace(/\.onnx$/i, '')}.md`;
  if (!(await mayBeReplaced(cardPath))) {
    throw new UserFacingError(
      l10n.t('The card would take the place of {0}, which is not one: give the model another name.', cardPath),
    );
  }
  if ((await stat(target).catch(() => undefined))?.isDirectory()) {
    throw new UserFacingError(l10n.t('{0} is a folder: give the model another name.', target));
  }
  const text = cardDocument(card, { name: basename(target), locale, digest: digestOf(bytes) });
  await writeFilesAtomically([
    { path: cardPath, chunks: [new TextEncoder().encode(text)] },
    { path: target, chunks: [bytes] },
  ]);
  return cardPath;
}

/** How much of a workspace's text a model can name at all. */
async function coverageOf(
  card: ModelCard,
  folders: AppraisalRequest['folders'],
  options: AppraisalRequest['scan'],
): Promise<Coverage | undefined> {
  if (folders.length === 0) return undefined;
  const { files } = await scan(folders, { ...options, maxCorpusBytes: COVERAGE_BYTES });
  const counts = new CharacterCounts();
  for (const { text } of files) counts.add(text);
  if (counts.total === 0) return undefined;
  const vocabulary = Vocabulary.fromJSON({ characters: card.vocabulary.join('') });
  const missing = counts.byFrequency().filter(([codePoint]) => vocabulary.idOf(codePoint) === UNKNOWN);
  const examples = missing
    .map(([codePoint]) => String.fromCodePoint(codePoint))
    .filter((character) => /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(character))
    .slice(0, MOST_EXAMPLES);
  return { unknownPart: missing.reduce((sum, [, count]) => sum + count, 0) / counts.total, examples };
}

/** Whether nothing is there, or a card. */
async function mayBeReplaced(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return true;
  try {
    const { buffer, bytesRead } = await file.read(new Uint8Array(CARD_MARK.length), 0, CARD_MARK.length, 0);
    return new TextDecoder().decode(buffer.subarray(0, bytesRead)) === CARD_MARK;
  } catch {
    return false; // a folder
  } finally {
    await file.close();
  }
}
