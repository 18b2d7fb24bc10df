import { describe, expect, test } from '@jest/globals';
import { defaultReadings } from './readings.ts';
import { createRouter } from './router.ts';

const router = (routes: readonly string[], readings = defaultReadings) => {
  const route = createRouter(
    routes.map((text) => {
      const [httpMethod, resourcePath] = text.split(' ') as [string, string];
      return { httpMethod, resourcePath };
    }),
    readings,
  );
  return (request: string) => {
    const match = route(...(request.split(' ') as [string, string]));
    return (
      match && [`${match.method.httpMethod} ${match.method.resourcePath}`, match.pathParameters]
    );
  };
};

describe('a route', () => {
  test.each([
    ['GET /', ['GET /', null]],
    ['GET /items', ['GET /items', null]],
    ['GET /items/', ['GET /items', null]],
    ['GET /items/7', ['GET /items/{id}', { id: '7' }]],
    ['GET /items/a%2Fb', ['GET /items/{id}', { id: 'a%2Fb' }]],
    ['GET /items/new', ['GET /items/new', null]],
    ['GET /items/new/parts', ['GET /items/{id}/parts', { id: 'new' }]],
    ['PATCH /items/new', ['ANY /items/{rest+}', { rest: 'new' }]],
    ['GET /items/7/x//y', ['ANY /items/{rest+}', { rest: '7/x//y' }]],
    ['HEAD /items', undefined],
    ['POST /items', undefined],
    ['GET /ITEMS', undefined],
    ['GET /items//', ['GET /items', null]],
    ['TRACE /items/x/y', undefined],
    ['GET /other', undefined],
    ['GET /items//parts', ['ANY /items/{rest+}', { rest: '/parts' }]],
  ])('for %s', (request, expected) => {
    const route = router([
      'ANY /items/{rest+}',
      'GET /items/{id}',
      'GET /items/{id}/parts',
      'GET /items/new',
      'GET /items',
      'GET /',
    ]);
    expect(route(request)).toEqual(expected);
  });

  test('with the exact method wins over ANY', () => {
    const route = router(['ANY /a', 'GET /a']);
    expect([route('GET /a')?.[0], route('PUT /a')?.[0]]).toEqual(['GET /a', 'ANY /a']);
  });

  test('is not hidden by a resource without methods, nor, where siblings stop the search, by another one', () => {
    const routes = ['GET /a/b', 'ANY /{proxy+}'];
    const readings = { ...defaultReadings, missingMethod: 'stops' } as const;
    expect(router(routes, readings)('GET /a')?.[0]).toBe('ANY /{proxy+}');
    expect(router(routes, readings)('PUT /a/b')).toBeUndefined();
    expect(router(routes)('PUT /a/b')?.[0]).toBe('ANY /{proxy+}');
  });

  test('with a greedy parameter does not serve its own parent', () => {
    expect(router(['ANY /a/{proxy+}'])('GET /a')).toBeUndefined();
    expect(router(['ANY /a/{proxy+}'])('GET /a/')).toBeUndefined();
  });
});
