import { expect, test } from '@jest/globals';
import { createGate } from './gate.ts';

function gateAt(start: number) {
  const world = { now: start, isOnline: true, slept: [] as number[] };
  const gate = createGate({
    now: () => world.now,
    isOnline: () => world.isOnline,
    online: async () => {
      world.isOnline = true;
    },
    sleep: async (ms) => {
      world.slept.push(ms);
      world.now += ms;
    },
  });
  return { gate, world };
}

test('lets requests pass where nobody has asked to wait', async () => {
  const { gate, world } = gateAt(0);
  await gate.opened();
  expect(world.slept).toEqual([]);
});

test('waits as long as it was told, the longest time counting', async () => {
  const { gate, world } = gateAt(1000);
  gate.closeFor(5000);
  gate.closeFor(2000);
  await gate.opened();
  expect(world.now).toBe(6000);
  await gate.opened();
  expect(world.slept).toEqual([5000]);
});

test('waits for the connection, and then for the rest of the time', async () => {
  const { gate, world } = gateAt(0);
  world.isOnline = false;
  gate.closeFor(3000);
  await gate.opened();
  expect(world).toMatchObject({ isOnline: true, now: 3000 });
});

test('waits for the connection also where nobody has asked to wait', async () => {
  const { gate, world } = gateAt(0);
  world.isOnline = false;
  await gate.opened();
  expect(world).toMatchObject({ isOnline: true, slept: [] });
});
