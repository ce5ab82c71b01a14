# SPDX-License-Identifier: GPL-2.0-or-later
# build/bench/synflood, where the DPDK libraries are installed (package
# libdpdk-dev). Included by the Makefile. The files beside this one know no DPDK
# and have unit tests; those in dpdk/ are the only ones that do.

SYNFLOOD := $(B)/bench/synflood
SYNFLOOD_PURE := $(wildcard bench/synflood/*.c)
SYNFLOOD_DPDK := $(wildcard bench/synflood/dpdk/*.c)

# DPDK's headers as system headers, whose warnings are not ours.
DPDK_CFLAGS := $(patsubst -I%,-isystem %,$(shell pkg-config --cflags libdpdk 2>/dev/null))
DPDK_LIBS := $(shell pkg-config --libs libdpdk 2>/dev/null)

$(call obj,o,$(SYNFLOOD_DPDK)): CPPFLAGS += $(DPDK_CFLAGS)

$(SYNFLOOD): $(call obj,o,$(SYNFLOOD_PURE) $(SYNFLOOD_DPDK)) $(LIB)
	$(call say,LINK,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(DPDK_LIBS) -ljansson -lm

ifneq ($(DPDK_LIBS),)
bench-build tests: $(SYNFLOOD)
endif

SYNFLOOD_UNITS := $(filter $(B)/unit/test_synflood%,$(UNITS))
$(SYNFLOOD_UNITS): LIBS += -lm
$(SYNFLOOD_UNITS): $(call obj,san,$(SYNFLOOD_PURE))
