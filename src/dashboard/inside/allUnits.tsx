import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { LayerDetail } from '../../protocol/inspection.ts';
import { css, mixed } from '../colours.ts';
import { fixed } from '../format.ts';
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

/** Every unit of the layer at this character, one small field each; a click or Enter chooses it. */
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
const [SMALLEST, LARGEST] = [5, 10];

function Row({ name, text, isSigned, values }: RowProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [width, setWidth] = useState(0);
  /** The unit under the mouse, or that arrow keys have come to. */
  const [pointed, point] = useState<number>();
  const changes = themeChanges.value;
  const unit = shownUnit.value;
  const side = Math.min(LARGEST, Math.max(SMALLEST, Math.floor(width / Math.max(1, values.length))));
  const columns = Math.max(1, Math.floor(width / side));
  const rows = Math.ceil(values.length / columns);
  const most = isSigned && name === 'c' ? Math.max(1e-6, ...values.map(Math.abs)) : 1;

  useLayoutEffect(() => {
    setWidth(canvas.current!.parentElement!.clientWidth);
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    observer.observe(canvas.current!.parentElement!);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    if (width === 0) return;
    draw(canvas.current!, values, { side, columns, rows, most, isSigned, chosen: unit.unit, pointed });
  }, [values, columns, rows, width, most, unit.unit, pointed, changes]);

  const unitAt = (event: MouseEvent): number | undefined => {
    const index = Math.floor(event.offsetY / side) * columns + Math.floor(event.offsetX / side);
    return index >= 0 && index < values.length ? index : undefined;
  };
  const shown = pointed ?? unit.unit;
  const valueText = t('unitValue', shown, fixed(values[shown] ?? Number.NaN));
  const choose = (index: number) => chooseUnit({ layer: unit.layer, unit: index });
  const onKeyDown = (event: KeyboardEvent) => {
    const by = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
      Home: -values.length,
      End: values.length,
    }[event.key];
    if (event.key === 'Enter' || event.key === ' ') choose(shown);
    else if (by !== undefined) point(Math.min(values.length - 1, Math.max(0, shown + by)));
    else return;
    event.preventDefault();
  };
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  return (
    <figure class="all-units">
      <figcaption>
        <span>
          <var>{name}</var> {t(text)}
        </span>
        <span class="quiet">{valueText}</span>
      </figcaption>
      <div>
        <canvas
          ref={canvas}
          role="slider"
          tabIndex={0}
          aria-label={t('rowSummary', t(text), fixed(mean), fixed(Math.min(...values)), fixed(Math.max(...values)))}
          aria-valuemin={0}
          aria-valuemax={values.length - 1}
          aria-valuenow={shown}
          aria-valuetext={valueText}
          onMouseMove={(event) => point(unitAt(event))}
          onMouseLeave={() => point(undefined)}
          onClick={(event) => {
            const index = unitAt(event);
            if (index !== undefined) choose(index);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => point(undefined)}
        />
      </div>
    </figure>
  );
}

interface Drawing {
  readonly side: number;
  readonly columns: number;
  readonly rows: number;
  readonly most: number;
  readonly isSigned: boolean;
  readonly chosen: number;
  readonly pointed: number | undefined;
}

function draw(canvas: HTMLCanvasElement, values: readonly number[], drawing: Drawing): void {
  const { side, columns, rows, most, isSigned, chosen, pointed } = drawing;
  const ratio = devicePixelRatio;
  const [width, height] = [columns * side, rows * side];
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
    context.fillRect((index % columns) * side, Math.floor(index / columns) * side, side, side);
  });
  const mark = (index: number, colour: string) => {
    context.strokeStyle = css(themeColour(colour));
    context.strokeRect((index % columns) * side + 0.5, Math.floor(index / columns) * side + 0.5, side - 1, side - 1);
  };
  mark(chosen, '--vscode-foreground');
  if (pointed !== undefined && pointed !== chosen) mark(pointed, '--vscode-focusBorder');
}
