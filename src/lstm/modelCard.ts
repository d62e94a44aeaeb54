import * as l10n from '@vscode/l10n';
import { isDate, isNumber, isText, textUpTo, wholeNumber, within } from '../base/checks.ts';
import { UserFacingError } from '../base/errors.ts';
import type { NetworkShape } from './network.ts';

export const MODEL_FORMAT_VERSION = 1;

/** How a model was trained: `classic` is the tutorial's recipe, `default` ours. */
export type Recipe = 'default' | 'classic';

/** What a model says about itself. It travels in the model file, as ONNX metadata. */
export interface ModelCard {
  readonly formatVersion: typeof MODEL_FORMAT_VERSION;
  /** The character of id `index + 2`; id 0 is *unknown*, id 1 the document separator. */
  readonly vocabulary: readonly string[];
  readonly hyperparameters: {
    readonly layers: number;
    readonly hidden: number;
    /** Number of ids: the characters and two more. */
    readonly vocabulary: number;
    /** The model is run from zero state on so many last characters; null: on all of the document, state carried. */
    readonly context: number | null;
    readonly recipe: Recipe;
    /** Part of the hidden units that the output layer did not see in training. */
    readonly dropout: number;
  };
  readonly corpus: {
    readonly files: number;
    /** Code points of the documents trained on, headers and separators included. */
    readonly trainCharacters: number;
    readonly heldOutCharacters: number;
  };
  readonly training: {
    readonly epochs: number;
    readonly seconds: number;
    readonly engine: string;
    readonly device: string;
    readonly threads: number;
    readonly seed: number;
    /** When training ended, ISO 8601. */
    readonly date: string;
    /** Of the Inkling that wrote the model; older models do not say. */
    readonly inklingVersion?: string;
  };
  readonly heldOutBitsPerCharacter: number;
}

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
/** Ids that are no characters: *unknown* and the separator. */
const SPECIAL_IDS = 2;
const LIMITS = { vocabulary: 4098, hidden: 16_384, layers: 64, context: 65_536, bits: 1e6 };
/** UTF-16 units of each part. The vocabulary is the longest: each of its characters may take twelve. */
const LONGEST_PART = 100_000;
const LONGEST_NAME = 200;

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
  const vocabulary = parseVocabulary(part('vocabulary'));
  const hyperparameters = parseHyperparameters(fieldsOf(part('hyperparameters')));
  if (hyperparameters.vocabulary !== vocabulary.length + SPECIAL_IDS) {
    throw new InvalidCard(l10n.t('its vocabulary does not fit its network'));
  }
  const corpus = fieldsOf(part('corpus'));
  const training = fieldsOf(part('training'));
  return {
    formatVersion: MODEL_FORMAT_VERSION,
    vocabulary,
    hyperparameters,
    corpus: {
      files: corpus.wholeNumber('files', 0),
      trainCharacters: corpus.wholeNumber('trainCharacters', 0),
      heldOutCharacters: corpus.wholeNumber('heldOutCharacters', 0),
    },
    training: {
      epochs: training.amount('epochs'),
      seconds: training.amount('seconds'),
      engine: training.name('engine'),
      device: training.name('device'),
      threads: training.wholeNumber('threads', 1),
      seed: training.number('seed'),
      date: training.date('date'),
      ...(training.has('inklingVersion') ? { inklingVersion: training.name('inklingVersion') } : {}),
    },
    heldOutBitsPerCharacter: fieldsOf({ bits: part('heldOutBitsPerCharacter') }).amount('bits', LIMITS.bits),
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

function parseHyperparameters(fields: Fields): ModelCard['hyperparameters'] {
  const recipe = fields.text('recipe');
  if (recipe !== 'default' && recipe !== 'classic') throw new InvalidCard(l10n.t('its recipe is not known'));
  return {
    layers: fields.wholeNumber('layers', 1, LIMITS.layers),
    hidden: fields.wholeNumber('hidden', 1, LIMITS.hidden),
    vocabulary: fields.wholeNumber('vocabulary', SPECIAL_IDS, LIMITS.vocabulary),
    context: fields.isNull('context') ? null : fields.wholeNumber('context', 1, LIMITS.context),
    recipe,
    dropout: fields.has('dropout') ? fields.amount('dropout') : 0, // older models do not say
  };
}

interface Fields {
  readonly text: (key: string) => string;
  /** Short. */
  readonly name: (key: string) => string;
  readonly date: (key: string) => string;
  readonly number: (key: string) => number;
  /** Not negative. */
  readonly amount: (key: string, most?: number) => number;
  readonly wholeNumber: (key: string, least: number, most?: number) => number;
  readonly isNull: (key: string) => boolean;
  readonly has: (key: string) => boolean;
}

/** The fields of an object from JSON, each checked when it is read. */
function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) {
    throw new InvalidCard(l10n.t('a part of its description is missing'));
  }
  const get = (key: string) => (Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined);
  const check = <T>(key: string, fits: (field: unknown) => boolean): T => {
    if (!fits(get(key))) throw new InvalidCard(l10n.t('"{0}" in its description is missing or wrong', key));
    return get(key) as T;
  };
  return {
    text: (key) => check(key, isText),
    name: (key) => check(key, textUpTo(LONGEST_NAME)),
    date: (key) => check(key, isDate),
    number: (key) => check(key, isNumber),
    amount: (key, most = Number.MAX_VALUE) => check(key, within(0, most)),
    wholeNumber: (key, least, most) => check(key, wholeNumber(least, most)),
    isNull: (key) => get(key) === null,
    has: (key) => get(key) !== undefined,
  };
}
