/** Secret's place in a text. */
export interface SecretHit {
  /** In UTF-16 code units, as strings are indexed. */
  readonly start: number;
  readonly end: number;
  /** Rule that it is counted under. */
  readonly rule: string;
  /** Text that takes its place. */
  readonly placeholder: string;
}
