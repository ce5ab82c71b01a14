// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Loads the programs of a BPF object and prints what the verifier says of each
 * ("processed N insns ..."). Runs inside the guest only; built by initramfs.sh.
 *
 * usage: verifier OBJECT
 */
#include <bpf/libbpf.h>
#include <stdio.h>

#define LOG_STATISTICS 4 /* the kernel's log level for the closing line alone */

int main(int argc, char **argv)
{
	static char log[1 << 16];
	struct bpf_object *object;
	struct bpf_program *program;
	int error;

	if (argc != 2 || !(object = bpf_object__open_file(argv[1], NULL))) {
		fputs("usage: verifier OBJECT\n", stderr);
		return 2;
	}
	bpf_object__for_each_program(program, object)
	{
		bpf_program__set_log_level(program, LOG_STATISTICS);
		bpf_program__set_log_buf(program, log, sizeof(log));
	}
	error = bpf_object__load(object);
	fputs(log, stdout);
	bpf_object__close(object);
	return error ? 1 : 0;
}
