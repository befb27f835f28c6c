/* tests/lib/fake_signer.h - a signer in the process of the test: real keys and signatures, no
 * socket. Answers are given when the test says so, so that tests decide what happens between. */
#pragma once

#include "channel/channel.h"
#include "signer/vault.h"

struct fake_signer; /* opaque */

/* Asserts on lack of memory here; a request that finds none is refused with E_NOMEM. Its key-encryption key is fixed, so wrapped keys may be kept. */
struct fake_signer *fake_signer_new(void);
void fake_signer_free(struct fake_signer *f); /* open calls end with E_CLOSED */
struct channel *fake_signer_channel(struct fake_signer *f);
struct vault *fake_signer_vault(struct fake_signer *f);

/* Answers the oldest open call: with outcome 0 it is really done, otherwise it fails with this
 * outcome. False when nothing is open. */
bool fake_signer_answer(struct fake_signer *f, int outcome);

/* Answers everything, also what callbacks ask meanwhile. Returns how many. */
size_t fake_signer_run(struct fake_signer *f);

/* How many signatures were asked for so far, given or not. */
size_t fake_signer_asked(const struct fake_signer *f);

/* From now on one bit of each signature is wrong, or right again. */
void fake_signer_spoil(struct fake_signer *f, bool spoil);

/* From now on requests are refused with this failure (E_FULL, ...); 0 accepts again. */
void fake_signer_refuse(struct fake_signer *f, int failure);
