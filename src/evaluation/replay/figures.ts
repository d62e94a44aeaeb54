import type { Figures, TypingFigures } from '../../protocol/replay.ts';
import type { Replay } from './replay.ts';
import { KINDS } from './tally.ts';

/** Kinds of files that are told of. */
const MOST_LANGUAGES = 30;

/** What of a replay is kept and shown. */
export function typingFigures({ kinds, languages, shown, accepted, human, ...all }: Replay): TypingFigures {
  const byLanguage = Object.entries(languages).map(([name, ideal]) => {
    return { name, ...figures(ideal, new Map(Object.entries(human.languages)).get(name)!) };
  });
  return {
    all: figures(all, human),
    kinds: KINDS.map((kind) => ({ kind, ...figures(kinds[kind], human.kinds[kind]) })),
    languages: byLanguage.sort((a, b) => b.characters - a.characters).slice(0, MOST_LANGUAGES),
    ...{ shown, accepted },
  };
}

interface Fared {
  readonly characters: number;
  readonly keystrokeSavings: number;
  readonly writtenPart: number;
  readonly silentPart: number;
}

function figures(ideal: Fared, human: Fared): Figures {
  const of = ({ writtenPart, keystrokeSavings }: Fared) => ({ written: writtenPart, saved: keystrokeSavings });
  return { characters: ideal.characters, ideal: of(ideal), human: of(human), silent: ideal.silentPart };
}
