// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Feeds in the store and in files (userspace/state/feeds.h, listfile.h), and what they say
 * together (userspace/apply/feed_book.h): upgrades, damage, crashes, journals.
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "apply/feed_book.h"
#include "base/clock.h"
#include "feeds/read.h"
#include "tests/unit/book.h"
#include "tests/unit/database.h"
#include "tests/unit/sandbox.h"

#define FILE_OF(name) MXW_FEEDS_DIR "/" name

static void add(struct mxw_ranges *ranges, uint32_t first, uint32_t last)
{
	assert_int_equal(mxw_ranges_add4(ranges, (struct mxw_range4){ first, last }, NULL), MXW_OK);
}

/* 100-199 and an IPv6 range blocked, 250-259 allowed. */
static struct mxw_list sample(void)
{
	struct mxw_list list = { 0 };

	add(&list.block, 100, 199);
	add(&list.allow, 250, 259);
	assert_int_equal(mxw_ranges_add6(&list.block, (struct mxw_range6){ 1ULL << 60, 1ULL << 61 },
					 NULL),
			 MXW_OK);
	return list;
}

static void write_sample(const char *name)
{
	struct mxw_list list = sample();
	struct mxw_err err;

	if (mxw_listfile_write(name, MXW_LISTFILE_GOOD, &list, &err) != MXW_OK)
		fail_msg("%s", err.text);
	mxw_list_free(&list);
}

static struct mxw_feed feed_called(const char *name, uint8_t slot, uint8_t action)
{
	struct mxw_feed feed = { .slot = slot, .action = action, .fetched = mxw_clock_wall() };

	(void)snprintf(feed.name, sizeof(feed.name), "%s", name);
	(void)snprintf(feed.where, sizeof(feed.where), "/lists/%s", name);
	return feed;
}

static struct mxw_store *fresh_store(void)
{
	(void)unlink(MXW_STATE_DIR "/state.db");
	(void)unlink(MXW_STATE_DIR "/state.db-wal");
	(void)unlink(MXW_STATE_DIR "/state.db-shm");
	return book_open(MXW_STATE_DIR);
}

static void a_list_is_read_as_it_was_written(void **state)
{
	struct mxw_listfile file;
	uint64_t id;

	(void)state;
	sandbox_require();
	write_sample("one");
	assert_int_equal(mxw_listfile_open("one", MXW_LISTFILE_GOOD, true, &file, NULL), MXW_OK);
	id = file.id;
	assert_int_equal(mxw_ranges_addresses4(&file.list.block), 100);
	assert_int_equal(mxw_ranges_addresses4(&file.list.allow), 10);
	assert_true(mxw_ranges_contain(&file.list.block, (1ULL << 60) + 5));
	assert_int_equal(file.list.allow.v6_count, 0);
	mxw_listfile_close(&file);
	write_sample("one");
	assert_int_equal(mxw_listfile_open("one", MXW_LISTFILE_GOOD, true, &file, NULL), MXW_OK);
	assert_true(file.id != id); /* the same list again is another file */
	mxw_listfile_close(&file);
	assert_int_equal(access(FILE_OF("one.new"), F_OK), -1);
	assert_int_equal(mxw_listfile_remove("one", NULL), MXW_OK);
	assert_int_equal(mxw_listfile_open("one", MXW_LISTFILE_GOOD, true, &file, NULL), MXW_OK);
	assert_null(file.mapping);
}

/* Every byte that is wrong is found, and every length that is too short. */
static void C14_a_damaged_list_is_found_out(void **state)
{
	struct mxw_listfile file;
	struct mxw_err err;
	struct stat st;
	char byte;
	int fd;

	(void)state;
	sandbox_require();
	write_sample("one");
	fd = open(FILE_OF("one.list"), O_RDWR | O_CLOEXEC);
	assert_int_equal(fstat(fd, &st), 0);
	for (off_t i = 0; i < st.st_size; i++) {
		assert_int_equal(pread(fd, &byte, 1, i), 1);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
		if (mxw_listfile_open("one", MXW_LISTFILE_GOOD, true, &file, &err) == MXW_OK)
			fail_msg("byte %lld is wrong, and that was not found", (long long)i);
		byte ^= 0x10;
		assert_int_equal(pwrite(fd, &byte, 1, i), 1);
	}
	assert_int_equal(mxw_listfile_open("one", MXW_LISTFILE_GOOD, true, &file, &err), MXW_OK);
	mxw_listfile_close(&file);
	for (off_t size = st.st_size - 1; size >= 0; size -= 7) {
		assert_int_equal(ftruncate(fd, size), 0);
		if (mxw_listfile_open("one", MXW_LISTFILE_GOOD, false, &file, &err) == MXW_OK)
			fail_msg("%lld bytes are too few, and that was not found", (long long)size);
		expect_sentence("cut short", &err, "damaged");
	}
	(void)close(fd);
	assert_int_equal(mxw_listfile_remove("one", NULL), MXW_OK);
}

