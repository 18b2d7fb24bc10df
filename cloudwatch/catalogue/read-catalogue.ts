/** `--catalogue` files: the metrics that a project publishes by itself. */
import { z } from 'zod';
import { InputError } from '../input-error.ts';
import { didYouMean } from '../nearest-name.ts';
import { readText } from '../template/read-templates.ts';
import type { Catalogue } from './catalogue.ts';

const name = z.string('must be a text').min(1, 'must not be empty');
const number = z.number('must be a number').nullish();

const rowSchema = z.strictObject(
  {
    namespace: name,
    metric: name,
    unit: name,
    dimensionSets: z.array(z.array(name, 'must be a list'), 'must be a list of lists of names'),
    sampleMin: number,
    sampleMax: number,
    regions: z.array(name, 'must be a list of regions').nullish(),
  },
  'must be an object',
);
const isOrdered = ({ sampleMin, sampleMax }: z.infer<typeof rowSchema>) =>
  (sampleMin ?? Number.NEGATIVE_INFINITY) <= (sampleMax ?? Number.POSITIVE_INFINITY);
const fileSchema = z.array(
  rowSchema.refine(isOrdered, 'has a sampleMin above its sampleMax'),
  'must be a list of metrics',
);

const example =
  '[{"namespace": "Shop", "metric": "Orders", "unit": "Count", "dimensionSets": [["service"]], "sampleMin": 0, "sampleMax": 1}]';

/** @throws InputError naming the row and its member */
export const readCatalogue = async (file: string): Promise<Catalogue> =>
  parseCatalogue(file, await readText(file));

/** @throws InputError */
export function parseCatalogue(file: string, text: string): Catalogue {
  const { success, data, error } = fileSchema.safeParse(parseJson(file, text));
  if (!success) throw refusal(file, error.issues[0] as z.core.$ZodIssue);
  const namespaces = data.map(({ namespace }) => namespace);
  return {
    entries: data.map(({ sampleMin, sampleMax, regions, ...row }) => ({
      ...row,
      ...(typeof sampleMin === 'number' ? { sampleMin } : {}),
      ...(typeof sampleMax === 'number' ? { sampleMax } : {}),
      ...(regions ? { regions } : {}),
      idle: 'silent',
      sources: [file],
    })),
    // Who adds a metric of AWS does not list them all.
    closed: new Set(namespaces.filter((namespace) => !namespace.startsWith('AWS/'))),
  };
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(file, `the JSON is broken (${(error as Error).message})`);
  }
}

function refusal(file: string, issue: z.core.$ZodIssue): InputError {
  const [row, ...member] = issue.path;
  const place = row === undefined ? 'the catalogue' : `row ${Number(row) + 1}`;
  if (issue.code === 'unrecognized_keys') {
    const unknown = issue.keys[0] as string;
    const known = Object.keys(rowSchema.shape);
    return new InputError(file, `${place} has an unknown member ${unknown}`, {
      fix: didYouMean(unknown, known) ?? `known: ${known.join(', ')}`,
    });
  }
  const problem = [place, member.join('.'), issue.message].filter(Boolean).join(' ');
  return new InputError(file, problem, { fix: `a catalogue looks like ${example}` });
}
