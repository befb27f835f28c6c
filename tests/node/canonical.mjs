// Checks that canonical forms made by the registry are those of a JSON-LD processor.
//   node canonical.mjs FILE.json...   each beside its FILE.nq; a proof in the document is left out
import {readFileSync} from 'node:fs';
import jsonld from 'jsonld';
import {loaderOf} from './contexts.mjs';

const documentLoader = loaderOf();
let differ = 0;
for (const path of process.argv.slice(2)) {
  const {proof, ...document} = JSON.parse(readFileSync(path, 'utf8'));
  const canonical = await jsonld.canonize(document, {
    algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: true,
  });
  if (canonical !== readFileSync(path.replace(/\.json$/, '.nq'), 'utf8')) {
    console.error(`${path}: the canonical form should be\n${canonical}`);
    differ++;
  }
}
process.exit(differ ? 1 : 0);
