/* daemon/clerk.c - the process for work that nobody waits for. Until the database has shown a
 * schema that fits, it asks for it; a wrong one stops the daemon. */
#include "daemon/bodies.h"
#include "daemon/exit.h"
#include "daemon/life.h"
#include "daemon/schema.h"

struct clerk {
	struct life life;
	struct loop_timer schema;
	int status;
};

static void ask_schema(void *arg)
{
	struct clerk *c = arg;
	switch (schema_check(c->life.child)) {
	case SCHEMA_FITS:
		break;
	case SCHEMA_AWAY:
		loop_timer_after(&c->schema, SECONDS(2));
		break;
	case SCHEMA_REFUSED:
		c->status = EXIT_CONF;
		life_end(&c->life);
		break;
	}
}

int clerk_run(struct child *child)
{
	static const struct life_ops OPS = {.reload = NULL};
	struct clerk c = {.status = EXIT_DONE};
	if (life_start(&c.life, child, &OPS, &c) != 0)
		return EXIT_TROUBLE;
	loop_timer_init(&c.schema, c.life.loop, ask_schema, &c);
	loop_timer_after(&c.schema, (struct duration){0});
	life_ready(&c.life);
	int status = life_run(&c.life);
	loop_timer_stop(&c.schema);
	life_finish(&c.life);
	return c.status ? c.status : status;
}
