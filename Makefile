# SPDX-License-Identifier: GPL-2.0-or-later
# One Makefile for everything. Outputs go to build/; V=1 shows the commands.
# `make` builds; `sudo make run`, `check` and `bench` also install what they need.

B       := build
CC      ?= gcc
CLANG   ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
ARCHDIR := $(shell $(CC) -print-multiarch 2>/dev/null)
VERSION := $(shell cat VERSION)
PREFIX  ?= /usr/local

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-8s %s\n' $(1) $(2)
endif

WARN    := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Werror
CPPFLAGS := -I. -Iuserspace -isystem $(B) -D_GNU_SOURCE -DMXW_VERSION='"$(VERSION)"'
CFLAGS  ?= -O2 -g
CFLAGS  += -std=gnu17 $(WARN) -fno-strict-aliasing
# Behind -O2: the tests run as fast and take a third less time to build.
SAN     := -O1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# A warning of gcc's that guesses without -O2, which the plain build has.
NO_GUESS := -Wno-format-truncation
LIBS    := -lxdp -lbpf -lelf -lz -lsqlite3 -ljansson -linih -lcares -luv -lmicrohttpd
BPFFLAGS := -target bpf -mcpu=v3 -O2 -g -Wall -Wextra -Werror -I. -I/usr/include/$(ARCHDIR)

LIB_SRC   := $(wildcard userspace/*.c userspace/*/*.c userspace/*/*/*.c)
LIB_SRC   := $(filter-out userspace/daemon/%,$(LIB_SRC))
DAEMON_SRC := $(wildcard userspace/daemon/*.c)
CTL_SRC   := $(wildcard tools/xdpctl/*.c tools/xdpctl/cli/*.c)
UNIT_SRC  := $(wildcard tests/unit/test_*.c)
UNIT_HELP := $(filter-out $(UNIT_SRC),$(wildcard tests/unit/*.c))
BPFT_SRC  := $(wildcard tests/bpf/test_*.c)
BPFT_HELP := $(filter-out $(BPFT_SRC) %.bpf.c,$(wildcard tests/bpf/*.c))
BENCH_SRC := $(wildcard bench/*.c)
BENCH_HELP := $(wildcard bench/lib/*.c bench/live/*.c)
BENCH_BPF := $(wildcard bench/*.bpf.c bench/peers/*.bpf.c)
BENCH_SRC := $(filter-out $(BENCH_BPF),$(BENCH_SRC))

obj = $(patsubst %.c,$(B)/$(1)/%.o,$(2))
LIB   := $(B)/libmxwall.a
LIBSAN := $(B)/libmxwall-san.a
SKEL  := $(B)/mxwall.skel.h $(B)/presence.skel.h
CTL   := $(B)/xdpctl
DAEMON := $(B)/mxwalld
MAN   := $(patsubst docs/%.scd,$(B)/man/%,$(wildcard docs/*.scd))
UNITS := $(patsubst tests/unit/%.c,$(B)/unit/%,$(UNIT_SRC))
BPFTS := $(patsubst tests/bpf/%.c,$(B)/bpf/%,$(BPFT_SRC))
BENCHES := $(patsubst bench/%.c,$(B)/bench/%,$(BENCH_SRC))
# Programs that the netns tests call, and what drives the engines in some of them.
NETNS_HELP := tests/netns/driver.c tests/netns/judge_frames.c
NETNS_SRC := $(filter-out $(NETNS_HELP),$(wildcard tests/netns/*.c))
NETNS   := $(patsubst tests/netns/%.c,$(B)/netns/%,$(NETNS_SRC))
FOREIGN := $(B)/foreign/tell $(B)/foreign/spf
# Targets of libFuzzer, and of the library what they read with: all of it instrumented.
FUZZ    := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_LIB := $(wildcard userspace/base/*.c userspace/config/*.c userspace/lists/*.c userspace/lists/*/*.c userspace/policy/*.c userspace/spf/*.c) \
	$(wildcard userspace/sources/dns_*.c) userspace/control/wire.c
PRELOADS := $(patsubst tests/preload/%.c,$(B)/preload/%.so,$(wildcard tests/preload/*.c))
CONFIGS := $(wildcard kernel-configs/*.config)

.DELETE_ON_ERROR:
.SUFFIXES:
.PHONY: all groups tests run check check-quick soak fuzz fuzz-build check-unit check-bpf check-foreign check-fuzz check-netns check-host check-vm lint bench bench-quick bench-build install clean

all: $(CTL) $(DAEMON) $(MAN) $(B)/completion/xdpctl.bash $(B)/completion/_xdpctl

# --- the BPF programs and their skeletons
$(SKEL:.skel.h=.bpf.o): $(B)/%.bpf.o: bpf/%.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPFFLAGS) -MMD -MP -c $< -o $@

$(SKEL): $(B)/%.skel.h: $(B)/%.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $* > $@

# ... and one for tests.
$(B)/complete.bpf.o: tests/bpf/complete.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPFFLAGS) -MMD -MP -c $< -o $@

$(B)/complete.skel.h: $(B)/complete.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name complete > $@

$(call obj,san,$(BPFT_SRC) $(BPFT_HELP)): | $(B)/complete.skel.h

# The kernel-configs fragments travel inside the program that reads them.
$(B)/kernel_configs.inc: $(CONFIGS)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)for f in $(CONFIGS); do printf '{ "%s",\n' "$$(basename $$f .config)"; \
		sed 's/["\\]/\\&/g; s/.*/"&\\n"/' $$f; printf '},\n'; done > $@

