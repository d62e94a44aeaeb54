/** Where an arrow key leads in a row of things of which one can have the focus; undefined: not a key for this. */
function moved(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowLeft':
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return undefined;
  }
}

/** Handles arrow keys in a container whose children are numbered by `data-index`. */
export function onArrows(event: KeyboardEvent, at: number, count: number, select: (index: number) => void): void {
  const to = moved(event.key, at, count);
  if (to === undefined || count === 0) return;
  event.preventDefault();
  select(to);
  (event.currentTarget as HTMLElement).querySelector<HTMLElement>(`[data-index="${to}"]`)?.focus();
}
