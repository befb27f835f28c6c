// node verify.mjs CREDENTIAL.json --issuer DID.json --status LIST.json
// Exit 0: good. 1: refused, with the reason on standard error. 2: used wrongly.
import {readFileSync} from 'node:fs';
import {parseArgs} from 'node:util';
import {fault} from './verifier.mjs';

const {values, positionals} = parseArgs({
  allowPositionals: true, options: {issuer: {type: 'string'}, status: {type: 'string'}},
});
if (positionals.length !== 1 || !values.issuer || !values.status) {
  console.error('usage: node verify.mjs CREDENTIAL.json --issuer DID.json --status LIST.json');
  process.exit(2);
}
const read = path => JSON.parse(readFileSync(path, 'utf8'));
const reason = await fault({
  credential: read(positionals[0]), issuer: read(values.issuer), list: read(values.status),
});
if (reason) {
  console.error(`${positionals[0]}: ${reason}`);
  process.exit(1);
}
console.log(`${positionals[0]}: good`);
