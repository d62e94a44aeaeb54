import type { UnitMatch, UnitSummary } from '../../protocol/inspection.ts';
import { fixed, significant } from '../format.ts';
import { Heading, IconButton, Select } from '../parts/elements.tsx';
import { onArrows } from '../parts/roving.ts';
import { type TextName, t } from '../texts.ts';
import { chooseUnit, loadUnits, type Ordering, ordering, unit, units } from './looking.ts';

const ORDERINGS: readonly (readonly [Ordering, TextName])[] = [
  ['variance', 'byVariance'],
  ['quotes', 'followsQuotes'],
  ['brackets', 'followsBrackets'],
  ['indentation', 'followsIndentation'],
  ['comments', 'followsComments'],
  ['line-position', 'followsLinePosition'],
];

/** Units worth a look, by how much they move over the document or by what they go along with. */
export function Units() {
  const found = units.value;
  const chosen = unit.value;
  const isChosen = (one: UnitSummary | UnitMatch) => one.layer === chosen?.layer && one.unit === chosen.unit;
  const at = Math.max(0, found?.findIndex(isChosen) ?? 0);
  return (
    <section aria-labelledby="units-title" aria-busy={found === undefined}>
      <Heading id="units-title">{t('units')}</Heading>
      <div class="toolbar finding">
        <Select
          label={t('findUnits')}
          value={ordering.value}
          choices={ORDERINGS.map(([value, text]) => [value, t(text)] as const)}
          onChange={(value) => {
            ordering.value = value;
          }}
        />
        <IconButton label={t('refresh')} icon="refresh" onClick={() => void loadUnits()} />
      </div>
      {found === undefined && <p class="quiet">{t('lookingForUnits')}</p>}
      {found?.length === 0 && <p class="quiet">{t('noUnits')}</p>}
      {found !== undefined && found.length > 0 && (
        <div
          class="units"
          role="listbox"
          aria-label={t('units')}
          tabIndex={-1}
          onClick={(event) => {
            const option = (event.target as HTMLElement).closest<HTMLElement>('[data-index]');
            if (option !== null) chooseUnit(found[Number(option.dataset['index'])]!);
          }}
          onKeyDown={(event) => onArrows(event, at, found.length, (index) => chooseUnit(found[index]!))}
        >
          {found.map((one, index) => (
            <div
              key={`${one.layer} ${one.unit}`}
              role="option"
              data-index={index}
              tabIndex={index === at ? 0 : -1}
              aria-selected={isChosen(one)}
              onFocus={() => index === at || chooseUnit(one)}
            >
              <span>{t('unitName', one.layer + 1, one.unit)}</span>
              <Measure one={one} largest={measureOf(found[0]!)} />
            </div>
          ))}
        </div>
      )}
    </section>
  );
}

function measureOf(one: UnitSummary | UnitMatch): number {
  return 'variance' in one ? one.variance : Math.abs(one.correlation);
}

function Measure({ one, largest }: { readonly one: UnitSummary | UnitMatch; readonly largest: number }) {
  const text = 'variance' in one ? t('variance', significant(one.variance)) : t('correlation', fixed(one.correlation));
  return (
    <>
      <span class="track" aria-hidden="true">
        <span class="bar" style={{ width: `${(measureOf(one) / Math.max(1e-9, largest)) * 100}%` }} />
      </span>
      <span class="number">{text}</span>
    </>
  );
}
