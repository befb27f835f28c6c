/* api/tagged.h - answers that clients may keep and ask about again (RFC 9110 sections 8.8, 13). */
#pragma once

#include "web/request.h"

/* 200 with a strong entity tag over type and bytes; 304 when the client has them. cache: a
 * constant Cache-Control. The body must outlive the step. */
MUSTUSE struct step reply_tagged(struct request *rq, const char *type, const char *cache,
                                 struct slice body);
