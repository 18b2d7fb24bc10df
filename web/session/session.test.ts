import { describe, expect, test } from '@jest/globals';
import { Problem } from '../api/problem.ts';
import { createSession } from './session.ts';
import type { Tokens } from './sign-in.ts';

const payload = Buffer.from(JSON.stringify({ sub: 'alice-ü?>' })).toString('base64url');
const hour = 3_600_000;

function sessionWith(renewals: readonly (Partial<Tokens> | Problem)[] = []) {
  const world = { now: 0, ends: 0, shown: [] as string[], left: [] as (string | undefined)[] };
  const session = createSession({
    tokens: { access: `h.${payload}.s`, refresh: 'r1', expiresAt: hour },
    onEnd: () => void world.ends++,
    now: () => world.now,
    signIn: {
      async renew(refresh) {
        const answer = renewals[world.shown.push(refresh) - 1] ?? {};
        if (answer instanceof Problem) throw answer;
        const access = `access-${world.shown.length}`;
        return { access, refresh: undefined, expiresAt: world.now + hour, ...answer };
      },
      leave: (refresh) => void world.left.push(refresh),
    },
  });
  return { session, world };
}

describe('a session', () => {
  test('uses its token as long as it lasts, then renews it once for all who ask', async () => {
    const { session, world } = sessionWith();
    expect(await session.token()).toBe(`h.${payload}.s`);
    world.now = hour - 59_000;
    expect(await Promise.all([session.token(), session.token()])).toEqual(['access-1', 'access-1']);
    expect(world.shown).toEqual(['r1']);
  });

  test('goes on with the old refresh token, or with the rotated one', async () => {
    const { session, world } = sessionWith([{}, { refresh: 'r2' }, {}]);
    for (const refused of [`h.${payload}.s`, 'access-1', 'access-2'])
      await session.renewed(refused);
    expect(world.shown).toEqual(['r1', 'r1', 'r2']);
  });

  test('does not renew again for a token that has been replaced already', async () => {
    const { session, world } = sessionWith();
    await session.renewed(`h.${payload}.s`);
    expect(await session.renewed(`h.${payload}.s`)).toBe('access-1');
    expect(world.shown).toHaveLength(1);
  });

  test('ends where the refresh token is refused, and stays ended', async () => {
    const { session, world } = sessionWith([new Problem('session-ended')]);
    await expect(session.renewed(`h.${payload}.s`)).rejects.toMatchObject({
      code: 'session-ended',
    });
    await expect(session.token()).rejects.toMatchObject({ code: 'session-ended' });
    expect(world.ends).toBe(2);
    expect(world.shown).toHaveLength(1);
  });

  test('survives a sign-in service that cannot be reached', async () => {
    const { session, world } = sessionWith([new Problem('unreachable'), {}]);
    await expect(session.renewed(`h.${payload}.s`)).rejects.toMatchObject({ code: 'unreachable' });
    expect(await session.renewed(`h.${payload}.s`)).toBe('access-2');
    expect(world.ends).toBe(0);
  });

  test('forgets its tokens when the person signs out', async () => {
    const { session, world } = sessionWith();
    session.signOut();
    expect(world.left).toEqual(['r1']);
    await expect(session.token()).rejects.toMatchObject({ code: 'session-ended' });
  });

  test('knows the person by the token', () => {
    const plain = Buffer.from(JSON.stringify({ sub: 'alice-1' })).toString('base64url');
    const { person } = createSession({
      tokens: { access: `h.${plain}.s`, refresh: undefined, expiresAt: 0 },
      onEnd: () => {},
      signIn: { renew: async () => Promise.reject(), leave: () => {} },
    });
    expect(person).toBe('alice-1');
    expect(sessionWith().session.person).not.toBe('');
  });
});
