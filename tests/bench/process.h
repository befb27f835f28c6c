/* bench/process.h - what a tree of processes has cost so far, from /proc. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* CPU time of the process and all its descendants, in nanoseconds: of the living from
 * /proc/PID/schedstat, which counts what the scheduler gave (utime and stime are sampled), of those
 * that have ended to the clock tick. */
int64_t process_cpu_ns(pid_t root);

/* Proportional set size of the tree in KiB (/proc/PID/smaps_rollup): pages that processes share
 * are divided among them. */
int64_t process_pss_kib(pid_t root);
