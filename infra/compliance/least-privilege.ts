/**
 * Who may do what, as rows: every IAM statement of a template, and the role of every function. `least-privilege.yaml` says
 * what the rows of prod must be, exactly: one more, one fewer or another condition is a failure.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { pascalCase } from '../api/table-actions.ts';
import type { StageSettings } from '../stage-settings.ts';
import { type Json, ofType, type Template } from '../templates.ts';
import { list, pathOf, type Statement, statementsOf, textOf } from './policy-statements.ts';

/** `GetItemGrant | ${GetItemRole} may dynamodb:GetItem on ${Items.Arn}`: the holder, who, what, where, on which condition. */
export const privileges = (template: Template): readonly string[] =>
  [
    ...ofType(template, 'AWS::Lambda::Function').map(
      ([, { Properties }]) =>
        `${Properties.FunctionName} runs as ${textOf(Properties.Role, template)}`,
    ),
    ...statementsOf(template).map((statement) => row(statement, template)),
  ].sort();

function row(statement: Statement, template: Template): string {
  const { logicalId, kind, effect, actions, resources, principals, conditions } = statement;
  const who = kind === 'identity' ? carriersOf(template, logicalId) : principals;
  const verb = effect === 'Allow' ? 'may' : 'may not';
  const where = resources.map((name) => ` on ${name}`).join('');
  return `${pathOf(template, logicalId)} | ${who.join(' ')} ${verb} ${actions.join(' ')}${where}${when(conditions, template)}`;
}

/** Who carries a policy of IAM's own. */
function carriersOf(template: Template, logicalId: string): readonly string[] {
  const { Roles, Users, Groups } = template.Resources[logicalId]?.Properties ?? {};
  const carriers = [Roles, Users, Groups].flatMap(list);
  return carriers.length > 0 ? carriers.map((carrier) => textOf(carrier, template)) : ['it'];
}

const when = (conditions: Json, template: Template): string =>
  Object.entries<Json>(conditions ?? {})
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => {
        const texts = list(values).map((value) => textOf(value, template));
        return ` when ${operator} ${key} ${texts.join(' ')}`;
      }),
    )
    .join('');

interface Matrix {
  /** By function, its one action on the table. */
  readonly actions: Readonly<Record<string, string>>;
  /** By stack, the rows of prod; a row with `<name>` or `<Name>` stands for one of each function. */
  readonly rows: Readonly<Record<string, string>>;
}

const matrix: Matrix = parse(
  readFileSync(join(import.meta.dirname, 'least-privilege.yaml'), 'utf8'),
);

/** The rows of a stack as they must be: those of prod, less what the stage does not have. */
export function expectedPrivileges(stack: string, settings: StageSettings): readonly string[] {
  const { stage, region, canary, waf, gatewayLogRole, breakGlassRole } = settings;
  const has = { 'Canary/': canary, 'Firewall/': waf, 'Api/ExecutionLog/': gatewayLogRole };
  const absent = Object.entries(has).flatMap(([prefix, isThere]) => (isThere ? [] : [prefix]));
  return (matrix.rows[stack] ?? '')
    .split('\n')
    .filter((line) => line !== '' && !absent.some((prefix) => line.startsWith(prefix)))
    .flatMap(forEachFunction)
    .map((line) => (breakGlassRole ? line : line.replace(/ arn:\S+:role\/manara-break-glass/, '')))
    .map((line) => line.replace(/ when ArnNotEquals aws:PrincipalArn$/, ''))
    .map((line) => line.replaceAll('-prod', `-${stage}`).replaceAll('eu-central-1', region))
    .sort();
}

const forEachFunction = (line: string): readonly string[] =>
  /<name>/i.test(line)
    ? Object.entries(matrix.actions).map(([name, action]) =>
        line
          .replaceAll('<name>', name)
          .replaceAll('<Name>', pascalCase(name))
          .replaceAll('<action>', action),
      )
    : [line];
