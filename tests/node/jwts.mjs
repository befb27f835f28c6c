// node jwts.mjs FILE: one case per line, {"name", "good", "jwt", "jwks", "jwk", "issuer", "now"}.
// Good ones must verify with npm jose by the JWK Set, by the bare JWK and by the JsonWebKey of
// the DID document, with npm did-jwt by its Multikey, and their payload must be a credential of the Open Badges schema with claims
// that repeat it; any other must be refused. Exit 0 when all cases end as they should.
import {readFileSync} from 'node:fs';
import {
  calculateJwkThumbprint, createLocalJWKSet, importJWK, jwtVerify,
} from 'jose';
import {verifyJWT} from 'did-jwt';
import Ajv2019 from 'ajv/dist/2019.js';

const schema = new URL('../vectors/ob-v3p0-achievementcredential.schema.json', import.meta.url);
const matchesSchema = new Ajv2019({strict: false, validateFormats: false})
  .compile(JSON.parse(readFileSync(schema, 'utf8')));
const seconds = text => text === undefined ? undefined : Date.parse(text) / 1000;

async function check({jwt, jwks, jwk, issuer, now}) {
  const options = {algorithms: ['ES256'], typ: 'JWT', issuer: issuer.id, currentDate: new Date(now)};
  const {payload, protectedHeader} = await jwtVerify(jwt, createLocalJWKSet(jwks), options);
  await jwtVerify(jwt, await importJWK(jwk), options);
  const thumbprint = await calculateJwkThumbprint(jwk);
  const method = issuer.verificationMethod.find(({id}) => id === `${issuer.id}#${thumbprint}`);
  if (method?.type !== 'JsonWebKey' || !issuer.assertionMethod.includes(method.id)) {
    throw new Error('the key is not in the DID document');
  }
  await jwtVerify(jwt, await importJWK(method.publicKeyJwk, 'ES256'), options);
  const resolve = async () => ({didDocument: issuer, didResolutionMetadata: {}, didDocumentMetadata: {}});
  const {signer} = await verifyJWT(jwt, {
    resolver: {resolve}, proofPurpose: 'assertionMethod', policies: {aud: false, now: seconds(now)},
  });
  if (signer.type !== 'Multikey') {
    throw new Error('did-jwt took another form of the key');
  }
  if (jwk.kid !== protectedHeader.kid || !jwk.kid.endsWith(`/keys/${thumbprint}`)) {
    throw new Error('kid is not the address of the key');
  }
  const {iss, jti, sub, nbf, exp, ...credential} = payload;
  if (iss !== credential.issuer.id || jti !== credential.id ||
      sub !== credential.credentialSubject.id || nbf !== seconds(credential.validFrom) ||
      exp !== seconds(credential.validUntil)) {
    throw new Error('the claims are not the credential\'s');
  }
  if (!matchesSchema(credential)) {
    throw new Error(`schema: ${matchesSchema.errors[0].message}`);
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
console.log(`${lines.length - wrong} of ${lines.length} JWTs as they should be`);
process.exit(wrong ? 1 : 0);
