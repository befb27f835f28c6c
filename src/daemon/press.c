/* daemon/press.c - the process that makes documents: apart from the others because it handles
 * fonts and layouts of foreign libraries, without a database, keys or the network. It lives and
 * waits; nothing asks it for a document yet. */
#include "daemon/bodies.h"
#include "daemon/exit.h"
#include "daemon/life.h"

int press_run(struct child *child)
{
	static const struct life_ops OPS = {.reload = NULL};
	struct life life;
	if (life_start(&life, child, &OPS, NULL) != 0)
		return EXIT_TROUBLE;
	life_ready(&life);
	int status = life_run(&life);
	life_finish(&life);
	return status;
}
