// Is this credential good? Decided by other people's code alone: Open Badges 3.0 JSON schema (Ajv),
// eddsa-rdfc-2022 proof and validity (Digital Bazaar's vc), status (their Bitstring Status List).
import {readFileSync} from 'node:fs';
import Ajv2019 from 'ajv/dist/2019.js';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {verifyCredential} from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import {loaderOf} from './contexts.mjs';

const schema = new URL('../vectors/ob-v3p0-achievementcredential.schema.json', import.meta.url);
const matchesSchema = new Ajv2019({strict: false, validateFormats: false})
  .compile(JSON.parse(readFileSync(schema, 'utf8')));

// The issuer's DID document and each of its keys, by address.
function issuerDocuments(issuer) {
  const documents = new Map([[issuer.id, issuer]]);
  for (const method of issuer.verificationMethod ?? []) {
    documents.set(method.id, {'@context': 'https://w3id.org/security/multikey/v1', ...method});
  }
  return documents;
}

function firstMessage(error) {
  while (error?.errors?.length) {
    error = error.errors[0];
  }
  return error?.message ?? 'refused without a message';
}

// credential, issuer (DID document) and list (status list credential) as objects, now as Date.
// Returns null when all is well, otherwise what is wrong.
export async function fault({credential, issuer, list, now = new Date()}) {
  if (!matchesSchema(credential)) {
    const {instancePath, message} = matchesSchema.errors[0];
    return `schema: ${instancePath} ${message}`;
  }
  if (!credential.proof || !credential.credentialStatus) {
    return 'no proof or no status';
  }
  const documents = issuerDocuments(issuer);
  if (list) {
    documents.set(list.id, list);
  }
  const suite = new DataIntegrityProof({cryptosuite});
  const documentLoader = loaderOf(documents);
  const result = await verifyCredential({
    credential, suite, documentLoader, now, checkStatus: options => checkStatus({
      ...options, verifyBitstringStatusListCredential: false,
    }),
  });
  if (!result.verified) {
    return firstMessage(result.error ?? result.statusResult?.error);
  }
  if (result.statusResult.results.some(({status}) => status)) {
    return 'revoked';
  }
  const listResult = await verifyCredential({credential: list, suite, documentLoader, now});
  return listResult.verified ? null : `status list: ${firstMessage(listResult.error)}`;
}
