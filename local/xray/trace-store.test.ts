import { describe, expect, test } from '@jest/globals';
import type { SegmentDocument } from '../telemetry/sinks.ts';
import { createTraceStore } from './trace-store.ts';

const traceId = (n: number) => `1-6b02ccc0-${String(n).padStart(24, '0')}`;
const id = (n: number) => String(n).padStart(16, '0');

const segment = (n: number, fields: Partial<SegmentDocument> = {}): SegmentDocument => ({
  trace_id: traceId(1),
  id: id(n),
  name: `segment ${n}`,
  start_time: 100 + n,
  end_time: 110,
  ...fields,
});

/** A request as it arrives here: the deepest parts first, the gateway last. */
const request: readonly SegmentDocument[] = [
  segment(5, {
    name: 'DynamoDB',
    type: 'subsegment',
    parent_id: id(4),
    namespace: 'aws',
    aws: { operation: 'GetItem', table_name: 'items', resource_names: ['items'] },
    http: { response: { status: 200 } },
  }),
  segment(4, {
    name: '## index.handler',
    type: 'subsegment',
    parent_id: id(3),
    annotations: { route: 'GET /items/{id}', cold: true, n: 3 },
  }),
  segment(3, { origin: 'AWS::Lambda::Function', parent_id: id(2) }),
  segment(2, { origin: 'AWS::Lambda', parent_id: id(11), resource_arn: 'arn:f' }),
  segment(1, {
    origin: 'AWS::ApiGateway::Stage',
    resource_arn: 'arn:stage',
    end_time: 112,
    http: {
      request: { url: 'https://api/items/1', method: 'GET', client_ip: '127.0.0.1' },
      response: { status: 200 },
    },
    subsegments: [
      { id: id(11), name: 'Lambda', namespace: 'aws', start_time: 101.5, end_time: 111 },
    ],
  }),
];

const storeOf = (documents: readonly SegmentDocument[], options = {}) => {
  const store = createTraceStore(options);
  for (const document of documents) store.segment(document);
  return store;
};

const documentsOf = (documents: readonly SegmentDocument[]) =>
  storeOf(documents)
    .trace(traceId(1))
    .Traces[0]!.Segments.map(({ Document }) => JSON.parse(Document));

const everything = { start: 0, end: Number.POSITIVE_INFINITY };

describe('a trace', () => {
  test('has its segments in order, with the subsegments that were sent alone in their places', () => {
    const [stage, service, run] = documentsOf(request);
    expect([stage.id, service.id, run.id]).toEqual([id(1), id(2), id(3)]);
    expect(service.parent_id).toBe(stage.subsegments[0].id);
    expect(run.subsegments).toMatchObject([
      { name: '## index.handler', subsegments: [{ name: 'DynamoDB' }] },
    ]);
  });

  test('is the same whatever the order of arrival', () => {
    expect(documentsOf([...request].reverse())).toEqual(documentsOf(request));
  });

  test('has an inferred segment for a service that sends none, and only for that', () => {
    const inferred = documentsOf(request).filter((document) => document.inferred);
    expect(inferred).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        name: 'DynamoDB',
        start_time: 105,
        end_time: 110,
        trace_id: traceId(1),
        parent_id: id(5),
        inferred: true,
        http: { response: { status: 200 } },
        aws: { operation: 'GetItem', table_name: 'items', resource_names: ['items'] },
        origin: 'AWS::DynamoDB::Table',
      },
    ]);
  });

  test('has the shape of BatchGetTraces', () => {
    const { Traces } = storeOf(request).trace(traceId(1));
    expect(Traces).toEqual([
      {
        Id: traceId(1),
        Duration: 11,
        LimitExceeded: false,
        Segments: expect.arrayContaining([{ Id: id(1), Document: expect.any(String) }]),
      },
    ]);
  });

  test('takes the last word on a segment that was in progress', () => {
    const started = segment(1, { in_progress: true, end_time: undefined });
    expect(documentsOf([started, segment(1)])).toEqual([segment(1)]);
  });

  test('shows a subsegment whose parent is missing by itself', () => {
    const orphan = segment(7, { type: 'subsegment', parent_id: id(9) });
    expect(documentsOf([segment(1), orphan])).toEqual([segment(1), orphan]);
  });

  test('does not go round for ever where documents name each other as parents', () => {
    const inline = { id: id(2), name: 'inline', start_time: 102 };
    const again = segment(2, { type: 'subsegment', parent_id: id(2) });
    expect(documentsOf([segment(1, { subsegments: [inline] }), again])).toHaveLength(1);
  });

  test('is moved as a whole to the observability clock, by what its first document was behind', () => {
    const store = createTraceStore();
    for (const [index, document] of request.entries()) store.segment(document, 1000 + index);
    const times = (node: SegmentDocument): unknown[] => [
      node.start_time,
      node.end_time,
      ...((node['subsegments'] as SegmentDocument[]) ?? []).flatMap(times),
    ];
    const { Segments, Duration } = store.trace(traceId(1)).Traces[0]!;
    expect(Segments.map(({ Document }) => times(JSON.parse(Document)))).toEqual(
      documentsOf(request).map((document) => times(document).map((time) => Number(time) + 1000)),
    );
    expect(Duration).toBe(11);
    const { TraceSummaries } = store.summaries({ start: 1_101_000, end: 1_101_001 });
    expect(TraceSummaries).toMatchObject([{ StartTime: 1101, Duration: 11 }]);
  });

  test('that is unknown is absent', () => {
    expect(createTraceStore().trace(traceId(1))).toEqual({ Traces: [] });
  });

  test('of more than 500 kB is cut off and says so', () => {
    const large = Array.from({ length: 6 }, (_, n) => segment(n, { filler: 'x'.repeat(100_000) }));
    const [trace] = storeOf(large).trace(traceId(1)).Traces;
    expect(trace).toMatchObject({ LimitExceeded: true });
    expect(trace?.Segments).toHaveLength(4);
  });
});

