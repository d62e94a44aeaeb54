import { useEffect, useRef, useState } from 'preact/hooks';
import { css, mixed } from '../colours.ts';
import { fixed } from '../format.ts';
import type { LayerDetail } from '../messages.ts';
import { type TextName, t } from '../texts.ts';
import { themeChanges, themeColour } from '../theme.ts';
import { chooseUnit, shownUnit } from './looking.ts';

type Quantity = 'i' | 'f' | 'o' | 'g' | 'c' | 'h';

const ROWS: readonly { readonly name: Quantity; readonly text: TextName; readonly isSigned: boolean }[] = [
  { name: 'i', text: 'inputGate', isSigned: false },
  { name: 'f', text: 'forgetGate', isSigned: false },
  { name: 'o', text: 'outputGate', isSigned: false },
  { name: 'g', text: 'candidate', isSigned: true },
  { name: 'c', text: 'cellState', isSigned: true },
  { name: 'h', text: 'hiddenState', isSigned: true },
];

/** Every unit of the layer at this character, one small field each; a click chooses it. */
export function AllUnits({ layer }: { readonly layer: LayerDetail | undefined }) {
  if (layer === undefined) return null;
  return (
    <>
      <h3>{t('allUnits', layer.c.length)}</h3>
      {ROWS.map(({ name, text, isSigned }) => (
        <Row key={name} name={name} text={text} isSigned={isSigned} values={layer[name]} />
      ))}
    </>
  );
}

interface RowProps {
  readonly name: Quantity;
  readonly text: TextName;
  readonly isSigned: boolean;
  readonly values: readonly number[];
}

/** Pixels of a field: smaller ones cannot be told apart, nor clicked on. */
const SIDE = 5;

function Row({ name, text, isSigned, values }: RowProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  const [hovered, hover] = useState<number>();
  const changes = themeChanges.value;
  const unit = shownUnit.value;
  const columns = Math.max(1, Math.floor(width / SIDE));
  const rows = Math.ceil(values.length / columns);
  const most = isSigned && name === 'c' ? Math.max(1e-6, ...values.map(Math.abs)) : 1;

  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(canvas.current!.parentElement!);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    if (width === 0) return;
    draw(canvas.current!, values, { columns, rows, most, isSigned, chosen: unit.unit });
  }, [values, columns, rows, width, most, unit.unit, changes]);

  const unitAt = (event: MouseEvent): number | undefined => {
    const index = Math.floor(event.offsetY / SIDE) * columns + Math.floor(event.offsetX / SIDE);
    return index >= 0 && index < values.length ? index : undefined;
  };
  const shown = hovered ?? unit.unit;
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return (
    <figure class="all-units">
      <figcaption>
        <span>
          <var>{name}</var> {t(text)}
        </span>
        <span class="quiet">{t('unitValue', shown, fixed(values[shown] ?? Number.NaN))}</span>
      </figcaption>
      <div>
        <canvas
          ref={canvas}
          role="img"
          aria-label={t('rowSummary', t(text), fixed(mean), fixed(Math.min(...values)), fixed(Math.max(...values)))}
          onMouseMove={(event) => hover(unitAt(event))}
          onMouseLeave={() => hover(undefined)}
          onClick={(event) => {
            const index = unitAt(event);
            if (index !== undefined) chooseUnit({ layer: unit.layer, unit: index });
          }}
        />
      </div>
    </figure>
  );
}

interface Drawing {
  readonly columns: number;
  readonly rows: number;
  readonly most: number;
  readonly isSigned: boolean;
  readonly chosen: number;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], drawing: Drawing): void {
  const { columns, rows, most, isSigned, chosen } = drawing;
  const ratio = devicePixelRatio;
  const [width, height] = [columns * SIDE, rows * SIDE];
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d')!;
  context.scale(ratio, ratio);
  const background = themeColour('--vscode-editor-background');
  const [below, above] = [themeColour('--vscode-charts-blue'), themeColour('--vscode-charts-orange')];
  const one = isSigned ? above : themeColour('--vscode-charts-green');
  values.forEach((value, index) => {
    const amount = Math.min(1, Math.abs(value) / most);
    context.fillStyle = css(mixed(background, value < 0 ? below : one, amount));
    context.fillRect((index % columns) * SIDE, Math.floor(index / columns) * SIDE, SIDE, SIDE);
  });
  context.strokeStyle = css(themeColour('--vscode-foreground'));
  context.strokeRect((chosen % columns) * SIDE + 0.5, Math.floor(chosen / columns) * SIDE + 0.5, SIDE - 1, SIDE - 1);
}