static struct mxw_delta delta(uint64_t first, uint64_t last, bool remove)
{
	return (struct mxw_delta){ .first = first, .last = last, .ipv4 = true, .remove = remove };
}

static void a_journal_belongs_to_one_list_and_its_torn_end_is_left_out(void **state)
{
	const struct mxw_delta two[] = { delta(5, 6, false), delta(7, 7, true) };
	struct mxw_deltas read;
	struct stat st;

	(void)state;
	sandbox_require();
	assert_int_equal(mxw_delta_append("j", 77, two, 2, NULL), MXW_OK);
	assert_int_equal(mxw_delta_append("j", 77, two, 1, NULL), MXW_OK);
	assert_int_equal(mxw_delta_read("j", 77, &read, NULL), MXW_OK);
	assert_int_equal(read.count, 3);
	assert_true(read.items[1].remove && read.items[1].first == 7 && read.items[2].last == 6);
	mxw_deltas_free(&read);
	assert_int_equal(mxw_delta_read("j", 78, &read, NULL), MXW_OK);
	assert_int_equal(read.count, 0);
	assert_int_equal(stat(FILE_OF("j.delta"), &st), 0);
	for (off_t cut = 1; cut < 32; cut += 3) {
		assert_int_equal(truncate(FILE_OF("j.delta"), st.st_size - cut), 0);
		assert_int_equal(mxw_delta_read("j", 77, &read, NULL), MXW_OK);
		assert_int_equal(read.count, 2);
		mxw_deltas_free(&read);
	}
	assert_int_equal(mxw_delta_append("j", 77, two, 1, NULL), MXW_OK); /* over the torn end */
	assert_int_equal(mxw_delta_read("j", 77, &read, NULL), MXW_OK);
	assert_int_equal(read.count, 3);
	mxw_deltas_free(&read);
	assert_int_equal(mxw_delta_append("j", 78, two, 1, NULL), MXW_OK); /* of a new list */
	assert_int_equal(mxw_delta_read("j", 77, &read, NULL), MXW_OK);
	assert_int_equal(read.count, 0);
	assert_int_equal(mxw_listfile_remove("j", NULL), MXW_OK);
}

static void rows_are_kept_and_slots_given_out(void **state)
{
	struct mxw_feed feed = feed_called("drop", 1, MXW_FEED_LIMIT), got;
	struct mxw_store *store;
	struct mxw_err err;
	uint64_t when;
	uint8_t slot;
	bool found;

	(void)state;
	sandbox_require();
	store = fresh_store();
	feed.held = feed.strip = true;
	feed.widest4 = 7;
	feed.max_age_ns = UINT64_MAX / 4;
	feed.changed = UINT64_MAX / 5;
	feed.max_content_ns = UINT64_MAX / 6;
	(void)snprintf(feed.etag, sizeof(feed.etag), "\"x'y\"");
	(void)snprintf(feed.why_held, sizeof(feed.why_held), "it grows");
	assert_int_equal(mxw_store_feed_put(store, &feed, &err), MXW_OK);
	assert_int_equal(mxw_store_feed(store, "drop", &got, &found, &err), MXW_OK);
	assert_true(found);
	assert_memory_equal(&got, &feed, sizeof(feed));
	assert_int_equal(mxw_store_feed_slot(store, &slot, &err), MXW_OK);
	assert_int_equal(slot, 2);
	for (int i = 2; i <= MXW_FEED_SLOTS; i++) {
		char name[8];

		(void)snprintf(name, sizeof(name), "f%d", i);
		feed = feed_called(name, (uint8_t)i, MXW_FEED_SHADOW);
		assert_int_equal(mxw_store_feed_put(store, &feed, &err), MXW_OK);
	}
	assert_int_equal(mxw_store_feed_slot(store, &slot, &err), MXW_E_FAIL);
	expect_sentence("full", &err, "127 feeds");
	assert_int_equal(mxw_store_feed_remove(store, "f100", &err), MXW_OK);
	assert_int_equal(mxw_store_feed_slot(store, &slot, &err), MXW_OK);
	assert_int_equal(slot, 100);
	assert_int_equal(mxw_store_asked(store, "https://a/", &when, &err), MXW_OK);
	assert_int_equal(when, 0);
	assert_int_equal(mxw_store_set_asked(store, "https://a/", 1234, &err), MXW_OK);
	assert_int_equal(mxw_store_asked(store, "https://a/", &when, &err), MXW_OK);
	assert_int_equal(when, 1234);
	mxw_store_close(store);
}

