// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * CrowdSec's decisions as JSON: an array of alerts with decisions (`cscli decisions list -o json`),
 * an array of decisions (GET /v1/decisions), or an object of new and deleted ones
 * (GET /v1/decisions/stream). Registered in format.c.
 *
 * With startup=true a stream tells all decisions that hold as new. What it tells as deleted is over
 * anyway, and may be banned again by another decision: it is passed over.
 */
#include "lists/formats/crowdsec.h"
#include "lists/formats/json.h"

struct walk {
	struct mxw_reader *reader;
	struct mxw_json_place place;
};

static int decision(struct walk *walk, const json_t *object)
{
	struct mxw_crowdsec_item found = {
		.scope = mxw_json_text(object, "scope"),
		.value = mxw_json_text(object, "value"),
		.type = mxw_json_text(object, "type"),
		.duration = mxw_json_text(object, "duration"),
		.simulated = json_is_true(json_object_get(object, "simulated")),
	};

	mxw_json_find(&walk->place, walk->reader, found.value.at);
	if (!found.value.size)
		return mxw_reader_refuse(walk->reader, mxw_text_of("decision"), "has no \"value\"");
	return mxw_crowdsec_put(walk->reader, &found);
}

/* Decisions, or alerts with some each. */
static int decisions(struct walk *walk, const json_t *array)
{
	const json_t *object, *inner, *of_alert;
	size_t i, k;

	json_array_foreach(array, i, object)
	{
		int error = MXW_OK;

		inner = json_object_get(object, "decisions");
		if (!inner)
			error = decision(walk, object);
		json_array_foreach(inner, k, of_alert)
		{
			if (!error)
				error = decision(walk, of_alert);
		}
		if (error)
			return error;
	}
	return MXW_OK;
}

/* Three forms: what cscli prints, what the local API answers, and what its stream answers.
 * "null" is how the API says that there are no decisions. */
static int crowdsec_end(struct mxw_reader *reader, struct mxw_err *err)
{
	struct walk walk = { .reader = reader };
	json_t *root = mxw_json_load(reader, err);
	const json_t *added = json_object_get(root, "new");
	int error;

	if (!root)
		return MXW_E_USAGE;
	reader->at_line = 1;
	if (json_is_array(root))
		error = decisions(&walk, root);
	else if (json_is_array(added))
		error = decisions(&walk, added);
	else if (json_is_null(root) || json_is_null(added))
		error = MXW_OK; /* what the API answers where there are none */
	else
		error = mxw_fail(err, MXW_E_USAGE,
				 "line 1: the JSON text is not of decisions; give what "
				 "`cscli decisions list -o json` prints");
	json_decref(root);
	return error;
}

const struct mxw_syntax mxw_syntax_crowdsec_json = { .take = mxw_json_take, .end = crowdsec_end };
