/* pdf/client.h - asking the PDF process for a document over its channel (channel/channel.h), from a
 * worker's loop. */
#pragma once

#include "channel/channel.h"
#include "pdf/codec.h"
#include "pdf/receipt.h"

/* outcome 0: the file, valid during the call; fault: n, of the pages that it goes without, because other pages
 * are in it. Otherwise file is empty and fault the one: E_REFUSED (no font has
 * fault->character), E_LIMIT (fault->field too long for its place; without a field, the file
 * is), E_SYNTAX (fault->field is not printable), E_FULL (the PDF process has too much to do), E_ABSENT
 * (it has no Chinese fonts), E_NOMEM or E_LIBRARY (it failed), E_TIMEOUT, E_CLOSED (it died twice, or the channel
 * is being freed). */
typedef void pdf_done(void *arg, int outcome, struct slice file, const struct pdf_fault *fault, size_t n);

/* Asks for one file of n pages (1 to PDF_PAGES_MAX); copies the facts. After 0, done runs
 * exactly once unless the call is cancelled (channel_cancel); otherwise never: E_FULL (too much in
 * flight: answer 503), E_LIMIT (too many bytes), E_NOMEM. ret may be NULL. */
MUSTUSE int pdf_print_receipt(struct channel *c, const struct pdf_receipt *receipt, struct duration limit,
                              pdf_done *done, void *arg, struct channel_call **ret); /* as pdf_print */
MUSTUSE int pdf_print(struct channel *c, const struct pdf_facts *facts, size_t n,
                        struct duration limit, pdf_done *done, void *arg,
                        struct channel_call **ret);
