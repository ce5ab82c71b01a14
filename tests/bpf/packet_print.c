// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Shows a packet to the person who has to find out why a test failed.
 */
#include "tests/bpf/packet.h"

static void print_ipv4(FILE *out, const struct ipv4_layer *ip)
{
	fprintf(out, "IPV4 %s > %s options %u offset %u more %u df %u", ip->src, ip->dst,
		ip->options, ip->offset, ip->more, ip->df);
	fprintf(out, " ihl %d version %d protocol %d total %d", ip->ihl, ip->version, ip->protocol,
		ip->total);
}

static void print_tcp(FILE *out, const struct tcp_layer *tcp)
{
	fprintf(out, "TCP %u > %u flags 0x%02x options %u only %u doff %d", tcp->sport, tcp->dport,
		tcp->flags, tcp->options, tcp->only, tcp->doff);
}

static void print_network(FILE *out, const struct layer *layer)
{
	if (layer->type == LAYER_IPV4)
		print_ipv4(out, &layer->ipv4);
	else if (layer->type == LAYER_IPV6)
		fprintf(out, "IPV6 %s > %s next %d version %d payload %d", layer->ipv6.src,
			layer->ipv6.dst, layer->ipv6.next, layer->ipv6.version,
			layer->ipv6.payload);
	else if (layer->type == LAYER_EXT)
		fprintf(out, "EXT %d bytes %u next %d length %d", layer->ext.header,
			layer->ext.bytes, layer->ext.next, layer->ext.length);
	else
		fprintf(out, "FRAG6 offset %u more %u next %d", layer->frag6.offset,
			layer->frag6.more, layer->frag6.next);
}

/* A layer as a person would describe it, for a failure that has to be understood from the log. */
static void print_layer(FILE *out, const struct layer *layer)
{
	static const char *const names[LAYER_TYPES] = {
		[LAYER_UDP] = "UDP", [LAYER_ICMP] = "ICMP", [LAYER_ARP] = "ARP"
	};

	if (layer->type == LAYER_ETH)
		fprintf(out, "ETH type 0x%x", (unsigned int)layer->eth.type);
	else if (layer->type == LAYER_VLAN)
		fprintf(out, "VLAN %u tpid 0x%x type 0x%x", layer->vlan.vid, layer->vlan.tpid,
			(unsigned int)layer->vlan.type);
	else if (layer->type == LAYER_TCP)
		print_tcp(out, &layer->tcp);
	else if (layer->type == LAYER_RAW)
		fprintf(out, "RAW %u of 0x%02x", layer->raw.bytes, layer->raw.fill);
	else if (layer->type == LAYER_PAD)
		fprintf(out, "PAD to %u", layer->pad.to);
	else if (names[layer->type])
		fputs(names[layer->type], out);
	else
		print_network(out, layer);
}

void packet_print(FILE *out, const struct layer *layers, const struct packet *packet)
{
	for (; layers && layers->type != LAYER_END; layers++) {
		fputs("    ", out);
		print_layer(out, layers);
		fputc('\n', out);
	}
	fprintf(out, "    %zu bytes:", packet->length);
	for (size_t i = 0; i < packet->length && i < 256; i++)
		fprintf(out, "%s%02x", i % 16 ? " " : "\n\t", packet->bytes[i]);
	fputc('\n', out);
}
