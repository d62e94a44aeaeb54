import * as l10n from '@vscode/l10n';
import * as v from 'valibot';
import { UserFacingError } from '../base/errors.ts';
import { objectOf } from '../base/schema.ts';
import { MODEL_FORMAT_VERSION, ModelCard, SPECIAL_IDS } from '../protocol/modelCard.ts';
import type { NetworkShape } from '../protocol/trainerState.ts';

export function networkShapeOf({ hyperparameters: { vocabulary, hidden, layers } }: ModelCard): NetworkShape {
  return { vocabulary, hidden, layers };
}

/** The entries of a model's metadata that make its card. */
export const CARD_KEYS = [
  'format',
  'formatVersion',
  'vocabulary',
  'hyperparameters',
  'corpus',
  'training',
  'heldOutBitsPerCharacter',
] as const;

/** The entry `format` of every model. */
export const MODEL_FORMAT = 'inkling model';
/** UTF-16 units of each part. The vocabulary is the longest: each of its characters may take twelve. */
const LONGEST_PART = 100_000;

/**
 * A card as ONNX metadata: `format`, and as JSON `formatVersion`, `hyperparameters`, `corpus`, `training`,
 * `heldOutBitsPerCharacter` and `vocabulary`, one string to be split by code points.
 *
 * @throws Error when the card contradicts itself
 */
export function metadataOfCard(card: ModelCard): Record<string, string> {
  const metadata: Record<(typeof CARD_KEYS)[number], string> = {
    format: MODEL_FORMAT,
    formatVersion: JSON.stringify(card.formatVersion),
    vocabulary: JSON.stringify(card.vocabulary.join('')),
    hyperparameters: JSON.stringify(card.hyperparameters),
    corpus: JSON.stringify(card.corpus),
    training: JSON.stringify(card.training),
    heldOutBitsPerCharacter: JSON.stringify(card.heldOutBitsPerCharacter),
  };
  cardOfMetadata(new Map(Object.entries(metadata)), 'This card');
  return metadata;
}

/**
 * Reads what {@link metadataOfCard} wrote; other entries are passed over.
 *
 * @param name what the model is called in errors: the subject of a sentence
 * @throws UserFacingError when it is another program's model, of another version, or damaged
 */
export function cardOfMetadata(metadata: ReadonlyMap<string, string>, name: string): ModelCard {
  if (metadata.get('format') !== MODEL_FORMAT) {
    throw new UserFacingError(l10n.t('{0} is an ONNX model, but not one that Inkling exported.', name));
  }
  checkVersion(metadata.get('formatVersion') ?? '', name);
  try {
    return parseCard((key) => {
      const text = metadata.get(key) ?? '';
      if (text.length > LONGEST_PART) throw new InvalidCard(l10n.t('its description is too long'));
      return JSON.parse(text);
    });
  } catch (error) {
    const reason = error instanceof InvalidCard ? error.message : l10n.t('its description cannot be read');
    throw new UserFacingError(l10n.t('{0} is damaged: {1}.', name, reason), 'failure', { cause: error });
  }
}

function checkVersion(version: string, name: string): void {
  if (version === String(MODEL_FORMAT_VERSION)) return;
  if (/^\d{1,9}$/.test(version) && Number(version) > MODEL_FORMAT_VERSION) {
    throw new UserFacingError(
      l10n.t(
        '{0} was written by a newer Inkling (format {1}; this one reads {2}): update Inkling, or train again.',
        name,
        version,
        MODEL_FORMAT_VERSION,
      ),
    );
  }
  throw new UserFacingError(l10n.t('{0} is damaged: its format version is missing or wrong.', name));
}

class InvalidCard extends Error {}

function parseCard(part: (key: string) => unknown): ModelCard {
  const { hyperparameters: ofNetwork, corpus, training, heldOutBitsPerCharacter } = ModelCard.entries;
  const vocabulary = parseVocabulary(part('vocabulary'));
  const hyperparameters = parsePart(ofNetwork, part('hyperparameters'));
  if (hyperparameters.vocabulary !== vocabulary.length + SPECIAL_IDS) {
    throw new InvalidCard(l10n.t('its vocabulary does not fit its network'));
  }
  const { bits } = parsePart(objectOf({ bits: heldOutBitsPerCharacter }), { bits: part('heldOutBitsPerCharacter') });
  return {
    formatVersion: MODEL_FORMAT_VERSION,
    vocabulary,
    hyperparameters,
    corpus: parsePart(corpus, part('corpus')),
    training: parsePart(training, part('training')),
    heldOutBitsPerCharacter: bits,
  };
}

function parseVocabulary(text: unknown): string[] {
  if (typeof text !== 'string') throw new InvalidCard(l10n.t('it has no vocabulary'));
  const characters = [...text];
  if (new Set(characters).size !== characters.length) {
    throw new InvalidCard(l10n.t('a character is in its vocabulary twice'));
  }
  if (/\p{Surrogate}/u.test(text)) throw new InvalidCard(l10n.t('its vocabulary is not Unicode'));
  return characters;
}

/** Some fields of a card, as they are in JSON: those that it has, and no others. */
function parsePart<const S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, value, { abortEarly: true });
  if (result.success) return result.output;
  const [{ path, input }] = result.issues;
  const field = path?.[0]?.key;
  if (field === undefined) throw new InvalidCard(l10n.t('a part of its description is missing'));
  if (field === 'recipe' && typeof input === 'string') throw new InvalidCard(l10n.t('its recipe is not known'));
  throw new InvalidCard(l10n.t('"{0}" in its description is missing or wrong', String(field)));
}
