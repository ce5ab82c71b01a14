// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The facts about the machine, for programs. Called by the bench programs.
 */
#include "bench/lib/machine.h"

json_t *bench_machine_json(const struct bench_machine *m)
{
	json_t *mitigations = json_object();

	for (int i = 0; i < m->mitigations_count; i++)
		(void)json_object_set_new(mitigations, m->mitigations[i].name,
					  json_string(m->mitigations[i].text));
	return json_pack("{s:s, s:i, s:b, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:f, s:o}", "cpu",
			 m->cpu, "cpus", m->cpus, "virtual_machine", m->virtual_machine, "l2",
			 m->l2, "l3", m->l3, "kernel", m->kernel, "clocksource", m->clocksource,
			 "bpf_jit_enable", m->jit, "bpf_jit_harden", m->jit_harden,
			 "bpf_stats_enabled", m->bpf_stats, "load", m->load, "mitigations",
			 mitigations);
}
