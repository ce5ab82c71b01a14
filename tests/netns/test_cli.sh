# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# xdpctl as a program: exit codes, outputs, dry runs, help, completion.

VERBS="attach detach confirm status mode block unblock allow unallow unnever list explain stats watch
	check verify flush version completion"

# json VERB...: its -j output is one object with our schema; it is then in $OUT.
json()
{
	OUT=$(x "$@" -j 2> /run/err) || [ "$1" = check ] || die "'$*' failed: $(cat /run/err)"
	python3 -m json.tool <<< "$OUT" > /dev/null || die "no JSON from '$*': $OUT"
	expect 1 "$(jq .schema <<< "$OUT")" "the schema of '$*'"
}

test_cli_exit_codes()
{
	exits 2 x
	exits 2 x frobnicate
	says '"frobnicate" is not a verb'
	exits 2 x block
	exits 2 x status --frobnicate
	exits 2 x status one
	exits 2 x explain
	exits 2 x attach
	exits 2 x attach eth0 --mode sometimes
	exits 2 x attach eth0 --confirm soon
	exits 2 x attach eth0 --ports 0
	exits 2 x attach eth0 --exclusive --shared
	exits 2 x block $BAD --for tomorrow
	exits 2 x block 300.1.2.3
	says '300\.1\.2\.3'
	exits 2 x flush
	for verb in status stats mode verify; do
		exits 3 x "$verb"
	done
	exits 3 x detach eth0
	exits 3 x block $BAD
	says 'stored'
	attach --mode enforce
	drops $BAD
	exits 0 x status
	exits 1 x unblock $GOOD
	says 'no such entry'
	exits 2 x explain not-an-address
	exits 1 x block --file /nonexistent
	exits 1 bash -c "nsenter --net=/run/netns/mx $XDPCTL list > /dev/full"
}

test_cli_every_verb_has_help_with_an_example()
{
	local verb

	exits 0 x --help
	for verb in $VERBS; do
		says "$verb"
	done
	for verb in $VERBS; do
		exits 0 x "$verb" --help
		says "xdpctl $verb"
	done
	exits 0 x version
	exits 0 x --version
}

test_cli_json_of_every_verb()
{
	json version
	json attach eth0 --xdp "$XDP" --mode enforce --confirm 60
	json confirm eth0
	json mode
	json mode enforce
	json block $BAD $BAD6 --reason $'a "quoted"\n\e[31m reason \\'
	json allow $GOOD --for 1h
	json unallow $GOOD
	json list
	expect "$BAD" "$(jq -r '.entries[] | select(.class == "block") | .prefix' <<< "$OUT" | head -n 1)" \
		"the first block in the list"
	for class in allow block auto never; do
		json list $class
	done
	json explain $BAD
	expect "drop drop drop_block true xdpctl unblock $BAD" \
		"$(jq -r '"\(.verdict) \(.program_verdict) \(.reason) \(.agree) \(.undo)"' <<< "$OUT")" \
		"explain"
	json explain $GOOD6
	json status
	json stats
	expect "$(grep -c '^MXW_REASON(' "$ROOT/bpf/reasons.def")" "$(jq '.reasons | length' <<< "$OUT")" "reasons in stats"
	json verify
	json check eth0
	json unblock $BAD
	json flush --yes
	json detach eth0
}

test_cli_text_that_operators_gave_cannot_move_the_terminal()
{
	attach
	x block $BAD --reason $'red \e[31m and a\nnew line\ttab'
	for verb in list "explain $BAD"; do
		# shellcheck disable=SC2086 # words
		x $verb > /run/out
		! grep -q $'\e' /run/out || die "an escape sequence came through: $verb"
	done
	expect 1 "$(x list block -p | wc -l)" "lines of one entry in -p"
	expect 8 "$(x list block -p | awk -F '\t' '{ print NF }')" "columns of one entry in -p"
}

test_L3_text_that_is_no_UTF8_hides_no_entry()
{
	attach
	x block $BAD --reason $'caf\xe9'
	json list block
	expect "$BAD" "$(jq -r '.entries[].prefix' <<< "$OUT")" "the entry in list -j"
	json explain $BAD
	expect "$BAD" "$(jq -r '.entries[].prefix' <<< "$OUT")" "the entry in explain -j"
	exits 0 x list
	says "$BAD"
	iconv -f utf-8 <<< "$OUT" > /dev/null || die "list prints bytes that are no UTF-8"
}