static void a_database_of_the_first_version_is_upgraded(void **state)
{
	static const struct line kept[] = { BLOCK("192.0.2.7"), { .prefix = NULL } };
	struct mxw_feed feed = feed_called("drop", 1, MXW_FEED_ENFORCE);
	struct mxw_store *store;
	char text[BOOK_TEXT];

	(void)state;
	sandbox_require();
	store = fresh_store();
	(void)book_put(store, kept, "root", "");
	mxw_store_close(store);
	database_run(MXW_STATE_DIR, "DROP TABLE feed; PRAGMA user_version = 1");
	store = book_open(MXW_STATE_DIR);
	book_of_store(store, mxw_clock_mono(), 0, text);
	expect_text("after the upgrade", text, "block 192.0.2.7\n");
	assert_int_equal(mxw_store_feed_put(store, &feed, NULL), MXW_OK);
	mxw_store_close(store);
	assert_int_equal(database_number(MXW_STATE_DIR, "PRAGMA user_version"), 4);
}

/* Feeds of an older version get an age of their content: URLs whose copies may not get any age. */
static void content_is_bounded_after_an_upgrade(void **state)
{
	static const struct {
		const char *name;
		uint8_t kind;
		uint64_t max_age_ns, want;
	} rows[] = {
		{ "file", MXW_FEED_FILE, MXW_SECOND, 0 },
		{ "url", MXW_FEED_URL, MXW_SECOND, 30 * 86400 * MXW_SECOND },
		{ "always", MXW_FEED_URL, 0, 0 },
	};
	struct mxw_store *store;
	struct mxw_feed feed;
	bool found;

	(void)state;
	sandbox_require();
	store = fresh_store();
	for (size_t i = 0; i < COUNT(rows); i++) {
		feed = feed_called(rows[i].name, (uint8_t)(i + 1), MXW_FEED_ENFORCE);
		feed.kind = rows[i].kind;
		feed.max_age_ns = rows[i].max_age_ns;
		feed.fetched = 1234;
		assert_int_equal(mxw_store_feed_put(store, &feed, NULL), MXW_OK);
	}
	mxw_store_close(store);
	database_run(MXW_STATE_DIR, "ALTER TABLE feed DROP COLUMN changed; ALTER TABLE feed DROP "
				    "COLUMN max_content; PRAGMA user_version = 3");
	store = book_open(MXW_STATE_DIR);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_int_equal(mxw_store_feed(store, rows[i].name, &feed, &found, NULL), MXW_OK);
		assert_true(found);
		assert_int_equal(feed.changed, 1234);
		assert_int_equal(feed.max_content_ns, rows[i].want);
	}
	mxw_store_close(store);
}

static void names_of_feeds(void **state)
{
	static const char *const bad[] = {
		"",   ".x",    "-x", "a/b",	 "a b",
		"..", "4chan", "a:", "\xc3\xa4", "a2345678901234567890123456789"
	};
	static const char *const good[] = { "a", "Spamhaus-DROP_v4.1",
					    "a234567890123456789012345678" };

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_int_equal(mxw_feed_check_name(bad[i], NULL), MXW_E_USAGE);
	for (size_t i = 0; i < COUNT(good); i++)
		assert_int_equal(mxw_feed_check_name(good[i], NULL), MXW_OK);
}

