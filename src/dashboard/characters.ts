import { t } from './texts.ts';

/** White space, and the end of a file, as something that can be seen. */
export function symbolOf(character: string): string {
  return { ' ': '␣', '\t': '⇥', '\n': '⏎', '': '¶' }[character] ?? character;
}

/** What a screen reader is to say for it. */
export function nameOf(character: string): string {
  switch (character) {
    case ' ':
      return t('space');
    case '\t':
      return t('tab');
    case '\n':
      return t('newline');
    case '':
      return t('endOfFile');
    case '\uFFFD':
      return t('unknownCharacter');
    default:
      return character;
  }
}