describe('summaries', () => {
  test('tell what X-Ray tells of a trace', () => {
    expect(storeOf(request).summaries(everything)).toEqual({
      TraceSummaries: [
        {
          Id: traceId(1),
          StartTime: 101,
          Duration: 11,
          ResponseTime: 11,
          HasFault: false,
          HasError: false,
          HasThrottle: false,
          IsPartial: false,
          Http: {
            HttpURL: 'https://api/items/1',
            HttpStatus: 200,
            HttpMethod: 'GET',
            ClientIp: '127.0.0.1',
          },
          Annotations: {
            route: [{ AnnotationValue: { StringValue: 'GET /items/{id}' } }],
            cold: [{ AnnotationValue: { BooleanValue: true } }],
            n: [{ AnnotationValue: { NumberValue: 3 } }],
          },
          ResourceARNs: [{ ARN: 'arn:stage' }, { ARN: 'arn:f' }],
        },
      ],
    });
  });

  test.each([
    ['fault', 'HasFault', false],
    ['error', 'HasError', false],
    ['throttle', 'HasThrottle', true],
    ['in_progress', 'IsPartial', true],
  ])('of a subsegment with %s: %s is %s', (flag, field, expected) => {
    const deep = segment(8, { type: 'subsegment', parent_id: id(4), [flag]: true });
    const [summary] = storeOf([...request, deep]).summaries(everything).TraceSummaries;
    expect(summary).toMatchObject({ [field]: expected });
  });

  test('have the status, the time and the failure of the root, whatever arrived first', () => {
    const root = {
      start_time: 101,
      end_time: 103,
      http: { response: { status: 503 } },
      fault: true,
    };
    const child = segment(2, {
      parent_id: id(1),
      start_time: 101,
      http: { response: { status: 200 } },
    });
    const [summary] = storeOf([child, segment(1, root)]).summaries(everything).TraceSummaries;
    expect(summary).toMatchObject({
      Http: { HttpStatus: 503 },
      ResponseTime: 2,
      Duration: 9,
      HasFault: true,
      HasError: false,
    });
  });

  test('are found by the earliest start, though a later part arrived first', () => {
    const { TraceSummaries } = storeOf(request).summaries({ start: 101_000, end: 101_001 });
    expect(TraceSummaries).toHaveLength(1);
  });

  test('survive whatever an application put into the fields that are shown', () => {
    const odd = segment(1, { http: { request: null }, annotations: null });
    expect(storeOf([odd]).summaries(everything).TraceSummaries).toMatchObject([{ Http: {} }]);
  });

  test('are those of the time asked for, newest first', () => {
    const store = storeOf(
      [1, 2, 3, 4].map((n) => segment(n, { trace_id: traceId(n), start_time: n, end_time: n })),
    );
    const { TraceSummaries } = store.summaries({ start: 2000, end: 4000 });
    expect(TraceSummaries.map(({ StartTime }) => StartTime)).toEqual([3, 2]);
  });
});

test('the oldest traces are forgotten, a tenth of the room at once', () => {
  const documents = Array.from({ length: 101 }, (_, n) => segment(100, { trace_id: traceId(n) }));
  const size = JSON.stringify(documents[0]).length;
  const kept = (count: number) =>
    storeOf(documents.slice(0, count), { maxBytes: 100 * size }).summaries(everything)
      .TraceSummaries;
  expect(kept(100)).toHaveLength(100);
  expect(kept(101).map(({ Id }) => Id)).toEqual(
    documents.slice(11).map(({ trace_id }) => trace_id),
  );
});

test('some thousand traces of usual size are kept', () => {
  const filler = 'x'.repeat(2_000);
  const store = createTraceStore();
  for (let n = 0; n < 20_000; n++) store.segment(segment(1, { trace_id: traceId(n), filler }));
  const { length } = store.summaries(everything).TraceSummaries;
  expect(length).toBeGreaterThan(2_000);
  expect(length).toBeLessThan(4_000);
});
