/* bench/process.h - what a tree of processes has cost so far, from /proc. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* CPU time of the process and all its living descendants, in nanoseconds, to the nanosecond
 * (/proc/PID/schedstat counts what the scheduler gave; utime and stime are sampled). */
int64_t process_cpu_ns(pid_t root);

/* Proportional set size of the tree in KiB (/proc/PID/smaps_rollup): pages that processes share
 * are divided among them. */
int64_t process_pss_kib(pid_t root);
