# SPDX-License-Identifier: GPL-2.0-or-later
# The program under this kernel's verifier, and the tests/bpf suite on it (P1-P14).
# shellcheck source-path=SCRIPTDIR source=lib.sh
. /tests/lib.sh

verifier_accepts() {
	local said
	said=$(verifier "/tests/$1.bpf.o") || { echo "$said"; return 1; }
	note "verifier: $(grep -E "^(processed|verification)" <<< "$said" | paste -sd " ")"
}

# Runs one test program and keeps what it says: verifying takes most of the
# time, so there is one running on each CPU.
run_program() {
	local name=${1##*/} status=0
	SECONDS=0
	"$1" > "/tmp/$name.out" 2>&1 || status=$?
	echo "$status $SECONDS" > "/tmp/$name.status"
}
# Loading takes ten seconds here, so what a kernel cannot change stays out: arithmetic
# and random rounds, which the host's own kernel has had.
programs() {
	find /tests/bpf -name 'test_*' |
		grep -vE '_(random|reload|lists|layouts|table|hint|prefix|sources|differential|syn|truncated)$' | sort
}
run_all() {
	local program
	for program in $(programs); do
		while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do wait -n; done
		run_program "$program" &
	done
	wait
}

# One result per test program; check notes the names of cases that failed.
suite() {
	local status seconds
	read -r status seconds < "/tmp/$1.status"
	note "$1: $(grep -Eo '[0-9]+ test\(s\) run' "/tmp/$1.out" | tail -n 1), $seconds s"
	[ "$status" = 0 ] && return
	echo "status $status"
	cat "/tmp/$1.out" > /dev/ttyS0
	grep -E 'FAILED|rror|Sanitizer' "/tmp/$1.out"
	return 1
}

# A million random packets are for the build machine; here some of them.
export MXW_DIFF_PACKETS=20000
check "the verifier accepts the program" verifier_accepts mxwall
check "the verifier accepts the program on the cgroup root" verifier_accepts presence
if [ -e /tests/bpf ]; then
	run_all
	for program in $(programs); do
		check "P1-P14: ${program##*/} on this kernel" suite "${program##*/}"
	done
else
	skip "P1-P14: the tests/bpf suite on this kernel" "build/bpf is not built"
fi
