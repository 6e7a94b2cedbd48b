// Random surroundings of a case: what its Java machines disable, who asks for certificates, who compares names.
import * as fc from 'fast-check';

const draw = fc.nat(1000);

/** From either end, so that no caller is left with a gap between its versions: OpenSSL cannot offer one. */
const someVersions = fc.constantFrom('TLSv1', 'TLSv1, TLSv1.1', 'TLSv1.2', 'TLSv1.3', 'TLSv1.2, TLSv1.3', 'RC4', '');
const javaArgument = fc.constantFrom(
  '-Djdk.tls.client.protocols=TLSv1.1,TLSv1.2 -Xgcpolicy:gencon',
  '-Dhttps.protocols=TLSv1.2',
  '-Dcom.ibm.jsse2.sp800-131=strict',
  '-Dcom.ibm.jsse2.overrideDefaultTLS=true -Dcom.ibm.jsse2.overrideDefaultProtocol=TLSv12',
  '-Dpassword=-Dhttps.protocols=TLSv1',
);
/** @param weight of ten */
const seldom = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 10 - weight, arbitrary: fc.constant(null) }, { weight, arbitrary });

export const surroundings = fc.record({
  disabled: fc.array(fc.tuple(draw, someVersions), { maxLength: 2 }),
  property: seldom(3, fc.oneof(fc.constant('none'), someVersions)),
  fips: seldom(1, fc.constantFrom('', 'SP800-131', 'transition', 'FIPS140-2')),
  javaArguments: fc.array(fc.tuple(draw, javaArgument), { maxLength: 2 }),
  asks: fc.array(fc.tuple(draw, fc.constantFrom('want' as const, 'need' as const, 'need' as const)), { maxLength: 2 }),
  publicNames: fc.array(
    fc.tuple(draw, fc.constantFrom('any.acme.example', 'host-node1.acme.example', 'other.example')),
    {
      maxLength: 3,
    },
  ),
  toolsCompare: fc.array(draw, { maxLength: 1 }),
  processesCompare: fc.boolean(),
});