test_cli_dry_run_changes_nothing()
{
	local before

	attach --mode monitor
	x block $BAD
	x allow $GOOD
	before=$(x list -p; x status -p; x mode)
	exits 0 x block 198.51.100.8 203.0.113.0/24 --dry-run
	exits 0 x unblock $BAD --dry-run
	exits 0 x allow 203.0.113.10 -n
	exits 0 x unallow $GOOD -n
	exits 0 x mode enforce -n
	exits 0 x flush -n
	exits 0 x flush --yes -n
	exits 0 x detach eth0 -n
	exits 0 x detach --all -n
	exits 0 x attach eth0 --mode enforce -n
	exits 2 x block 300.1.2.3 -n
	expect "$before" "$(x list -p; x status -p; x mode)" "list, status and mode after dry runs"
}

test_cli_a_dry_run_of_the_first_block_makes_no_database()
{
	x block $BAD -n || true
	[ ! -e $STATE ] || die "a dry run made $STATE"
}

test_cli_without_root_one_sentence()
{
	attach
	for verb in status "block $BAD" list "explain $BAD" "attach eth0"; do
		# shellcheck disable=SC2086 # words
		exits 1 lab_in mx setpriv --reuid 65534 --regid 65534 --clear-groups "$XDPCTL" $verb
		says 'root|right|permission|permitted'
		expect 1 "$(wc -l <<< "$OUT")" "lines of the complaint of $verb"
	done
}

test_cli_completion_is_valid_and_complete()
{
	local verb

	x completion bash > /run/bash
	x completion zsh > /run/zsh
	bash -n /run/bash
	zsh -n /run/zsh
	for verb in $VERBS; do
		grep -qw "$verb" /run/bash || die "bash completion has no $verb"
		grep -qw "$verb" /run/zsh || die "zsh completion has no $verb"
	done
	# What bash offers after "xdpctl unb" and "xdpctl attach --co".
	expect unblock "$(offers xdpctl unb)" "bash completion of unb"
	expect --confirm "$(offers xdpctl attach --co)" "bash completion of attach --co"
}

# The completions bash offers for the last of the words.
offers()
{
	bash -c '
		. /usr/share/bash-completion/bash_completion
		. /run/bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
		function=$(complete -p xdpctl | sed -n "s/.*-F \([^ ]*\).*/\1/p")
		"$function" xdpctl "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}" | sed "s/ *$//"' bash "$@"
}

test_cli_check_names_what_it_looks_at()
{
	OUT=$(x check eth0) || true
	says 'veth'
	says 'bpffs|bpf'
	exits 1 x check nosuch0
	says 'nosuch0'
}

test_cli_list_is_sorted_out_by_class()
{
	attach
	x block $BAD 203.0.113.0/24
	x allow $GOOD
	expect "block block" "$(x list block -p | cut -f1 | xargs)" "classes of list block"
	expect "203.0.113.9 allow" "$(x list allow -p | awk -F '\t' '{ print $2, $1 }')" "list allow"
	x list never -p | grep -q "$GATEWAY" || die "the gateway is not in list never"
	expect "" "$(x list auto -p)" "list auto"
}

test_cli_what_an_operator_must_not_find_out_later()
{
	attach --mode enforce
	x block $BAD --for 2d --reason "spam run"
	exits 0 x block $BAD --for 1h
	says "takes the place of .block $BAD. that was to last another 1d 23h \(spam run\)"
	exits 0 x block 203.0.113.99
	expect 1 "$(wc -l <<< "$OUT")" "lines about a block of its own: $OUT"
	exits 0 x block - -j < /dev/null
	expect 0 "$(jq .entries <<< "$OUT")" "entries of an empty list"
	refused 1 'cannot write to standard output: No space left' bash -c "nsenter --net=/run/netns/mx -- $ROOT/build/xdpctl list > /dev/full"
	refused 1 'no interface "nosuch0"' x detach nosuch0 --dry-run
	exits 0 x detach eth0 --dry-run
	expect 1 "$(x status -j | jq '.attached | length')" "interfaces after a dry run"
}

test_cli_porcelain_has_numbers_and_times_for_programs()
{
	attach
	x block $BAD --for 1h30
	row=$(x list block -p)
	[[ "$(cut -f4 <<< "$row")" =~ ^53[0-9][0-9]$|^5400$ ]] || die "seconds left in: $row"
	[[ "$(cut -f7 <<< "$row")" =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$ ]] || die "no ISO time in: $row"
	exits 0 x list block
	says '1h (29|30)m|1h'
}

