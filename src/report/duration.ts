// Seconds for people.

/** 95 -> "1 min 35 s" */
export function renderDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  const rest = whole % 60;
  if (minutes === 0) return `${rest} s`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

const EXACT_BELOW_SECONDS = 300;

/** For estimates: whole minutes, rounded up, from five minutes on. */
export const renderMinutes = (seconds: number): string =>
  seconds < EXACT_BELOW_SECONDS ? renderDuration(seconds) : `${Math.ceil(seconds / 60)} min`;
