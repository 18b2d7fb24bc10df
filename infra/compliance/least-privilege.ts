/**
 * Who may do what, as rows: every function, its role, and each action that any policy of the template grants or the table's
 * policy denies. The test beside it says what these rows must be, exactly: one more or one fewer is a failure.
 */
import { ofType, type Template } from '../templates.ts';
import { list, pathOf, type Statement, statementsOf, textOf } from './policy-statements.ts';

/** `manara-prod-get-item | dynamodb:GetItem | ${Items.Arn} | -`: the function, action, resource and condition. */
export function functionGrants(template: Template): readonly string[] {
  return ofType(template, 'AWS::Lambda::Function')
    .flatMap(([, { Properties }]) => {
      const role = Properties.Role?.['Fn::GetAtt']?.[0];
      if (role === undefined) {
        return [`${Properties.FunctionName} | a role of another template`];
      }
      return grantsOf(template, role).map((row) => `${Properties.FunctionName} | ${row}`);
    })
    .sort();
}

/** The rows of a role that is no function's: by construct path. */
export function otherGrants(template: Template): readonly string[] {
  const taken = new Set(
    ofType(template, 'AWS::Lambda::Function').map(
      ([, { Properties }]) => Properties.Role?.['Fn::GetAtt']?.[0],
    ),
  );
  const roles = ofType(template, 'AWS::IAM::Role').filter(([logicalId]) => !taken.has(logicalId));
  const imported = ofType(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
    list(Properties.Roles).some((name) => typeof name === 'string'),
  );
  const names = [...roles, ...imported].map(([logicalId]) => logicalId);
  return names
    .flatMap((logicalId) =>
      grantsOf(template, logicalId).map((row) => `${pathOf(template, logicalId)} | ${row}`),
    )
    .sort();
}

/** What the table denies, and to whom it does not: `dynamodb:GetItem | unless aws:PrincipalArn is ${GetItemRole.Arn}`. */
export function tableDenials(template: Template): readonly string[] {
  const tables = ofType(template, 'AWS::DynamoDB::Table').map(([logicalId]) => logicalId);
  return statementsOf(template)
    .filter(({ logicalId }) => tables.includes(logicalId))
    .flatMap(({ effect, actions, principals, resources, conditions }) =>
      actions.map((action) =>
        [effect, action, principals.join(), resources.join(), condition(conditions, template)].join(
          ' | ',
        ),
      ),
    )
    .sort();
}

function grantsOf(template: Template, role: string): readonly string[] {
  const carries = (statement: Statement) => {
    const holder = template.Resources[statement.logicalId];
    return (
      statement.logicalId === role ||
      list(holder?.Properties.Roles).some((reference) => reference.Ref === role)
    );
  };
  return statementsOf(template)
    .filter((statement) => statement.kind === 'identity' && carries(statement))
    .flatMap((statement) => {
      const { effect, actions, notActions, resources, notResources, conditions } = statement;
      const verbs = [...actions, ...notActions.map((action) => `not ${action}`)];
      const objects = [...resources, ...notResources.map((resource) => `not ${resource}`)];
      return verbs.flatMap((verb) =>
        objects.map((object) =>
          [
            effect === 'Allow' ? verb : `${effect} ${verb}`,
            object,
            condition(conditions, template),
          ].join(' | '),
        ),
      );
    });
}

const condition = (conditions: unknown, template: Template): string =>
  conditions === undefined
    ? '-'
    : Object.entries(conditions as Record<string, Record<string, unknown>>)
        .flatMap(([operator, keys]) =>
          Object.entries(keys).map(
            ([key, values]) =>
              `${operator} ${key} ${list(values)
                .map((value) => textOf(value, template))
                .join(' ')}`,
          ),
        )
        .join(' and ');
