/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics as Prometheus reads them: samples in any order in, text out. Names, types and
 * meanings are in metrics.def. Pure, but for memory.
 */
#ifndef MXW_CONTROL_METRICS_H
#define MXW_CONTROL_METRICS_H

#include <stddef.h>

enum mxw_metric {
#define MXW_METRIC(id, name, type, labels, help) MXW_METRIC_##id,
#include "control/metrics.def"
#undef MXW_METRIC
	MXW_METRIC_COUNT,
};

struct mxw_metrics;

/* NULL without memory. The caller ends it with mxw_metrics_free(). */
struct mxw_metrics *mxw_metrics_new(void);
void mxw_metrics_free(struct mxw_metrics *metrics);

/* A sample. first and second are the values of its labels, any text, NULL where the metric
 * has none; they have to stay until the text is made. Without memory the text fails. */
void mxw_metrics_add(struct mxw_metrics *metrics, enum mxw_metric metric, const char *first,
		     const char *second, double value);

/* The text with all metrics that have samples, in the order of the table, and its length.
 * NULL without memory. The caller frees it. */
char *mxw_metrics_text(const struct mxw_metrics *metrics, size_t *length);

#endif