static void a_page_says_what_list_and_journal_say(void **state)
{
	const struct mxw_delta changes[] = { delta(300, 300, false), delta(150, 160, true),
					     delta(155, 155, false), delta(300, 300, true),
					     delta(255, 255, true),  delta(250, 260, false) };
	const struct mxw_range4 window = { 140, 155 };
	struct mxw_feed feed = feed_called("one", 1, MXW_FEED_ENFORCE);
	struct mxw_feed_page page;

	(void)state;
	sandbox_require();
	write_sample("one");
	assert_int_equal(mxw_feed_page_open(&feed, true, &page, NULL), MXW_OK);
	assert_int_equal(mxw_delta_append("one", page.file.id, changes, COUNT(changes), NULL),
			 MXW_OK);
	mxw_feed_page_close(&page);
	assert_int_equal(mxw_feed_page_open(&feed, true, &page, NULL), MXW_OK);
	assert_int_equal(mxw_feed_page_read(&page, NULL, NULL, NULL), MXW_OK);
	assert_int_equal(mxw_ranges_addresses4(&page.list->block), 100 - 11 + 1 + 2);
	assert_true(mxw_ranges_contain(&page.list->block, 155));
	assert_true(mxw_ranges_contain(&page.list->block, 255)); /* no longer allowed */
	assert_false(mxw_ranges_contain(&page.list->block, 254)); /* still allowed */
	assert_false(mxw_ranges_contain(&page.list->block, 300));
	assert_true(mxw_ranges_contain(&page.list->block, 1ULL << 60));
	assert_int_equal(mxw_feed_page_read(&page, &window, NULL, NULL), MXW_OK);
	assert_int_equal(mxw_ranges_addresses4(&page.list->block), 10 + 1);
	assert_int_equal(page.list->block.v6_count, 0);
	mxw_feed_page_close(&page);
	assert_int_equal(mxw_listfile_remove("one", NULL), MXW_OK);
}

static void layers_go_by_strength_and_name(void **state)
{
	static const struct {
		const char *name;
		uint8_t action;
	} feeds[] = { { "a", MXW_FEED_SHADOW },
		      { "b", MXW_FEED_ENFORCE },
		      { "c", MXW_FEED_LIMIT },
		      { "d", MXW_FEED_ENFORCE } };
	/* Allows of b, d; blocks of b, d; of c; of a. Slots are the other way round. */
	static const uint8_t want[] = { 7, 3, 6, 2, 4, 8 };
	struct mxw_feed_rule rules[MXW_FEED_CLASSES];
	struct mxw_layers layers;
	struct mxw_feed_book book;
	struct mxw_store *store;

	(void)state;
	sandbox_require();
	store = fresh_store();
	for (size_t i = 0; i < COUNT(feeds); i++) {
		struct mxw_feed feed =
			feed_called(feeds[i].name, (uint8_t)(4 - i), feeds[i].action);

		write_sample(feeds[i].name);
		assert_int_equal(mxw_store_feed_put(store, &feed, NULL), MXW_OK);
	}
	assert_int_equal(mxw_feed_book_open(store, true, NULL, &book, NULL), MXW_OK);
	assert_int_equal(mxw_feed_book_read(&book, NULL, NULL, NULL), MXW_OK);
	mxw_feed_book_layers(&book, &layers);
	assert_int_equal(layers.count, COUNT(want));
	for (size_t i = 0; i < COUNT(want); i++)
		assert_int_equal(layers.layer[i].class, want[i]);
	mxw_feed_book_rules(&book, rules);
	assert_int_equal(rules[7].action, MXW_FEED_ALLOW);
	assert_int_equal(rules[8].action, MXW_FEED_SHADOW);
	assert_int_equal(rules[5].action, MXW_FEED_NONE); /* what limits allows nothing */
	assert_int_equal(rules[9].action, MXW_FEED_NONE); /* a shadow neither */
	mxw_feed_book_close(&book);
	for (size_t i = 0; i < COUNT(feeds); i++)
		assert_int_equal(mxw_listfile_remove(feeds[i].name, NULL), MXW_OK);
	assert_int_equal(mxw_feed_book_open(store, true, NULL, &book, NULL), MXW_OK);
	assert_true(book.count == 4 && book.pages[0].broken); /* their lists are gone */
	mxw_feed_book_layers(&book, &layers);
	assert_int_equal(layers.count, 0);
	mxw_feed_book_close(&book);
	mxw_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_read_as_it_was_written),
		cmocka_unit_test(C14_a_damaged_list_is_found_out),
		cmocka_unit_test(a_journal_belongs_to_one_list_and_its_torn_end_is_left_out),
		cmocka_unit_test(rows_are_kept_and_slots_given_out),
		cmocka_unit_test(a_database_of_the_first_version_is_upgraded),
		cmocka_unit_test(content_is_bounded_after_an_upgrade),
		cmocka_unit_test(names_of_feeds),
		cmocka_unit_test(a_page_says_what_list_and_journal_say),
		cmocka_unit_test(layers_go_by_strength_and_name),
	};

	return cmocka_run_group_tests(tests, sandbox_enter, NULL);
}
