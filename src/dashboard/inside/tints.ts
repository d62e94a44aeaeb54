import { css, mixed, strongestTint } from '../colours.ts';
import { themeColour } from '../theme.ts';

/** How a number becomes a colour behind text: from nothing to one colour, or from one colour over nothing to another. */
export type Colouring =
  | { readonly type: 'single'; readonly colour: string; readonly minimum: number; readonly maximum: number }
  | { readonly type: 'diverging'; readonly below: string; readonly above: string; readonly maximum: number };

/** The colour for a value, never so strong that the text on it could not be read. */
export function tintFor(colouring: Colouring): (value: number) => string {
  const background = themeColour('--vscode-editor-background');
  const text = themeColour('--vscode-editor-foreground');
  const tinted = (name: string) => {
    const colour = themeColour(name);
    const strongest = strongestTint(text, background, colour);
    return (part: number) => css(mixed(background, colour, strongest * Math.min(1, Math.max(0, part))));
  };
  if (colouring.type === 'single') {
    const tint = tinted(colouring.colour);
    const range = colouring.maximum - colouring.minimum || 1;
    return (value) => tint((value - colouring.minimum) / range);
  }
  const [below, above] = [tinted(colouring.below), tinted(colouring.above)];
  const most = colouring.maximum || 1;
  return (value) => (value < 0 ? below(-value / most) : above(value / most));
}
