import { useState } from 'preact/hooks';

/**
 * What is typed into a field that stands for a value: it holds until the value is another one.
 *
 * @param shown how the value is written
 */
export function useTyped(value: number, shown = String(value)): readonly [text: string, type: (text: string) => void] {
  const [typed, setTyped] = useState({ value, text: shown });
  const text = typed.value === value ? typed.text : shown;
  return [text, (to) => setTyped({ value, text: to })];
}
