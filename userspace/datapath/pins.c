// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where the maps are pinned, and how they are opened. Called by every part of
 * the datapath and by whoever needs the maps.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "datapath/pins.h"

static const char *const names[MXW_MAP_COUNT] = {
	"mxw_never",	   "mxw_never_net",	"mxw_allow",	  "mxw_allow_net",
	"mxw_block",	   "mxw_block_net",	"mxw_auto",	  "mxw_auto_net",
	"mxw_dest",	   "mxw_hint",		"mxw_feeds",	  "mxw_feed_units",
	"mxw_feed_parts",  "mxw_feed_counters", "mxw_limits",	  "mxw_limit_lines",
	"mxw_limit_stats", "mxw_flood",		"mxw_flood_cpu",  "mxw_proof_lines",
	"mxw_recent",	   "mxw_config",	"mxw_heartbeat",  "mxw_counters",
	"mxw_budget",	   "mxw_events",	"mxw_news_rules", "mxw_news_lines",
	"mxw_news_stats",  "mxw_news",		"mxw_known",	  "mxw_never_host",
	"mxw_hint_auto",   "mxw_noted",		"mxw_open",	  "mxw_presence",
	"mxw_open_last",
};

const char *mxw_map_name(enum mxw_map map)
{
	return names[map];
}

int mxw_maps_class(const struct mxw_maps *maps, enum mxw_class class, bool net)
{
	return maps->fd[MXW_MAP_CLASS + 2 * (int)class + net];
}

const char *mxw_pin_path(const char *name, char out[MXW_PIN_PATH])
{
	(void)snprintf(out, MXW_PIN_PATH, MXW_PIN_DIR "/%s", name); /* names are short */
	return out;
}

bool mxw_maps_pinned(void)
{
	char path[MXW_PIN_PATH];

	return access(mxw_pin_path(names[MXW_MAP_CONFIG], path), F_OK) == 0;
}

/* The config of a future version may be larger; its first word stays the version. */
int mxw_maps_check_version(int config_fd, struct mxw_err *err)
{
	struct bpf_map_info info = { 0 };
	__u32 info_len = sizeof(info), key = 0;
	char value[4096] = { 0 };
	__u32 version;

	if (bpf_obj_get_info_by_fd(config_fd, &info, &info_len) ||
	    info.value_size > sizeof(value) || bpf_map_lookup_elem(config_fd, &key, value))
		return mxw_fail(
			err, MXW_E_FAIL,
			"cannot read the pinned map %s/%s: remove the filter with the xdpctl "
			"that attached it",
			MXW_PIN_DIR, names[MXW_MAP_CONFIG]);
	memcpy(&version, value, sizeof(version));
	if (version > MXW_ABI_VERSION)
		return mxw_fail(
			err, MXW_E_DETACHED,
			"the attached filter uses map schema %u, newer than this xdpctl's %d: "
			"use the newer xdpctl, or detach with it first; nothing was changed",
			version, MXW_ABI_VERSION);
	if (version < MXW_ABI_VERSION || info.value_size != sizeof(struct mxw_config))
		return mxw_fail(err, MXW_E_DETACHED,
				"the pinned maps have schema %u, this xdpctl needs %d: run `xdpctl "
				"detach --all`, then attach again; stored entries are kept",
				version, MXW_ABI_VERSION);
	return MXW_OK;
}

static int not_attached(struct mxw_err *err)
{
	return mxw_fail(err, MXW_E_DETACHED,
			"mxwall is not attached: run `xdpctl attach IFACE` first");
}

/* How a map is opened. */
enum access { ACCESS_NONE, ACCESS_READ, ACCESS_WRITE };

/* What the controller may do. Class maps come first: never, allow, block, auto. */
static enum access controller_access(int map)
{
	switch (map) {
	case MXW_MAP_CLASS + 2 * MXW_CLASS_AUTO:
	case MXW_MAP_CLASS + 2 * MXW_CLASS_AUTO + 1:
	case MXW_MAP_HINT_AUTO:
	case MXW_MAP_HEARTBEAT:
	case MXW_MAP_NEWS_RULES:
	case MXW_MAP_NEWS:
	case MXW_MAP_KNOWN:
		return ACCESS_WRITE;
	case MXW_MAP_CONFIG:
	case MXW_MAP_COUNTERS:
	case MXW_MAP_BUDGET:
	case MXW_MAP_NEWS_STATS:
	case MXW_MAP_PRESENCE:
		return ACCESS_READ;
	default:
		return map < MXW_MAP_CLASS + 2 * MXW_CLASS_COUNT ? ACCESS_READ : ACCESS_NONE;
	}
}

static enum access full_access(int map)
{
	(void)map;
	return ACCESS_WRITE;
}

static int open_pin(const char *path, enum access access)
{
	LIBBPF_OPTS(bpf_obj_get_opts, opts, .file_flags = access == ACCESS_READ ? BPF_F_RDONLY : 0);

	return bpf_obj_get_opts(path, &opts);
}

/* Why a pin cannot be opened, by errno. Only one that is not there is a reason to attach again. */
static int pin_failed(const char *path, struct mxw_err *err)
{
	if (errno == ENOENT)
		return mxw_fail(
			err, MXW_E_DEGRADED,
			"the pin %s is gone: run `xdpctl detach --all`, then attach again; stored "
			"entries are kept",
			path);
	if (errno == EMFILE || errno == ENFILE)
		return mxw_fail(
			err, MXW_E_FAIL,
			"cannot open the pin %s: %s; this process may have too few of them, "
			"see `ulimit -n`, or the system, see fs.file-max",
			path, strerror(errno));
	return mxw_fail(err, MXW_E_FAIL, "cannot open the pin %s: %s", path, strerror(errno));
}

