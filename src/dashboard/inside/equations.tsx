import type { LayerDetail } from '../../protocol/inspection.ts';
import { fixed } from '../format.ts';
import { TextField } from '../parts/elements.tsx';
import { useTyped } from '../parts/typed.ts';
import { t } from '../texts.ts';
import { chooseUnit, shownUnit } from './looking.ts';

/** The cell's equations (Hochreiter & Schmidhuber 1997, with the forget gate of Gers et al. 2000), with one unit's numbers. */
export function Equations({ layer }: { readonly layer: LayerDetail | undefined }) {
  const { layer: layerIndex, unit } = shownUnit.value;
  const [text, setText] = useTyped(unit);
  if (layer === undefined) return null;
  const number = Number(text);
  const isValid = text.trim() !== '' && Number.isInteger(number) && number >= 0 && number < layer.c.length;
  return (
    <>
      <h3>{t('equationsTitle', layerIndex + 1, unit)}</h3>
      <div class="field">
        <span>{t('unit')}</span>
        <TextField
          label={t('unit')}
          value={text}
          isInvalid={!isValid}
          onInput={setText}
          onChange={() => {
            if (isValid && number !== unit) chooseUnit({ layer: layerIndex, unit: number });
          }}
        />
      </div>
      {!isValid && (
        <p class="problem" role="alert">
          {t('unitFrom', layer.c.length - 1)}
        </p>
      )}
      <table class="equations">
        <caption class="hidden">{t('equationsTitle', layerIndex + 1, unit)}</caption>
        <tbody>
          {equations(layer, unit).map(([symbol, formula, value, name]) => (
            <tr key={symbol}>
              <th scope="row" title={name}>
                <var>{symbol}</var>
                <span class="hidden"> {name}</span>
              </th>
              <td>= {formula}</td>
              <td class="number">= {value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

type Equation = readonly [symbol: string, formula: string, value: string, name: string];

function equations(layer: LayerDetail, unit: number): readonly Equation[] {
  const at = (values: readonly number[]) => fixed(values[unit] ?? Number.NaN);
  const [i, f, o, g, before, c, h] = [layer.i, layer.f, layer.o, layer.g, layer.cBefore, layer.c, layer.h].map(at);
  return [
    ['i', `σ(${at(layer.zi)})`, i!, t('inputGate')],
    ['f', `σ(${at(layer.zf)})`, f!, t('forgetGate')],
    ['o', `σ(${at(layer.zo)})`, o!, t('outputGate')],
    ['g', `tanh(${at(layer.zg)})`, g!, t('candidate')],
    ['c', `f·c₋₁ + i·g = ${f}·${bracketed(before!)} + ${i}·${bracketed(g!)}`, c!, t('cellState')],
    ['h', `o·tanh(c) = ${o}·tanh(${c})`, h!, t('hiddenState')],
  ];
}

/** A negative factor in brackets, as one writes it. */
function bracketed(number: string): string {
  return number.startsWith('−') ? `(${number})` : number;
}
