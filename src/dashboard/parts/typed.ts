import { useState } from 'preact/hooks';

/** What is typed into a field that stands for a value: it holds until the value is another one. */
export function useTyped(value: number): readonly [text: string, type: (text: string) => void] {
  const [typed, setTyped] = useState({ value, text: String(value) });
  const text = typed.value === value ? typed.text : String(value);
  return [text, (to) => setTyped({ value, text: to })];
}
