import { signal } from '@preact/signals';
import { type Colour, parsed } from './colours.ts';

/** Counts changes of the colour theme: whoever draws with colours reads it. */
export const themeChanges = signal(0);

// VS Code marks the body with the theme, and writes the colours into the root's style.
const observer = new MutationObserver(() => {
  themeChanges.value++;
});
observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });

/** A colour of the theme now. */
export function themeColour(name: string, fallback = '--vscode-foreground'): Colour {
  const style = getComputedStyle(document.body);
  return parsed(style.getPropertyValue(name) || style.getPropertyValue(fallback) || '#888888');
}

export function themeFont(): string {
  return getComputedStyle(document.body).fontFamily;
}

/** Whether nothing should move by itself. */
export function isMotionReduced(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') || matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}
