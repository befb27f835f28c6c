/* pdf/jail.h - what the PDF process can no longer do once it works: make sockets or connect to
 * anything, run another program, look into another process. Files stay readable: fonts. */
#pragma once

#include "base/attr.h"

/* For the rest of this process's life. Needs no rights but no_new_privs, which it sets. Returns 0,
 * or E_SYSTEM where the kernel has no system call filters. */
MUSTUSE int pdf_jail(void);
