interface FactsProps {
  readonly facts: readonly (readonly [name: string, value: string | undefined])[];
  /** Whether names may be sentences. */
  readonly isLong?: boolean;
}

/** Names and what they are; a fact that is not known is left out. */
export function Facts({ facts, isLong = false }: FactsProps) {
  return (
    <dl class={isLong ? 'facts long' : 'facts'}>
      {facts.map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
