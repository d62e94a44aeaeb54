import { useState } from 'preact/hooks';

/** What is typed into a field that stands for a value: it holds until the value is another one. 0 is an empty field. */
export function useTyped(value: number): readonly [text: string, type: (text: string) => void] {
  const shown = value === 0 ? '' : String(value);
  const [typed, setTyped] = useState({ value, text: shown });
  const text = typed.value === value ? typed.text : shown;
  return [text, (to) => setTyped({ value, text: to })];
}
