/**
 * What an item may hold. Pure data: handlers validate with it, OpenAPI documents it, the web form enforces it.
 * Lengths count UTF-16 code units, as JavaScript's `length` and HTML's `maxlength` do.
 */
export const itemLimits = {
  titleMinLength: 1,
  titleMaxLength: 200,
  noteMaxLength: 4000,
} as const;

export const pageLimits = { default: 20, max: 100 } as const;

/** A ULID as the server makes it. */
export const itemIdPattern = '^[0-7][0-9A-HJKMNP-TV-Z]{25}$';

export const idempotencyKeyMaxLength = 200;

/** How long a key record answers replays. */
export const idempotencyKeyLifeSeconds = 24 * 60 * 60;

/** How long an item lives that was made under the scope `items/ephemeral`. */
export const ephemeralItemLifeSeconds = 24 * 60 * 60;

/** An item as the API shows it. `dueOn` is a calendar date (YYYY-MM-DD), the instants are RFC 3339 in UTC. */
export interface Item {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly done: boolean;
  readonly dueOn?: string;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a client sends to make an item, or to replace one. `done` is false where it is absent. */
export interface ItemContent {
  readonly title: string;
  readonly note?: string;
  readonly done?: boolean;
  readonly dueOn?: string;
}
