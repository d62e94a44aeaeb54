import type { TypedPast } from '../../protocol/suggestions.ts';

/**
 * Suggestions that are still typed past when more was typed: the rest of those that go on with it, and none of the others.
 *
 * @param typed not empty
 */
export function typedFurther<Past extends TypedPast>(suggestions: readonly Past[], typed: string): Past[] {
  const length = [...typed].length;
  return suggestions
    .filter(({ text }) => text.length > typed.length && text.startsWith(typed))
    .map((past) => ({ ...past, text: past.text.slice(typed.length), characters: past.characters.slice(length) }));
}

/** Adds a suggestion that is about to be typed past. None of them begins another: only the shorter one is kept. */
export function withSuggestion<Past extends TypedPast>(suggestions: readonly Past[], shown: Past): readonly Past[] {
  if (suggestions.some(({ text }) => shown.text.startsWith(text))) return suggestions;
  return [...suggestions.filter(({ text }) => !text.startsWith(shown.text)), shown];
}
