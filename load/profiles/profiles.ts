/** The shapes of load, as data. Rates are requests a second: one iteration of the journey makes one request. */

/** A stretch of a profile: both numbers are shares, of the profile's duration and of its peak rate. */
interface Leg {
  readonly lasts: number;
  /** The rate at its end, reached in a straight line; a leg of no length is a jump. */
  readonly reaches: number;
}

export interface Profile {
  /** One line for the list of profiles. */
  readonly about: string;
  /** Requests a second at the peak. */
  readonly rate: number;
  readonly seconds: number;
  /** Share of the peak to begin with. */
  readonly from: number;
  readonly legs: readonly Leg[];
  /** A flight of equal steps up to the peak, each judged by itself, in place of legs. */
  readonly steps?: number;
  /** A ramp up to the first rate, not judged: functions that never ran are no usual hour. */
  readonly leadInSeconds?: number;
  /** Not one request may fail: for a gate that is too short to spend an error budget. */
  readonly strict?: boolean;
  /** Costs real money on a stage: asks for `--yes` there. */
  readonly costly?: boolean;
}

const steady = { from: 1, legs: [{ lasts: 1, reaches: 1 }], leadInSeconds: 10 } as const;

export const profiles = {
  smoke: {
    about: 'every request works: a gate, not a measurement',
    rate: 10,
    seconds: 20,
    from: 1,
    legs: [{ lasts: 1, reaches: 1 }],
    strict: true,
  },
  average: {
    about: 'a usual hour: a steady rate',
    rate: 100,
    seconds: 120,
    ...steady,
  },
  stress: {
    about: 'a busy hour: up to the peak, held, and down again',
    rate: 200,
    seconds: 180,
    from: 0.1,
    legs: [
      { lasts: 0.25, reaches: 1 },
      { lasts: 0.5, reaches: 1 },
      { lasts: 0.25, reaches: 0.1 },
    ],
  },
  spike: {
    about: 'a sudden crowd: quiet, ten times as much at once, quiet again',
    rate: 200,
    seconds: 90,
    from: 0.1,
    legs: [
      { lasts: 0.3, reaches: 0.1 },
      { lasts: 0.05, reaches: 1 },
      { lasts: 0.25, reaches: 1 },
      { lasts: 0.05, reaches: 0.1 },
      { lasts: 0.35, reaches: 0.1 },
    ],
  },
  soak: {
    about: 'a steady rate for long: leaks, and tokens that expire',
    rate: 100,
    seconds: 90 * 60,
    ...steady,
    costly: true,
  },
  breakpoint: {
    about: 'steps up until an objective breaks: where the limit is',
    rate: 500,
    seconds: 240,
    from: 0,
    legs: [],
    steps: 10,
    leadInSeconds: 10,
    costly: true,
  },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
