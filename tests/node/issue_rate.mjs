// node issue_rate.mjs CREDENTIAL.json SECONDS
// How much CPU time Digital Bazaar's issuer takes for this credential (without proof): prints
// microseconds for each one built and signed. For `make bench-credentials`.
import {readFileSync} from 'node:fs';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import {cryptosuite} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {issue} from '@digitalbazaar/vc';
import {loaderOf} from './contexts.mjs';

const credential = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const controller = credential.issuer.id;
const key = await Ed25519Multikey.generate({controller});
key.id = `${controller}#${key.publicKeyMultibase}`;
const documentLoader = loaderOf();

async function once() {
  const suite = new DataIntegrityProof({signer: key.signer(), cryptosuite});
  await issue({credential: structuredClone(credential), suite, documentLoader});
}

for (let i = 0; i < 50; i++) {
  await once();
}
const limit = Number(process.argv[3]) * 1e6;
const from = process.cpuUsage();
let n = 0;
let spent = 0;
while (spent < limit) {
  await once();
  n++;
  const {user, system} = process.cpuUsage(from);
  spent = user + system;
}
console.log((spent / n).toFixed(2));
