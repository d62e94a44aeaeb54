import uPlot from 'uplot';
import { css } from '../colours.ts';
import { themeColour, themeFont } from '../theme.ts';
import { places, type Range } from './columns.ts';
import type { Line } from './lines.ts';

/** A horizontal line with a name. */
export interface Level {
  readonly label: string;
  readonly height: number;
}

export interface Picture {
  readonly range: Range;
  readonly columns: number;
  readonly lines: readonly Line[];
  readonly levels: readonly Level[];
}

export interface PlotEvents {
  /** A range was dragged over. */
  readonly onZoom: (range: Range) => void;
  readonly onReset: () => void;
  readonly onPointer: (place: number | undefined) => void;
}

export interface PlotFormat {
  readonly place: (value: number) => string;
  /** Distances that ticks may have. */
  readonly steps: () => number[] | undefined;
  readonly height: (value: number) => string;
}

const FONT_SIZE = 11;
/** All pictures show the same place under the pointer. */
const TOGETHER = uPlot.sync('curves');

/** One picture of curves. uPlot draws it; which lines there are may change with every drawing. */
export class Plot {
  readonly #parent: HTMLElement;
  readonly #events: PlotEvents;
  readonly #format: PlotFormat;
  #plot: uPlot | undefined;
  #picture: Picture = { range: [0, 1], columns: 1, lines: [], levels: [] };
  #shape = '';

  constructor(parent: HTMLElement, events: PlotEvents, format: PlotFormat) {
    this.#parent = parent;
    this.#events = events;
    this.#format = format;
  }

  get canvas(): HTMLCanvasElement | undefined {
    return this.#plot?.ctx.canvas;
  }

  draw(picture: Picture, width: number, height: number): void {
    this.#picture = picture;
    const steps = this.#format.steps();
    const shape = [steps?.length, ...picture.lines.map(({ kind, run, colour }) => `${kind} ${run} ${colour}`)].join(
      ';',
    );
    const data = [places(picture.range, picture.columns), ...picture.lines.map(({ heights }) => heights)];
    if (this.#plot === undefined || shape !== this.#shape) {
      this.#shape = shape;
      const options = this.#options(width, height);
      this.#plot?.destroy();
      this.#plot = new uPlot(options, data as uPlot.AlignedData, this.#parent);
      return;
    }
    if (this.#plot.width !== width || this.#plot.height !== height) this.#plot.setSize({ width, height });
    this.#plot.setData(data as uPlot.AlignedData);
  }

  /** Puts the pointer on a place, as the mouse would. */
  point(place: number): void {
    const plot = this.#plot;
    if (plot === undefined) return;
    plot.setCursor({ left: plot.valToPos(place, 'x'), top: plot.over.clientHeight / 2 }, true);
  }

  dispose(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
  }

  #options(width: number, height: number): uPlot.Options {
    const steps = this.#format.steps();
    // The pointer stays where it was in the plot that this one takes the place of.
    const { left = -10, top = -10 } = this.#plot?.cursor ?? {};
    const muted = () => css(themeColour('--vscode-descriptionForeground'));
    const axis = {
      stroke: muted,
      font: `${FONT_SIZE}px ${themeFont()}`,
      grid: { stroke: () => css(themeColour('--vscode-charts-lines'), 0.15), width: 1 },
      ticks: { show: false },
    };
    return {
      width,
      height,
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: {
        left,
        top,
        sync: { key: TOGETHER.key, scales: ['x', null] },
        drag: { x: true, y: false, setScale: false },
        points: { show: false },
        y: false,
        bind: {
          dblclick: () => () => {
            this.#events.onReset();
            return null;
          },
        },
      },
      scales: {
        x: { time: false, range: () => [...this.#picture.range] as [number, number] },
        y: { range: (_, low, high) => this.#heights(low, high) },
      },
      axes: [
        {
          ...axis,
          ...(steps && { incrs: steps }),
          space: 64,
          size: 26,
          values: (_, splits) => splits.map(this.#format.place),
        },
        { ...axis, space: 28, size: 46, values: (_, splits) => splits.map(this.#format.height) },
      ],
      series: [{}, ...this.#picture.lines.map(seriesOf)],
      hooks: {
        draw: [(plot) => this.#drawLevels(plot)],
        setCursor: [
          (plot) => {
            const { left } = plot.cursor;
            this.#events.onPointer(left === undefined || left < 0 ? undefined : plot.posToVal(left, 'x'));
          },
        ],
        setSelect: [
          (plot) => {
            const { left, width: selected } = plot.select;
            if (selected > 2) this.#events.onZoom([plot.posToVal(left, 'x'), plot.posToVal(left + selected, 'x')]);
            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          },
        ],
      },
    };
  }

  #heights(low: number | null, high: number | null): [number, number] {
    const levels = this.#picture.levels.map(({ height }) => height);
    const [bottom, top] = [Math.min(low ?? 0, ...levels), Math.max(high ?? 1, ...levels)];
    const edge = (top - bottom || Math.abs(top) || 1) * 0.06;
    return [bottom >= 0 ? Math.max(0, bottom - edge) : bottom - edge, top + edge];
  }

  #drawLevels(plot: uPlot): void {
    const { ctx, bbox } = plot;
    const ratio = devicePixelRatio;
    ctx.save();
    ctx.font = `${FONT_SIZE * ratio}px ${themeFont()}`;
    ctx.fillStyle = ctx.strokeStyle = css(themeColour('--vscode-descriptionForeground'));
    ctx.setLineDash([2 * ratio, 4 * ratio]);
    ctx.lineWidth = ratio;
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    for (const { label, height } of this.#picture.levels) {
      const y = plot.valToPos(height, 'y', true);
      ctx.beginPath();
      ctx.moveTo(bbox.left, y);
      ctx.lineTo(bbox.left + bbox.width, y);
      ctx.stroke();
      ctx.fillText(label, bbox.left + bbox.width - 4 * ratio, y - 2 * ratio);
    }
    ctx.restore();
  }
}

function seriesOf({ kind, colour, dash }: Line): uPlot.Series {
  const isFaint = kind === 'raw';
  return {
    stroke: () => css(themeColour(colour), isFaint ? 0.3 : 1),
    width: kind === 'heldOut' ? 2 : isFaint ? 1 : 1.25,
    dash: [...dash],
    spanGaps: true,
    points: { show: kind === 'heldOut', size: 6, fill: () => css(themeColour(colour)) },
  };
}
