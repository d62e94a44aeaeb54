interface ProgressBarProps {
  readonly label: string;
  /** That is done, 0 to 1; undefined: nobody knows. */
  readonly part?: number | undefined;
}

export function ProgressBar({ label, part }: ProgressBarProps) {
  if (part === undefined) return <div class="progress indeterminate" role="progressbar" aria-label={label} />;
  return (
    <div
      class="progress"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(part * 100)}
    >
      <div class="done" style={{ width: `${Math.min(1, part) * 100}%` }} />
    </div>
  );
}
