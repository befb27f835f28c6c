/* domain/registry.h - the registry itself among those who have keys. */
#pragma once

/* Where an issuer's slug stands. No organisation can be called so (sql/functions/_registry.sql says it too). Its
 * key signs receipts of verifications, and nothing that an issuer signs. */
#define REGISTRY_ISSUER "_registry"

/* How everything begins that its key signs, and nothing else does: a JWS header of this type (RFC 8725, section
 * 3.11), in base64url. */
#define RECEIPT_TYPE "verification-receipt+jwt"
#define RECEIPT_BEGINS "eyJ0eXAiOiJ2ZXJpZmljYXRpb24tcmVjZWlwdCtqd3QiLCJh" /* {"typ":"verification-receipt+jwt","a */
