import { readFileSync } from 'node:fs';

/** Steps of the walkthrough, in their order. */
export const STEPS = ['train', 'suggest', 'learn', 'savings', 'yours'];

/** Sentences of one language, by their keys; from a file of the repository. */
export function sentencesOf(path: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'));
}
