/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The store's database behind the store's back: what an earlier boot, another
 * version or a bad disk would have left there.
 */
#ifndef MXW_TESTS_DATABASE_H
#define MXW_TESTS_DATABASE_H

#include <stdint.h>

/* Runs SQL on dir/state.db. Failures end the running cmocka test. */
void database_run(const char *dir, const char *sql);

/* The first number that SQL gives. */
int64_t database_number(const char *dir, const char *sql);

/* The same for any other database, which has to be there. */
void database_file_run(const char *path, const char *sql);
int64_t database_file_number(const char *path, const char *sql);

#endif
