// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A seccomp filter that denies by a short list. What it denies are the ways out for somebody who
 * took over the reader of lists: programs, other processes, the kernel's larger interfaces.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "feeds/syscalls.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#ifdef ARCHITECTURE
/* The numbers of x32 begin here; no other call of these architectures is as high. */
#define HIGHEST 0x40000000U

static const uint32_t never[] = {
	SYS_execve,
	SYS_execveat,
	SYS_ptrace,
	SYS_process_vm_readv,
	SYS_process_vm_writev,
	SYS_kill,
	SYS_tkill,
	SYS_pidfd_open,
	SYS_pidfd_send_signal,
	SYS_pidfd_getfd,
	SYS_unshare,
	SYS_setns,
	SYS_mount,
	SYS_umount2,
	SYS_chroot,
	SYS_pivot_root,
	SYS_bpf,
	SYS_perf_event_open,
	SYS_userfaultfd,
	SYS_io_uring_setup,
	SYS_add_key,
	SYS_request_key,
	SYS_keyctl,
	SYS_open_by_handle_at,
	SYS_memfd_create,
	SYS_unlinkat,
	SYS_renameat2,
	SYS_linkat,
	SYS_symlinkat,
	SYS_fchmodat,
	SYS_shmget,
	SYS_msgget,
	SYS_semget,
#ifdef SYS_fork
	SYS_fork,
	SYS_vfork,
#endif
};

static const uint32_t without_network[] = {
	SYS_openat, SYS_openat2, SYS_socket, SYS_socketpair, SYS_clone, SYS_clone3,
#ifdef SYS_open
	SYS_open,   SYS_creat,
#endif
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct filter {
	struct sock_filter step[8 + 2 * (COUNT(never) + COUNT(without_network))];
	unsigned short count;
};

static void step(struct filter *filter, struct sock_filter next)
{
	filter->step[filter->count++] = next;
}

static void deny(struct filter *filter, const uint32_t *calls, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		step(filter,
		     (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, calls[i], 0, 1));
		step(filter,
		     (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
	}
}

int mxw_syscalls_deny(bool network)
{
	struct filter filter = { .count = 0 };
	struct sock_fprog program = { .filter = filter.step };

	step(&filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   offsetof(struct seccomp_data, arch)));
	step(&filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0));
	step(&filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS));
	step(&filter, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
						   offsetof(struct seccomp_data, nr)));
	step(&filter, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, HIGHEST, 0, 1));
	step(&filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
	deny(&filter, never, COUNT(never));
	if (!network)
		deny(&filter, without_network, COUNT(without_network));
	step(&filter, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
	program.len = filter.count;
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 || errno == EINVAL)
		return 0;
	return -1;
}
#else
int mxw_syscalls_deny(bool network)
{
	(void)network;
	return 0;
}
#endif
