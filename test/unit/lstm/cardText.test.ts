import { describe, expect, it } from 'vitest';
import { cardDocument, factsOf } from '../../../src/lstm/cardText.ts';
import type { ModelCard } from '../../../src/protocol/modelCard.ts';
import { cardOf } from '../../support/models.ts';

const card = cardOf({ vocabulary: 12, hidden: 4, layers: 2 });
const page = (changed: Partial<ModelCard> = {}, name = 'team.onnx') =>
  cardDocument({ ...card, ...changed }, { name, locale: 'en', digest: '00ff' });

describe('the card of a model', () => {
  it('says what it is, what it learnt from, and who wrote it when', () => {
    expect(Object.fromEntries(factsOf(card))).toMatchObject({
      Network: '2 × 4 LSTM, 476 parameters',
      Context: 'the whole file',
      Vocabulary: '10 characters, 0 of them beyond ASCII',
      'Learnt from': '34,567 characters in 12 files',
      'Held-out loss': '2.1250 bits per character',
      Training: '2.5 epochs in 1:01, seed 7',
      Engine: 'onnx on cpu, threads: 2',
      Trained: '2026-01-02 03:04 UTC',
      'Written by': 'an older Inkling',
    });
    const training = { ...card.training, inklingVersion: '1.2.3' };
    expect(factsOf({ ...card, training })).toContainEqual(['Written by', 'Inkling 1.2.3']);
  });

  it('has every fact on its page, how it is run and what it may reveal', () => {
    for (const [name] of factsOf(card)) expect(page()).toContain(`| ${name} |`);
    expect(page()).toContain('[2, batch, 4]');
    expect(page()).toContain('[time, batch, 12]');
    expect(page()).toMatch(/^## What it may reveal$/m);
    expect(page()).toMatch(/^SHA-256: `00ff`$/m);
  });

  it('shows as text what is markup in a model from elsewhere', () => {
    const hostile = '![x](http://example.com/y)<img src=x>|\n# [run](command:inkling.train)';
    const text = page({ training: { ...card.training, engine: hostile, inklingVersion: hostile } }, hostile);
    expect(text).not.toMatch(/(?<!\\)[[\]<>](?!!-- Inkling|batch|time|\d)[^\n]*(?:img|http|command)/);
    expect(text.split('\n').filter((line) => line.startsWith('# '))).toHaveLength(1);
  });
});
