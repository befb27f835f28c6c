/* pdf/jail.c - a filter of system calls (seccomp(2)): those named here fail with EPERM. What comes
 * in from outside is laid out by foreign libraries; if one of them were made to run somebody's
 * code, that code could reach nobody. Accepted connections of workers go on working. */
#include "pdf/jail.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "base/outcome.h"

#if defined __x86_64__
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define OUR_ARCH AUDIT_ARCH_AARCH64
#endif

#ifdef OUR_ARCH

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))
/* Refuses this call, or goes on with the next instruction but one. */
#define REFUSE(call) \
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), ANSWER(SECCOMP_RET_ERRNO | EPERM)

int pdf_jail(void)
{
	struct sock_filter filter[] = {
		LOAD(arch),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
		ANSWER(SECCOMP_RET_KILL_PROCESS),
		LOAD(nr),
		/* The numbers of x32, the same calls under other names. */
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, 0x40000000, 0, 1),
		ANSWER(SECCOMP_RET_KILL_PROCESS),
		REFUSE(SYS_socket),
		REFUSE(SYS_socketpair),
		REFUSE(SYS_connect),
		REFUSE(SYS_bind),
		REFUSE(SYS_execve),
		REFUSE(SYS_execveat),
		REFUSE(SYS_ptrace),
		REFUSE(SYS_process_vm_readv),
		REFUSE(SYS_process_vm_writev),
		REFUSE(SYS_io_uring_setup),
		ANSWER(SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = ARRAY_LEN(filter), .filter = filter};
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
		return E_SYSTEM;
	return 0;
}

#else

int pdf_jail(void)
{
	return E_SYSTEM;
}

#endif
