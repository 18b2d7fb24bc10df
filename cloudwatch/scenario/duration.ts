/** `90s`, `70m`, `1h30m`, `3d`: how scenarios write times and lengths. */

const seconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds, or undefined where the text is no duration. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim();
  if (trimmed === '0') return 0;
  if (!/^(\d+(\.\d+)?[smhd])+$/.test(trimmed)) return undefined;
  return [...trimmed.matchAll(/([\d.]+)([smhd])/g)].reduce(
    (total, [, amount, unit]) => total + Number(amount) * seconds[unit as keyof typeof seconds],
    0,
  );
}

/** The shortest way to write it: `1h30m`, `90s` as `1m30s`. */
export function formatDuration(total: number): string {
  let rest = Math.round(total);
  const parts = (['d', 'h', 'm', 's'] as const).map((unit) => {
    const amount = Math.floor(rest / seconds[unit]);
    rest -= amount * seconds[unit];
    return amount > 0 ? `${amount}${unit}` : '';
  });
  return parts.join('') || '0s';
}
