import { css } from '../colours.ts';
import { fixed } from '../format.ts';
import { t } from '../texts.ts';
import { themeColour, themeFont } from '../theme.ts';
import { heldOutAt, type ShownRun } from './comparing.ts';
import { styleOf } from './runColours.ts';

const [EDGE, LINE] = [16, 20];

/** A picture that stands by itself: on the theme's background, with a title and the runs' names. @returns PNG, base64 */
export function pngOf(plot: HTMLCanvasElement, shown: readonly ShownRun[]): string {
  const ratio = devicePixelRatio;
  const canvas = document.createElement('canvas');
  canvas.width = plot.width + 2 * EDGE * ratio;
  canvas.height = plot.height + (2 * EDGE + LINE * (shown.length + 1)) * ratio;
  const context = canvas.getContext('2d')!;
  context.fillStyle = css(themeColour('--vscode-editor-background'));
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  context.font = `13px ${themeFont()}`;
  context.fillStyle = css(themeColour('--vscode-foreground'));
  context.fillText(t('bitsTitle'), EDGE, EDGE + 10);
  context.drawImage(plot, EDGE, EDGE + LINE, plot.width / ratio, plot.height / ratio);
  shown.forEach((one, index) => {
    const y = EDGE + LINE * (index + 1.5) + plot.height / ratio;
    const { colour, dash } = styleOf(one.run.id);
    context.strokeStyle = css(themeColour(colour));
    context.lineWidth = 2;
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(EDGE, y - 4);
    context.lineTo(EDGE + 24, y - 4);
    context.stroke();
    const bits = heldOutAt(one);
    const text = Number.isFinite(bits) ? `${one.run.name} · ${t('bitsPerCharacter', fixed(bits))}` : one.run.name;
    context.fillText(text, EDGE + 32, y);
  });
  return canvas.toDataURL('image/png').replace(/^data:image\/png;base64,/, '');
}
