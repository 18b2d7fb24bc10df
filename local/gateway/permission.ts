/** Whether API Gateway may invoke a function: the function's resource policy, as AWS::Lambda::Permission resources write it. */
import { compilePattern } from '../iam/pattern.ts';
import type { Properties, Stage } from '../template/resource.ts';

/**
 * @param functionArn with its qualifier, if any
 * @param sourceArn `arn:aws:execute-api:<region>:<account>:<api>/<stage>/<METHOD>/<resource path>`
 */
export function mayInvoke(stage: Stage, functionArn: string, sourceArn: string): boolean {
  const allows = ({ Action, Principal, FunctionName, SourceArn, SourceAccount }: Properties) =>
    ['lambda:InvokeFunction', 'lambda:*', '*'].includes(Action) &&
    ['apigateway.amazonaws.com', '*'].includes(Principal) &&
    (functionArn === FunctionName || functionArn.endsWith(`:function:${FunctionName}`)) &&
    (SourceArn === undefined ||
      compilePattern(SourceArn, { syntax: 'arn' }).matches(sourceArn, () => undefined)) &&
    (SourceAccount === undefined || SourceAccount === stage.account);
  return stage.ofType('AWS::Lambda::Permission').some(({ properties }) => allows(properties));
}