static int open_rest(struct mxw_maps *maps, enum access (*access_to)(int map), struct mxw_err *err)
{
	char path[MXW_PIN_PATH];
	int error = MXW_OK;

	for (int i = 0; i < MXW_MAP_COUNT && !error; i++) {
		if (maps->fd[i] >= 0 || access_to(i) == ACCESS_NONE)
			continue;
		maps->fd[i] = open_pin(mxw_pin_path(names[i], path), access_to(i));
		if (maps->fd[i] < 0)
			error = pin_failed(path, err);
	}
	return error;
}

static int open_maps(struct mxw_maps *maps, enum access (*access_to)(int map), struct mxw_err *err)
{
	char path[MXW_PIN_PATH];
	int error;

	for (int i = 0; i < MXW_MAP_COUNT; i++)
		maps->fd[i] = -1;
	if (geteuid() != 0 && access(MXW_PIN_DIR, X_OK) && errno == EACCES)
		return mxw_fail(err, MXW_E_FAIL, "cannot read %s: run as root", MXW_PIN_DIR);
	if (!mxw_maps_pinned())
		return not_attached(err);
	maps->fd[MXW_MAP_CONFIG] =
		open_pin(mxw_pin_path(names[MXW_MAP_CONFIG], path), access_to(MXW_MAP_CONFIG));
	if (maps->fd[MXW_MAP_CONFIG] < 0)
		return pin_failed(path, err);
	error = mxw_maps_check_version(maps->fd[MXW_MAP_CONFIG], err);
	return error ? error : open_rest(maps, access_to, err);
}

int mxw_maps_open(struct mxw_maps *maps, struct mxw_err *err)
{
	return open_maps(maps, full_access, err);
}

int mxw_maps_open_controller(struct mxw_maps *maps, struct mxw_err *err)
{
	return open_maps(maps, controller_access, err);
}

int mxw_pins_watch(struct mxw_err *err)
{
	int fd = open(MXW_PIN_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return mxw_fail(err, MXW_E_FAIL, "cannot open %s: %s", MXW_PIN_DIR,
				strerror(errno));
	return fd;
}

bool mxw_pins_gone(int watch)
{
	struct stat info;

	return fstat(watch, &info) == 0 && info.st_nlink == 0;
}

void mxw_maps_close(struct mxw_maps *maps)
{
	for (int i = 0; i < MXW_MAP_COUNT; i++) {
		if (maps->fd[i] >= 0)
			(void)close(maps->fd[i]);
		maps->fd[i] = -1;
	}
}

/* In a mount namespace of its own, as `ip netns exec` makes, a bpffs mounted now would
 * vanish with this process, and the filter with it. */
static bool mount_is_private(void)
{
	char own[64], first[64];
	ssize_t a = readlink("/proc/self/ns/mnt", own, sizeof(own));
	ssize_t b = readlink("/proc/1/ns/mnt", first, sizeof(first));

	return a > 0 && b > 0 && (a != b || memcmp(own, first, (size_t)a) != 0);
}

int mxw_pins_prepare(const struct mxw_report *report, struct mxw_err *err)
{
	struct statfs fs;

	if (statfs(MXW_BPFFS, &fs) || (unsigned long)fs.f_type != BPF_FS_MAGIC) {
		if (mount_is_private())
			return mxw_fail(
				err, MXW_E_FAIL,
				"no bpffs at %s in this mount namespace, and one mounted now would "
				"end with this command: use `nsenter --net=/run/netns/NAME` "
				"instead "
				"of `ip netns exec`, or mount one before",
				MXW_BPFFS);
		if (mount("bpf", MXW_BPFFS, "bpf", 0, "mode=0700"))
			return mxw_fail(
				err, MXW_E_FAIL,
				"no bpffs at %s and mounting it failed: %s; run `mount -t bpf "
				"bpf %s` as root",
				MXW_BPFFS, strerror(errno), MXW_BPFFS);
		mxw_note(report, "mounted bpffs at %s, where the filter lives", MXW_BPFFS);
	}
	if (mkdir(MXW_PIN_DIR, 0700) && errno != EEXIST)
		return mxw_fail(err, MXW_E_FAIL, "cannot create %s: %s", MXW_PIN_DIR,
				strerror(errno));
	return MXW_OK;
}

void mxw_pins_remove_matching(const char *base)
{
	DIR *dir = opendir(MXW_PIN_DIR);
	size_t length = strlen(base);
	char path[MXW_PIN_PATH];
	struct dirent *item;

	if (!dir)
		return;
	while ((item = readdir(dir)))
		if (item->d_name[0] != '.' && strncmp(item->d_name, base, length) == 0)
			(void)unlink(mxw_pin_path(item->d_name, path)); /* gone is gone */
	(void)closedir(dir);
}

int mxw_pins_remove(struct mxw_err *err)
{
	mxw_pins_remove_matching("");
	if (rmdir(MXW_PIN_DIR) && errno != ENOENT)
		return mxw_fail(err, MXW_E_FAIL, "cannot remove %s: %s", MXW_PIN_DIR,
				strerror(errno));
	return MXW_OK;
}
