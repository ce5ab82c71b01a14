/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What kind of reason a reason is: pass, drop, or a drop that is not enforced ("would").
 * From reasons.def. Included by the BPF program and by userspace; pure.
 */
#ifndef MXW_REASON_H
#define MXW_REASON_H

#include "abi.h"

enum mxw_reason_kind {
	MXW_KIND_OF_PASS = 0, /* also of a number that is not in reasons.def */
	MXW_KIND_OF_DROP = 1,
	MXW_KIND_OF_WOULD = 2,
};

/* The kind of an enum mxw_reason. */
static inline __attribute__((always_inline)) enum mxw_reason_kind mxw_reason_kind(__u32 reason)
{
	switch (reason) {
#define MXW_REASON(number, name, kind, unenforced, string, text) \
	case number:                                             \
		return MXW_KIND_OF_##kind;
#include "reasons.def"
#undef MXW_REASON
	default:
		return MXW_KIND_OF_PASS;
	}
}

/* The reason in its place where nothing is enforced: a drop's would, any other reason itself. */
static inline __attribute__((always_inline)) __u16 mxw_reason_unenforced(__u32 reason)
{
	switch (reason) {
#define MXW_REASON(number, name, kind, unenforced, string, text) \
	case number:                                             \
		return MXW_##unenforced;
#include "reasons.def"
#undef MXW_REASON
	default:
		return (__u16)reason;
	}
}

/* Where nothing is enforced nothing is dropped, and only drops become something else. */
enum {
#define MXW_REASON(number, name, kind, unenforced, string, text) \
	MXW_KIND_OF_##name = MXW_KIND_OF_##kind,
#include "reasons.def"
#undef MXW_REASON
};
#define MXW_REASON(number, name, kind, unenforced, string, text)                     \
	_Static_assert((int)MXW_KIND_OF_##unenforced ==                              \
			       ((int)MXW_KIND_OF_##kind == (int)MXW_KIND_OF_DROP     \
					? (int)MXW_KIND_OF_WOULD                     \
					: (int)MXW_KIND_OF_##kind),                  \
		       "reasons.def: what " string " is where nothing is enforced"); \
	_Static_assert((int)MXW_KIND_OF_##kind == (int)MXW_KIND_OF_DROP ||           \
			       (int)MXW_##name == (int)MXW_##unenforced,             \
		       "reasons.def: " string " is itself where nothing is enforced");
#include "reasons.def"
#undef MXW_REASON

#endif
