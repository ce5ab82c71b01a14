# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What this machine's apt uses, for tests that get packages of other releases. To be sourced.

# host_uri END URI: the repository in use here whose URI ends in END, or else URI.
# shellcheck disable=SC2016 # the dollar is for apt
host_uri()
{
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 2> /dev/null |
		sed 's:/*$::' | awk -v end="/$1" -v uri="$2" '
		/^https?:/ && substr($0, length($0) - length(end) + 1) == end { uri = $0; exit }
		END { print uri }'
}

# How packages are fetched here, proxies and so on, as lines of apt.conf.
host_fetching()
{
	apt-config dump | grep -E '^Acquire::(http|https|Proxy|Check-|Retries|ForceIPv[46]|AllowReleaseInfoChange)' || true
}
