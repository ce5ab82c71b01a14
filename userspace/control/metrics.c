// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The text of metrics, exposition format 0.0.4. Called by the daemon.
 */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "control/metrics.h"

#define EXACT 9007199254740992.0 /* whole numbers below are exact in a double */

struct metric {
	const char *name, *type, *labels, *help;
};

static const struct metric table[MXW_METRIC_COUNT] = {
#define MXW_METRIC(id, name, type, labels, help) { name, type, labels, help },
#include "control/metrics.def"
#undef MXW_METRIC
};

struct sample {
	enum mxw_metric metric;
	const char *first, *second;
	double value;
};

struct mxw_metrics {
	struct sample *samples;
	size_t count, capacity;
	bool failed;
};

struct mxw_metrics *mxw_metrics_new(void)
{
	return calloc(1, sizeof(struct mxw_metrics));
}

void mxw_metrics_free(struct mxw_metrics *metrics)
{
	if (metrics)
		free(metrics->samples);
	free(metrics);
}

void mxw_metrics_add(struct mxw_metrics *metrics, enum mxw_metric metric, const char *first,
		     const char *second, double value)
{
	struct sample *sample = mxw_grow((void **)&metrics->samples, metrics->count,
					 &metrics->capacity, sizeof(*sample));

	if (!sample) {
		metrics->failed = true;
		return;
	}
	*sample = (struct sample){ metric, first, second, value };
	metrics->count++;
}

/* As the format wants it: backslash, quote and newline escaped. */
static void print_label(const char *name, int length, const char *value, FILE *out)
{
	(void)fprintf(out, "%.*s=\"", length, name);
	for (; *value; value++) {
		if (*value == '\n') {
			(void)fputs("\\n", out);
			continue;
		}
		if (*value == '\\' || *value == '"')
			(void)fputc('\\', out);
		(void)fputc(*value, out);
	}
	(void)fputc('"', out);
}

static void print_labels(const struct metric *metric, const struct sample *sample, FILE *out)
{
	const char *comma = strchr(metric->labels, ',');
	int length = comma ? (int)(comma - metric->labels) : (int)strlen(metric->labels);

	if (!length || !sample->first)
		return;
	(void)fputc('{', out);
	print_label(metric->labels, length, sample->first, out);
	if (comma && sample->second) {
		(void)fputc(',', out);
		print_label(comma + 1, (int)strlen(comma + 1), sample->second, out);
	}
	(void)fputc('}', out);
}

static void print_value(double value, FILE *out)
{
	if (fabs(value) < EXACT && value == (double)(int64_t)value)
		(void)fprintf(out, " %" PRId64 "\n", (int64_t)value);
	else
		(void)fprintf(out, " %.9g\n", value);
}

static void print_metric(const struct mxw_metrics *metrics, enum mxw_metric number, FILE *out)
{
	const struct metric *metric = &table[number];
	bool begun = false;

	for (size_t i = 0; i < metrics->count; i++) {
		const struct sample *sample = &metrics->samples[i];

		if (sample->metric != number)
			continue;
		if (!begun)
			(void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", metric->name,
				      metric->help, metric->name, metric->type);
		begun = true;
		(void)fputs(metric->name, out);
		print_labels(metric, sample, out);
		print_value(sample->value, out);
	}
}

char *mxw_metrics_text(const struct mxw_metrics *metrics, size_t *length)
{
	char *text = NULL;
	FILE *out = metrics->failed ? NULL : open_memstream(&text, length);

	if (!out)
		return NULL;
	for (int i = 0; i < MXW_METRIC_COUNT; i++)
		print_metric(metrics, (enum mxw_metric)i, out);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
