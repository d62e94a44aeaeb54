import { useState } from 'preact/hooks';
import { integer } from '../format.ts';
import { host } from '../store.ts';
import { t } from '../texts.ts';

/** Files left out for one reason; their names are asked for when somebody opens it. */
export function Excluded({ reason, count }: { readonly reason: string; readonly count: number }) {
  const [names, setNames] = useState<readonly string[]>();
  const load = async () => setNames(await host.excludedFiles(reason));
  return (
    <details
      class="excluded"
      onToggle={(event) => {
        if (event.currentTarget.open && names === undefined) void load();
      }}
    >
      <summary>
        {reason} <span class="badge">{integer(count)}</span>
      </summary>
      <ul>
        {names?.map((name) => (
          <li key={name}>{name}</li>
        ))}
        {names !== undefined && names.length < count && <li class="quiet">{t('andMore', count - names.length)}</li>}
      </ul>
    </details>
  );
}
