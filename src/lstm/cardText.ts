import * as l10n from '@vscode/l10n';
import { escapeMarkdown } from '../base/markdown.ts';
import type { ModelCard } from '../protocol/modelCard.ts';
import { networkShapeOf } from './modelCard.ts';
import { parameterCount } from './network.ts';

/** What stands first in every card that is written, so that none is mistaken for somebody's notes. */
export const CARD_MARK = '<!-- Inkling model card -->';

type Fact = readonly [name: string, value: string];

/**
 * What a model's card says, for people.
 *
 * @param locale how numbers are written
 */
export function factsOf(card: ModelCard, locale = 'en'): Fact[] {
  const { hyperparameters, corpus, training } = card;
  const count = (value: number) => value.toLocaleString(locale);
  const { layers, hidden, context, dropout } = hyperparameters;
  return [
    [
      l10n.t('Network'),
      l10n.t('{0} × {1} LSTM, {2} parameters', layers, hidden, count(parameterCount(networkShapeOf(card)))),
    ],
    [l10n.t('Recipe'), hyperparameters.recipe],
    [l10n.t('Context'), context === null ? l10n.t('the whole file') : l10n.t('the last {0} characters', context)],
    [l10n.t('Dropout'), count(dropout)],
    [l10n.t('Vocabulary'), vocabularyOf(card, count)],
    [l10n.t('Learnt from'), l10n.t('{0} characters in {1} files', count(corpus.trainCharacters), count(corpus.files))],
    [l10n.t('Held out'), l10n.t('{0} characters', count(corpus.heldOutCharacters))],
    [l10n.t('Held-out loss'), l10n.t('{0} bits per character', card.heldOutBitsPerCharacter.toFixed(4))],
    [
      l10n.t('Training'),
      l10n.t('{0} epochs in {1}, seed {2}', training.epochs.toFixed(1), clock(training.seconds), training.seed),
    ],
    [l10n.t('Engine'), l10n.t('{0} on {1}, threads: {2}', training.engine, training.device, training.threads)],
    [l10n.t('Trained'), trainedOn(card)],
    [l10n.t('Written by'), writtenBy(card)],
  ];
}

/** When a model was trained, in universal time. */
export function trainedOn({ training: { date } }: ModelCard): string {
  return `${new Date(date).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

export function writtenBy({ training: { inklingVersion } }: ModelCard): string {
  return inklingVersion === undefined ? l10n.t('an older Inkling') : `Inkling ${inklingVersion}`;
}

function vocabularyOf({ vocabulary }: ModelCard, count: (value: number) => string): string {
  const beyond = vocabulary.filter((character) => character > '\u007f').length;
  return l10n.t('{0} characters, {1} of them beyond ASCII', count(vocabulary.length), count(beyond));
}

interface CardDocument {
  /** What the model's file is called. */
  readonly name: string;
  readonly locale: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly digest: string;
}

/** A card as a page of Markdown: what the model is, how it is run, and what it may reveal. */
export function cardDocument(card: ModelCard, { name, locale, digest }: CardDocument): string {
  const { layers, hidden } = card.hyperparameters;
  const state = `[${layers}, batch, ${hidden}]`;
  const logits = `[time, batch, ${card.hyperparameters.vocabulary}]`;
  return `${[
    CARD_MARK,
    `# ${escapeMarkdown(name)}`,
    l10n.t(
      'A character-level LSTM that expects what comes next in source code. Inkling trained it on the text of one workspace.',
    ),
    [
      '| | |',
      '|---|---|',
      ...factsOf(card, locale).map(([fact, value]) => `| ${fact} | ${escapeMarkdown(value)} |`),
    ].join('\n'),
    `SHA-256: \`${digest}\``,
    `## ${l10n.t('How to use it')}`,
    l10n.t(
      'In VS Code, the setting `inkling.model.path` names it, or **Inkling: Import Model…** takes a copy that can be trained further. A memory of the workspace stands beside it as beside any other.',
    ),
    l10n.t(
      'It is a standard ONNX model: any ONNX runtime runs it, and Netron shows it. Vocabulary and card are in its metadata.',
    ),
    [
      l10n.t(
        'Inputs: `ids` {0} of int64; `hidden` and `cell` {1} of float32, zero at the start.',
        '[time, batch]',
        state,
      ),
      l10n.t('Outputs: `logits` {0} of what follows each id; `nextHidden` and `nextCell` {1}.', logits, state),
      l10n.t(
        'Id 0 is an unknown character, id 1 stands before a document; from id 2 on come the characters of the vocabulary in their order. A document is its path, a line break and its text.',
      ),
    ]
      .map((line) => `- ${line}`)
      .join('\n'),
    `## ${l10n.t('What it may reveal')}`,
    l10n.t(
      'It can write passages of what it learnt from: paths, names, comments, whole lines. Known kinds of passwords and keys were taken out before, and nothing else was. Give it only to those who may read that text.',
    ),
    `## ${l10n.t('Licence')}`,
    l10n.t(
      'Inkling claims nothing in it. What the licences of the text it learnt from ask for may hold for it and for what it writes: state here on what terms it is passed on.',
    ),
  ].join('\n\n')}\n`;
}

/** 130 → "2:10" */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
