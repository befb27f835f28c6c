/* crypt/random.h - random bytes and identifiers (RFC 9562). */
#pragma once

#include "base/clock.h"
#include "base/uuid.h"

/* From the kernel's generator. Aborts when it fails: nothing sensible can go on without it. */
void random_bytes(void *p, size_t n);

/* Uniform in [0, bound), bound > 0. */
uint32_t random_below(uint32_t bound);

/* Version 4: 122 random bits. */
struct uuid uuid_v4(void);

/* Version 7: milliseconds of now, then 74 random bits; rows created together lie together. */
struct uuid uuid_v7(struct instant now);

/* The same of bytes that random_bytes has filled: whoever needs several asks the kernel once. */
struct uuid uuid_v4_of(const uint8_t random[static 16]);
struct uuid uuid_v7_of(struct instant now, const uint8_t random[static 16]);
