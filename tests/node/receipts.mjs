// node receipts.mjs FILE: one case per line, {"name", "good", "jwt", "issuer", "jwks"}: a receipt, the registry's DID
// document and JWK Set. Good ones must verify with npm jose and npm did-jwt and be of the receipts' type; any other must
// be refused. Exit 0 when all cases end as they should.
import {readFileSync} from 'node:fs';
import {createLocalJWKSet, jwtVerify} from 'jose';
import {verifyJWT} from 'did-jwt';

async function check({jwt, issuer, jwks}) {
  const options = {algorithms: ['ES256'], typ: 'verification-receipt+jwt', issuer: issuer.id};
  const {payload, protectedHeader} = await jwtVerify(jwt, createLocalJWKSet(jwks), options);
  if (!issuer.assertionMethod.includes(protectedHeader.kid)) {
    throw new Error('kid is not in the DID document');
  }
  const resolve = async () => ({didDocument: issuer, didResolutionMetadata: {}, didDocumentMetadata: {}});
  await verifyJWT(jwt, {resolver: {resolve}, proofPurpose: 'assertionMethod', policies: {aud: false}});
  if (payload.sub !== payload.record.reference) {
    throw new Error('the claims are not the record\'s');
  }
}

let wrong = 0;
const lines = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n');
for (const line of lines) {
  const one = JSON.parse(line);
  const reason = await check(one).then(() => null, error => error.message);
  if (one.good !== (reason === null)) {
    console.log(`WRONG ${one.name}: ${reason ?? 'accepted'}`);
    wrong++;
  }
}
console.log(`${lines.length - wrong} of ${lines.length} receipts as they should be`);
process.exit(wrong ? 1 : 0);
