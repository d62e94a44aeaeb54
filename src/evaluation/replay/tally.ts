import { Kind } from '../../protocol/replay.ts';

export const KINDS = Kind.options;

/** How somebody fared who typed with suggestions. */
export interface Fared {
  /** Code points typed. */
  readonly characters: number;
  /** Keys pressed, one for each suggestion accepted, or word of one. */
  readonly keystrokes: number;
  /** 1 − keystrokes ÷ those without suggestions; 0 where nothing was typed. */
  readonly keystrokeSavings: number;
  /** Suggestions, each counted once until it changes or is contradicted. */
  readonly shown: number;
  readonly accepted: number;
  readonly acceptanceRate: number;
  /** Characters accepted ÷ all that were typed. */
  readonly writtenPart: number;
  /** Characters shown from the first wrong one on, for each accepted character. */
  readonly wrongPerAcceptedCharacter: number;
  /** Of the characters, those where no suggestion would even be asked for. */
  readonly silentPart: number;
}

/** Sums of what was typed, and of what became of suggestions. */
export class Tally {
  characters = 0;
  keystrokes = 0;
  /** Keys without suggestions. */
  baseline = 0;
  shown = 0;
  accepted = 0;
  /** Characters accepted. */
  right = 0;
  /** Characters shown from the first wrong one on. */
  wrong = 0;
  silent = 0;

  add(other: Tally): void {
    this.characters += other.characters;
    this.keystrokes += other.keystrokes;
    this.baseline += other.baseline;
    this.shown += other.shown;
    this.accepted += other.accepted;
    this.right += other.right;
    this.wrong += other.wrong;
    this.silent += other.silent;
  }

  fared(): Fared {
    const { characters, keystrokes, shown, accepted } = this;
    return {
      ...{ characters, keystrokes, shown, accepted },
      keystrokeSavings: this.baseline === 0 ? 0 : 1 - keystrokes / this.baseline,
      acceptanceRate: part(accepted, shown),
      writtenPart: part(this.right, characters),
      wrongPerAcceptedCharacter: part(this.wrong, this.right),
      silentPart: part(this.silent, characters),
    };
  }
}

export function sumOf(tallies: Iterable<Tally>): Tally {
  const sum = new Tally();
  for (const tally of tallies) sum.add(tally);
  return sum;
}

function part(some: number, all: number): number {
  return all === 0 ? 0 : some / all;
}
