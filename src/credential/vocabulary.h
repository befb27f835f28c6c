/* credential/vocabulary.h - the vocabularies that the documents of this folder use. Which term
 * has which IRI and datatype is laid down in the contexts they name; the datatypes that differ
 * in http and https are like that in context 3.0.3. */
#pragma once

#define CONTEXT_CREDENTIALS "https://www.w3.org/ns/credentials/v2"
#define CONTEXT_OPEN_BADGES "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

#define VC_(term) "https://www.w3.org/2018/credentials#" term
#define OB_(term) "https://purl.imsglobal.org/spec/vc/ob/vocab.html#" term
#define SCHEMA_(term) "https://schema.org/" term
#define STATUS_(term) "https://www.w3.org/ns/credentials/status#" term
#define SECURITY_(term) "https://w3id.org/security#" term

#define XSD_DATETIME "http://www.w3.org/2001/XMLSchema#dateTime"
#define XSD_INTEGER "http://www.w3.org/2001/XMLSchema#integer"
#define XSD_BOOLEAN_OF_OPEN_BADGES "https://www.w3.org/2001/XMLSchema#boolean"
