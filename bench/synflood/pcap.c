// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a pcap file with times in ns. Called by the workers, and at both ends
 * of a run.
 */
#include "base/clock.h"
#include "bench/synflood/pcap.h"

#define MAGIC_NS 0xa1b23c4dU
#define ETHERNET 1U
#define SNAP 65535U

struct file_head {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t zone, accuracy, snap, link;
};

struct frame_head {
	uint32_t seconds, ns, stored, length;
};

int sf_pcap_open(struct sf_pcap *pcap, const char *path, uint64_t frames, struct mxw_err *err)
{
	struct file_head head = {
		.magic = MAGIC_NS, .major = 2, .minor = 4, .snap = SNAP, .link = ETHERNET
	};

	pcap->file = NULL;
	pcap->left = 0;
	(void)pthread_mutex_init(&pcap->lock, NULL); /* cannot fail on Linux */
	if (!path)
		return MXW_OK;
	pcap->file = fopen(path, "we");
	if (!pcap->file)
		return mxw_fail(err, MXW_E_USAGE, "cannot write --pcap %s: %m", path);
	(void)fwrite(&head, sizeof(head), 1, pcap->file); /* errors show at the end */
	pcap->left = frames;
	return MXW_OK;
}

void sf_pcap_write(struct sf_pcap *pcap, const void *frame, uint32_t length)
{
	uint64_t now = mxw_clock_wall();
	struct frame_head head = { .seconds = (uint32_t)(now / MXW_SECOND),
				   .ns = (uint32_t)(now % MXW_SECOND),
				   .stored = length,
				   .length = length };

	(void)pthread_mutex_lock(&pcap->lock);
	if (sf_pcap_wants(pcap)) {
		pcap->left--;
		(void)fwrite(&head, sizeof(head), 1, pcap->file);
		(void)fwrite(frame, length, 1, pcap->file);
	}
	(void)pthread_mutex_unlock(&pcap->lock);
}

int sf_pcap_close(struct sf_pcap *pcap, const char *path, struct mxw_err *err)
{
	bool failed;

	if (!pcap->file)
		return MXW_OK;
	failed = ferror(pcap->file);
	failed |= fclose(pcap->file) != 0;
	pcap->file = NULL;
	if (failed)
		return mxw_fail(err, MXW_E_FAIL, "cannot write all of --pcap %s; is the disk full?",
				path);
	return MXW_OK;
}