# --- C objects: plain, and with sanitizers for the tests
$(B)/o/%.o: %.c | $(SKEL) $(B)/kernel_configs.inc
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MD -MP -c $< -o $@

$(B)/san/%.o: %.c | $(SKEL) $(B)/kernel_configs.inc
	$(call say,CC-SAN,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(SAN) $(NO_GUESS) -MD -MP -c $< -o $@

$(LIB): $(call obj,o,$(LIB_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(LIBSAN): $(call obj,san,$(LIB_SRC))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(CTL): $(call obj,o,$(CTL_SRC)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(DAEMON): $(call obj,o,$(DAEMON_SRC)) $(LIB)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(B)/mxwalld-san: $(call obj,san,$(DAEMON_SRC)) $(LIBSAN)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(LIBS)

$(B)/xdpctl-san: $(call obj,san,$(CTL_SRC)) $(LIBSAN)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(LIBS)

# The tests of xdpctl's own files, test_cli*, get those too.
$(filter $(B)/unit/test_cli%,$(UNITS)): $(filter-out %/main.o,$(call obj,san,$(CTL_SRC)))
# What the controller's rights are.
$(filter $(B)/unit/test_rights,$(UNITS)): $(call obj,san,userspace/daemon/rights.c)
# test_bench*, the pure parts of the benchmarks.
$(filter $(B)/unit/test_bench%,$(UNITS)): $(call obj,san,bench/live/traffic.c \
	$(addprefix bench/lib/,corpus.c frame.c shape.c))
$(UNITS): $(B)/unit/%: $(B)/san/tests/unit/%.o $(call obj,san,$(UNIT_HELP)) $(LIBSAN)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $(filter %.o,$^) $(LIBSAN) -lcmocka $(LIBS)

$(BPFTS): $(B)/bpf/%: $(B)/san/tests/bpf/%.o $(call obj,san,$(BPFT_HELP)) $(LIBSAN)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $^ -lcmocka $(LIBS)

$(B)/netns/dnsblq $(B)/netns/namesq: $(call obj,san,tests/netns/driver.c)
$(B)/netns/judge: $(call obj,san,tests/netns/judge_frames.c)
$(NETNS): $(B)/netns/%: $(B)/san/tests/netns/%.o $(LIBSAN)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $(filter %.o,$^) $(LIBSAN) $(LIBS)

# Zones as text, which the unit tests of SPF have.
$(B)/foreign/spf: $(call obj,san,tests/unit/spfzone.c)
$(FOREIGN): $(B)/foreign/%: $(B)/san/tests/foreign/%.o $(LIBSAN)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(LIBS)

$(B)/fuzz/o/%.o: %.c
	$(call say,CC-FUZZ,$<)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(CPPFLAGS) $(CFLAGS) $(SAN) -fsanitize=fuzzer-no-link -MD -MP -c $< -o $@

$(B)/libmxwall-fuzz.a: $(call obj,fuzz/o,$(FUZZ_LIB))
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(B)/fuzz/fuzz_spf: $(call obj,fuzz/o,tests/unit/spfzone.c)
$(FUZZ): $(B)/fuzz/%: $(B)/fuzz/o/tests/fuzz/%.o $(B)/libmxwall-fuzz.a
	$(call say,LINK,$@)
	$(Q)$(CLANG) $(CFLAGS) $(SAN) -fsanitize=fuzzer -o $@ $(filter %.o,$^) $(filter %.a,$^) -linih -ljansson

# What tests preload into programs.
$(B)/preload/%.so: tests/preload/%.c
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $<

$(BENCHES): $(B)/bench/%: $(B)/o/bench/%.o $(call obj,o,$(BENCH_HELP)) $(LIB)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(B)/bench/%.bpf.o: bench/%.bpf.c
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPFFLAGS) -MMD -MP -c $< -o $@

# --- documents and completion, from the program's own tables
$(B)/man/%: docs/%.scd
	$(call say,MAN,$@)
	@mkdir -p $(@D)
	$(Q)scdoc < $< | sed '/^\.nh$$/a .nr HY 0' > $@

$(B)/completion/xdpctl.bash: $(CTL)
	@mkdir -p $(@D)
	$(Q)$(CTL) completion bash > $@

$(B)/completion/_xdpctl: $(CTL)
	@mkdir -p $(@D)
	$(Q)$(CTL) completion zsh > $@

-include bench/synflood/synflood.mk

# What tests/host runs on the release that this machine does not have.
groups: all $(UNITS) $(BPFTS)

tests: all $(UNITS) $(BPFTS) $(NETNS) $(FOREIGN) $(B)/xdpctl-san $(B)/mxwalld-san $(PRELOADS) $(B)/bench/livegen $(B)/bench/livegen.bpf.o

# --- what people call
# Installs packages, builds, then the demo; with IFACE=eth0, the filter in monitor mode.
run:
	@IFACE="$(IFACE)" tools/run.sh

# Installs packages, builds, then every test; ends with "N passed, N failed, N skipped".
check:
	@tests/run.sh

check-unit check-bpf check-foreign check-fuzz check-netns check-host check-vm lint:
	@tests/run.sh $(subst check-,,$@)

# For every day, on a built tree.
check-quick:
	@tests/run.sh --quick

# Long tests of the controller, not part of check: DURATION=15m. See tests/soak/run.sh.
soak:
	@tests/soak/run.sh

# The targets of check-fuzz for longer: SECONDS_EACH=600. See tests/fuzz/run.sh.
fuzz:
	@tools/packages.sh test
	@SECONDS_EACH=$${SECONDS_EACH:-600} tests/fuzz/run.sh

fuzz-build: $(FUZZ)

bench-build: $(BENCHES) $(patsubst bench/%.bpf.c,$(B)/bench/%.bpf.o,$(BENCH_BPF)) $(CTL)

# Install packages, build, then measure; results in build/bench/results/.
bench:
	@bench/run.sh

bench-quick:
	@bench/run.sh --quick

install: all
	install -D -m 755 $(CTL) $(DESTDIR)$(PREFIX)/sbin/xdpctl
	install -D -m 755 $(DAEMON) $(DESTDIR)$(PREFIX)/sbin/mxwalld
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|@SBINDIR@|$(PREFIX)/sbin|' examples/mxwalld.service > $(DESTDIR)$(PREFIX)/lib/systemd/system/mxwalld.service
	install -d $(DESTDIR)$(PREFIX)/share/man/man5 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 $(filter %.8,$(MAN)) $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 644 $(filter %.5,$(MAN)) $(DESTDIR)$(PREFIX)/share/man/man5
	install -D -m 644 $(B)/completion/xdpctl.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/xdpctl
	install -D -m 644 $(B)/completion/_xdpctl $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_xdpctl

clean:
	rm -rf $(B)

-include $(shell find $(B) -path $(B)/roots -prune -o -name '*.d' -type f -print 2>/dev/null)
