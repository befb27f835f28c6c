/* daemon/exit.h - exit codes, as documented in src/daemon/README.md (sysexits.h numbers). */
#pragma once

enum {
	EXIT_DONE = 0,
	EXIT_TROUBLE = 1,     /* something failed at run time; the log says what */
	EXIT_WRONG_USE = 64,  /* the command line */
	EXIT_PORT_TAKEN = 69, /* a listening address cannot be had */
	EXIT_CONF = 78,       /* configuration, certificates or schema: a restart will not help */
};
