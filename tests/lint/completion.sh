#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The completion scripts parse, and bash's completes every verb and its options.
set -eu -o pipefail
. tests/lint/lib.sh
CTL=$BUILD/xdpctl

# complete WORD...: what bash offers for the last word.
complete_words()
{
	"$CTL" completion bash > "$LINT_OUT/completion.bash"
	# shellcheck disable=SC2016 # expanded there
	bash -c '. "$LINT_OUT/completion.bash"
		COMP_WORDS=(xdpctl "$@") COMP_CWORD=$#
		_xdpctl
		printf "%s\n" "${COMPREPLY[@]}"' _ "$@"
}

expect()
{
	local want=$1 offered

	shift
	offered=$(complete_words "$@")
	grep -qxF -- "$want" <<< "$offered" || echo "\"$*\" does not offer $want"
}

# An xdpctl with a feed and settings.
fake()
{
	mkdir -p "$LINT_OUT/bin"
	printf '#!/bin/sh\ncase "$*" in\n"feed list -p") printf "ours\\tshadow\\n" ;;\n%s\n%s\nesac\n' \
		'"feed list") echo "ready-made: ready-one, ready-two" ;;' \
		'"limits show -p") printf "rates\\toff\\nunknown.source\\t30/min:10\\n" ;;' > "$LINT_OUT/bin/xdpctl"
	chmod 755 "$LINT_OUT/bin/xdpctl"
}

offers()
{
	local verb option words

	fake

	while read -r -a words; do
		verb=${words[-1]}
		expect "$verb" "${words[@]:0:${#words[@]} - 1}" "${verb:0:2}"
		for option in $("$CTL" "${words[@]}" --help | grep -oE '^  (-., | {4})--[a-z0-9-]+' | grep -oE -- '--.*'); do
			expect "$option" "${words[@]}" "${option:0:4}"
		done
	done < <("$CTL" --help | sed -n 's/^  \([a-z ]*[a-z]\)  .*/\1/p')
	expect feed fe
	expect enforce mode e
	expect shadow block --mode sh
	expect native attach --xdp ""
	expect never list n
	expect limit feed mode x l
	expect rbldnsd feed export --format rb
	expect rbldnsd feed export -f rb
	expect enforce attach -m e
	expect enforce attach --mode = e
	expect enforce attach --mode =
	expect status -j st
	expect list -j feed l
	expect block help bl
	expect refresh help feed re
	expect help h
	expect docs/ block --file doc
	expect docs/ config check doc
	expect docs/ feed add mine doc
	expect README.md block -f READ
	expect README.md block --file = READ
	[ -z "$(complete_words block --for "")" ] || echo "block --for offers what is no time"
	PATH=$LINT_OUT/bin:$PATH
	expect unknown.source= limits set unk
	expect ours feed show o
	expect ready-one feed add re
}

"$CTL" completion bash | bash -n 2>&1 | verdict "completion: bash parses it"
offers | verdict "completion: bash offers every verb and option"
needs zsh "completion: zsh parses it" || exit 0
"$CTL" completion zsh | zsh -n 2>&1 | verdict "completion: zsh parses it"
