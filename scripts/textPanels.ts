import { escaped, THEMES } from './svg.ts';

/** A text with one number per character (code point) behind it. */
export interface Panel {
  readonly title: string;
  /** By line. */
  readonly values: readonly (readonly number[])[];
  /** From the least to the greatest of these; or by sign, as strong as the greatest in size. */
  readonly scale: 'amount' | 'sign';
}

const WIDTH = 7.25;
const HEIGHT = 16;
const MARGIN = 16;
const TITLE = 22;
const NARROWEST = 800;

/** The same text several times, one panel under the other, the values as the strength of the colour behind it. */
export function drawPanels(lines: readonly string[], panels: readonly Panel[], about: string): string {
  const longest = Math.max(...lines.map((line) => [...line].length));
  const width = Math.max(NARROWEST, Math.ceil(2 * MARGIN + longest * WIDTH));
  const panelHeight = TITLE + lines.length * HEIGHT + 18;
  const footer = wrapped(about, Math.floor((width - 2 * MARGIN) / 6));
  const height = MARGIN + panels.length * panelHeight + footer.length * 15 + 8;
  const drawn = panels.map((panel, index) => {
    const y = MARGIN + index * panelHeight;
    return `<g transform="translate(${MARGIN} ${y})">${drawPanel(lines, panel, width - 2 * MARGIN)}</g>`;
  });
  const notes = footer.map(
    (line, index) =>
      `<text class="note" x="${MARGIN}" y="${height - 15 * (footer.length - index)}">${escaped(line)}</text>`,
  );
  return [
    `<svg role="img" aria-label="${escaped(panels.map(({ title }) => title).join('; '))}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...drawn,
    ...notes,
    '</svg>\n',
  ].join('\n');
}

const STYLE = `${THEMES}
  .paper { fill: var(--paper); }
  text { fill: var(--ink); }
  .title, .note { font: 12px Helvetica, Arial, sans-serif; }
  .title { font-weight: bold; }
  .note { fill: var(--quiet); }
  .code { font: 12px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; white-space: pre; }
  .more { fill: var(--accent); }
  .less { fill: var(--warm); }
`;

function drawPanel(lines: readonly string[], { title, values, scale }: Panel, width: number): string {
  const all = values.flat();
  const [least, greatest] = [Math.min(...all), Math.max(...all)];
  const largest = Math.max(...all.map(Math.abs));
  const strengthOf = (value: number) =>
    scale === 'sign' ? Math.abs(value) / largest : (value - least) / (greatest - least || 1);
  const head = [
    `<text class="title" y="12">${escaped(title)}</text>`,
    legend(width, scale === 'sign' ? [-largest, largest] : [least, greatest], scale),
  ];
  const code: string[] = [];
  const paths = new Map<string, string>();
  for (const [row, line] of lines.entries()) {
    const y = TITLE + row * HEIGHT;
    const length = [...line].length;
    const tints = values[row]!.map((value) => tintOf(value, strengthOf(value), scale));
    addBars(paths, tints, y);
    if (line.trim() === '') continue;
    const fitted = `textLength="${rounded(length * WIDTH)}" lengthAdjust="spacingAndGlyphs"`;
    code.push(`<text class="code" y="${y + 12}" xml:space="preserve" ${fitted}>${escaped(line)}</text>`);
  }
  const bars = [...paths].map(([tint, path]) => `<path ${tint} d="${path}"/>`);
  return [...head, ...bars, ...code].join('\n');
}

/** The attributes of what lies behind a character; at full strength the letters are still told from it. */
function tintOf(value: number, strength: number, scale: Panel['scale']): string {
  const kind = scale === 'sign' && value < 0 ? 'less' : 'more';
  return `class="${kind}" opacity="${(Math.round(strength * 12) / 20).toFixed(2)}"`;
}

/** Adds a bar for each run of characters with the same tint, as a part of that tint's path. */
function addBars(paths: Map<string, string>, tints: readonly string[], y: number): void {
  for (let start = 0, end = 0; start < tints.length; start = end) {
    while (tints[end] === tints[start]) end++;
    const [x, width] = [rounded(start * WIDTH), rounded((end - start) * WIDTH)];
    const bar = `M${x} ${y}h${width}v${HEIGHT - 1}h-${width}z`;
    paths.set(tints[start]!, (paths.get(tints[start]!) ?? '') + bar);
  }
}

function legend(width: number, [low, high]: readonly [number, number], scale: Panel['scale']): string {
  const [steps, size] = [11, 9];
  const left = width - steps * size - 40;
  const cells = Array.from({ length: steps }, (_, step) => {
    const part = step / (steps - 1);
    const tint = tintOf(part - 0.5, scale === 'sign' ? Math.abs(2 * part - 1) : part, scale);
    return `<rect ${tint} x="${left + step * size}" y="2" width="${size}" height="11"/>`;
  });
  return [
    `<text class="note" x="${left - 6}" y="12" text-anchor="end">${low.toFixed(2).replace('-', '−')}</text>`,
    ...cells,
    `<text class="note" x="${left + steps * size + 6}" y="12">${high.toFixed(2)}</text>`,
  ].join('');
}

function rounded(length: number): number {
  return Math.round(length * 100) / 100;
}

function wrapped(text: string, length: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line === '') lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= length) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
