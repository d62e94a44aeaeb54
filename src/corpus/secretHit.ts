/** A secret's place in a text. */
export interface SecretHit {
  /** In UTF-16 code units, as strings are indexed. */
  readonly start: number;
  readonly end: number;
  /** What it is counted as. */
  readonly rule: string;
  /** What takes its place. */
  readonly placeholder: string;
}