test_cli_options_may_stand_before_the_verb()
{
	attach
	expect monitor "$(x -j status | jq -r .mode)" "xdpctl -j status"
	expect monitor "$(x --json -n mode enforce | jq -r .before)" "xdpctl --json -n mode"
	expect monitor "$(x mode)" "the mode after that"
	expect "[]" "$(x feed -j list | jq -c .feeds)" "xdpctl feed -j list"
	expect "[]" "$(x -j feed list | jq -c .feeds)" "xdpctl -j feed list"
	exits 0 x -h block
	says 'Usage: xdpctl block'
	exits 2 x --mode enforce attach eth0
	says '"--mode" stands before the verb'
}

# json_error CODE PATTERN COMMAND...: with that code, and one object on standard error.
json_error()
{
	local want=$1 pattern=$2 code=0

	shift 2
	x "$@" > /run/out 2> /run/err || code=$?
	expect "$want" $code "the exit of '$*'"
	expect "$want" "$(grep -v '"note"' /run/err | jq .exit)" "exit in the error of '$*'"
	grep -v '"note"' /run/err | jq -r .error | grep -qE -- "$pattern" || die "no '$pattern' in: $(cat /run/err)"
	jq -e .schema < /run/err > /dev/null || die "not all is JSON: $(cat /run/err)"
}

test_cli_errors_are_JSON_too()
{
	json_error 2 '"frobnicate" is not a verb' frobnicate -j
	json_error 2 '"feed frob" is not a verb' -j feed frob
	json_error 2 'not an option' status --frob -j
	json_error 3 'not attached' status -j
	json_error 3 'stored' block $BAD -j
	expect 1 "$(jq .entries /run/out)" "the result beside the error"
	attach --ports 80
	json_error 1 'no such entry' unblock $GOOD --json
	x -j attach eth0 --xdp "$XDP" --ports 25 2>&1 > /run/out | jq -e .note > /dev/null || die "the note is no JSON"
	jq -e .replaced /run/out > /dev/null || die "no result: $(cat /run/out)"
	# What prints a text for other programs prints it in a string.
	for verb in "config example" "config show --defaults" "completion bash"; do
		# shellcheck disable=SC2086 # words
		json $verb
		[ "$(jq -r '.text | length' <<< "$OUT")" -gt 50 ] || die "no text in: $OUT"
	done
	x top --for 2 -j > /run/out
	expect 2 "$(jq -c 'select(.per_second and .busy and .schema)' /run/out | wc -l)" "objects of top -j"
}

test_cli_what_drops_nothing_says_so()
{
	attach
	exits 0 x block $BAD
	says 'in monitor mode and drops nothing'
	exits 0 x block $GOOD --mode shadow
	! grep -q 'drops nothing' <<< "$OUT" || die "a shadow entry needs no such note: $OUT"
	x mode enforce
	exits 0 x block $BAD
	! grep -q 'drops nothing' <<< "$OUT" || die "it does drop: $OUT"
	x mode bypass
	exits 0 x block $BAD
	says 'in bypass mode and drops nothing'
	exits 0 x limits set rates=enforce
	says 'changed 1 setting$'
	says 'in bypass mode and drops nothing'
	exits 0 x limits set rates=shadow
	! grep -q 'drops nothing' <<< "$OUT" || die "shadow needs no such note: $OUT"
}

test_cli_status_shows_what_is_stored_where_nothing_is_attached()
{
	x block $BAD $BAD6 || true
	x allow $GOOD || true
	exits 3 x status
	says 'stored for the next attach: 1 allow, 2 block'
	says 'not attached: run'
	expect "null 2 1 0" "$(x status -j 2> /dev/null | jq -r '"\(.mode) \(.entries.block) \(.entries.allow) \(.attached | length)"')" "status -j"
}

test_cli_without_rights_check_tells_nobody_to_detach_mxwall()
{
	attach
	install -m 755 "$XDPCTL" /run/xdpctl
	chmod 755 /run
	exits 1 lab_in mx setpriv --reuid nobody --regid nogroup --clear-groups /run/xdpctl check eth0
	says 'only root can see whose program it is: run .xdpctl check eth0. as root'
	! grep -q 'tool that loaded' <<< "$OUT" || die "it advises to detach: $OUT"
}
