/* text/jsonw.h - writes JSON (RFC 8259) onto a buffer: no whitespace, UTF-8 kept as it is, commas
 * and colons put by the writer. Failures are the buffer's (sticky): check buf_failed() once.
 * Text must be valid UTF-8; it comes from json_read or the database, which both check it. */
#pragma once

#include "base/buf.h"
#include "base/opt.h"

enum { JSONW_DEPTH_MAX = 32 };

struct jsonw {
	struct buf *_buf;
	bool _after_value; /* a comma is due before the next value or key */
	uint8_t _depth;
	char _close[JSONW_DEPTH_MAX];
};

void jsonw_init(struct jsonw *w, struct buf *buf);

/* Every jsonw_object and jsonw_array is closed by one jsonw_end. Nesting deeper than
 * JSONW_DEPTH_MAX and an end too many are programmer errors (asserted). */
void jsonw_object(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_end(struct jsonw *w);

/* Keys are constants of our own source, and none of them needs an escape: none is looked for. */
void jsonw_key(struct jsonw *w, const char *key);

void jsonw_str(struct jsonw *w, struct slice s); /* s.p == NULL writes null */
void jsonw_cstr(struct jsonw *w, const char *s); /* NULL writes null */
void jsonw_i64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_null(struct jsonw *w);
void jsonw_uuid(struct jsonw *w, struct uuid v);
void jsonw_day(struct jsonw *w, struct day v);
void jsonw_instant(struct jsonw *w, struct instant v);

/* v divided by 10 to the power of places (0-9): 6202, 2 writes 62.02 and -270, 1 writes -27.0. */
void jsonw_decimal(struct jsonw *w, int64_t v, unsigned places);
/* A score in hundredths without zeros at the end: 7850 writes 78.5 and 6000 writes 60. */
void jsonw_score(struct jsonw *w, int64_t hundredths);

/* One value that is JSON already, put in as it is. */
void jsonw_raw(struct jsonw *w, struct slice json);

void jsonw_kobject(struct jsonw *w, const char *key);
void jsonw_karray(struct jsonw *w, const char *key);
void jsonw_kstr(struct jsonw *w, const char *key, struct slice s);
void jsonw_kcstr(struct jsonw *w, const char *key, const char *s);
void jsonw_ki64(struct jsonw *w, const char *key, int64_t v);
void jsonw_kbool(struct jsonw *w, const char *key, bool v);
void jsonw_knull(struct jsonw *w, const char *key);
void jsonw_kuuid(struct jsonw *w, const char *key, struct uuid v);
void jsonw_kday(struct jsonw *w, const char *key, struct day v);
void jsonw_kinstant(struct jsonw *w, const char *key, struct instant v);
void jsonw_kraw(struct jsonw *w, const char *key, struct slice json);

/* null where nothing is given, or the id is nil. */
void jsonw_kuuid_or_null(struct jsonw *w, const char *key, struct uuid v);
void jsonw_kopt_int(struct jsonw *w, const char *key, struct opt_int v);
void jsonw_kopt_day(struct jsonw *w, const char *key, struct opt_day v);
void jsonw_kopt_instant(struct jsonw *w, const char *key, struct opt_instant v);
