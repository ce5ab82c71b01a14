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

offers()
{
	local verb option

	for verb in $("$CTL" --help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
		expect "$verb" "${verb:0:2}"
		for option in $("$CTL" "$verb" --help | grep -oE '^  (-., | {4})--[a-z-]+' | grep -oE -- '--.*'); do
			expect "$option" "$verb" "${option:0:4}"
		done
	done
	expect enforce mode e
	expect shadow block --mode sh
	expect native attach --xdp ""
	expect never list n
}

"$CTL" completion bash | bash -n 2>&1 | verdict "completion: bash parses it"
offers | verdict "completion: bash offers every verb and option"
needs zsh "completion: zsh parses it" || exit 0
"$CTL" completion zsh | zsh -n 2>&1 | verdict "completion: zsh parses it"
