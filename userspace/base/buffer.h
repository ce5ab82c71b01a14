/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Growing arrays, for lists whose length the input decides.
 */
#ifndef MXW_BUFFER_H
#define MXW_BUFFER_H

#include <stddef.h>

/*
 * Makes room for one more element of size bytes in *items, which holds count
 * and has room for *capacity. Returns the place of the new element, or NULL when
 * memory is out; *items stays valid then. The caller frees *items.
 */
void *mxw_grow(void **items, size_t count, size_t *capacity, size_t size);

#endif
