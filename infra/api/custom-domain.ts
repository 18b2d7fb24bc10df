/** The API's own name: certificate validated in the zone, regional domain mapped to the stage, alias record. */
import { DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import { Certificate, CertificateValidation } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayDomain } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { DomainSettings } from '../stage-settings.ts';

export class CustomDomain extends Construct {
  readonly certificate: Certificate;

  constructor(scope: Construct, id: string, api: RestApi, domain: DomainSettings) {
    super(scope, id);
    const { zoneName, zoneId: hostedZoneId, apiName } = domain;
    const zone = HostedZone.fromHostedZoneAttributes(this, 'Zone', { zoneName, hostedZoneId });
    this.certificate = new Certificate(this, 'Certificate', {
      domainName: apiName,
      validation: CertificateValidation.fromDns(zone),
    });
    const domainName = new DomainName(this, 'Name', {
      domainName: apiName,
      certificate: this.certificate,
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
      mapping: api,
    });
    new ARecord(this, 'Record', {
      zone,
      recordName: apiName,
      target: RecordTarget.fromAlias(new ApiGatewayDomain(domainName)),
    });
  }
}
