/* daemon/bodies.h - what the processes do: one function each, one file each. kind->arg is the
 * struct boot they came from. */
#pragma once

struct child;

int worker_run(struct child *c); /* serves requests */
int clerk_run(struct child *c);  /* background work in the database */
int press_run(struct child *c);  /* makes documents; has no database, no keys, no network */
int recorder_run(struct child *c); /* writes the registry's journal */
int signer_body(struct child *c); /* signs; alone with the keys */
