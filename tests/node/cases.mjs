// node cases.mjs FILE: one case per line, {"name", "good": true or false, "now", "credential",
// "issuer", "list", "canonical"}. A good one must verify and have this canonical form; any other
// must be refused. Exit 0 when all cases end as they should; prints each that does not.
import {readFileSync} from 'node:fs';
import jsonld from 'jsonld';
import {loaderOf} from './contexts.mjs';
import {fault} from './verifier.mjs';

async function canonical({proof, ...document}) {
  return jsonld.canonize(document, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader: loaderOf(), safe: true,
  });
}

let wrong = 0;
const lines = readFileSync(process.argv[2], 'utf8').trimEnd().split('\n');
for (const line of lines) {
  const one = JSON.parse(line);
  let reason = await fault({...one, now: new Date(one.now)}).catch(error => `thrown: ${error.message}`);
  if (one.good && !reason && await canonical(one.credential) !== one.canonical) {
    reason = 'another canonical form';
  }
  if (one.good !== (reason === null)) {
    console.log(`WRONG ${one.name}: ${reason ?? 'accepted'}`);
    wrong++;
  } else if (process.env.VERBOSE) {
    console.log(`${one.good ? 'good' : 'refused'} ${one.name}: ${reason ?? ''}`);
  }
}
console.log(`${lines.length - wrong} of ${lines.length} cases as they should be`);
process.exit(wrong ? 1 : 0);
