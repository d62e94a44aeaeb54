import { useState } from 'preact/hooks';
import { integer } from '../format.ts';
import { host } from '../store.ts';
import { type TextName, t } from '../texts.ts';

/** What reasons are called. */
const REASONS: Readonly<Record<string, TextName>> = {
  'git-ignored': 'gitIgnored',
  excluded: 'excludedBySettings',
  'not-included': 'notIncluded',
  'default-excluded': 'excludedByDefault',
  'lock-file': 'lockFile',
  'source-map': 'sourceMap',
  minified: 'minified',
  generated: 'generated',
  binary: 'binary',
  'too-large': 'tooLarge',
  'over-corpus-limit': 'overCorpusLimit',
  duplicate: 'duplicate',
  undecodable: 'undecodable',
  'secret-file': 'secretFile',
  'symbolic-link': 'symbolicLink',
  'not-a-regular-file': 'notARegularFile',
  'strange-name': 'strangeName',
  'too-deep': 'tooDeep',
  unreadable: 'unreadable',
  empty: 'emptyFile',
};

/** Files left out for one reason; their names are asked for when somebody opens it. */
export function Excluded({ reason, count }: { readonly reason: string; readonly count: number }) {
  const name = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
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
        {name === undefined ? reason : t(name)} <span class="badge">{integer(count)}</span>
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
