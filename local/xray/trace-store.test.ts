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
    ['fault', 'HasFault'],
    ['error', 'HasError'],
    ['throttle', 'HasThrottle'],
    ['in_progress', 'IsPartial'],
  ])('find a %s in a subsegment', (flag, field) => {
    const deep = segment(8, { type: 'subsegment', parent_id: id(4), [flag]: true });
    const [summary] = storeOf([...request, deep]).summaries(everything).TraceSummaries;
    expect(summary).toMatchObject({ [field]: true });
  });

  test('are those of the time asked for, newest first', () => {
    const store = storeOf(
      [1, 2, 3, 4].map((n) => segment(n, { trace_id: traceId(n), start_time: n, end_time: n })),
    );
    const { TraceSummaries } = store.summaries({ start: 2000, end: 4000 });
    expect(TraceSummaries.map(({ StartTime }) => StartTime)).toEqual([3, 2]);
  });
});

test('the oldest traces are forgotten when the documents take too much room', () => {
  const documents = [1, 2, 3].map((n) => segment(n, { trace_id: traceId(n) }));
  const size = JSON.stringify(documents[0]).length;
  const store = storeOf(documents, { maxBytes: 2 * size });
  const known = [1, 2, 3].map((n) => store.trace(traceId(n)).Traces.length);
  expect(known).toEqual([0, 1, 1]);
});
