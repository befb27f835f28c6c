/* daemon/processes.c - the list. A further one is a file of its own, and its name here. */
#include "daemon/process.h"

#define PROCESSES(X) X(worker) X(jobs) X(pdf) X(recorder) X(signer)

#define DECLARE(name) extern const struct process name##_process;
PROCESSES(DECLARE)

#define LIST(name) &name##_process,
const struct process *const processes[] = {PROCESSES(LIST) NULL};

size_t processes_n(void)
{
	return sizeof processes / sizeof processes[0] - 1;
}
