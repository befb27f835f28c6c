// node names.mjs: reads lines of {"document", "canonical"} from standard input and compares each
// canonical form with the JSON-LD processor's. Contexts are marked as static, so that the processor
// keeps what it made of them. Exit 0 when all are equal.
import {createInterface} from 'node:readline';
import jsonld from 'jsonld';
import {loaderOf} from './contexts.mjs';

const load = loaderOf();
const options = {
  algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true,
  documentLoader: async address => ({...await load(address), tag: 'static'}),
};
let n = 0;
let differ = 0;
for await (const line of createInterface({input: process.stdin})) {
  const {document, canonical} = JSON.parse(line);
  n++;
  if (await jsonld.canonize(document, options) !== canonical && ++differ <= 3) {
    console.log(`differs: ${canonical}`);
  }
}
console.log(`${n - differ} of ${n} canonical forms are equal`);
process.exit(differ || !n ? 1 : 0);
