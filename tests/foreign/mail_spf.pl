#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0-or-later
# Mail::SPF over zones as text, without a DNS. Reads and answers as tests/foreign/spf.c does. An argument is
# how many look-ups may be void, 2 without.
use strict;
use warnings;

package Zone;
use Net::DNS;

my @lines;

sub new { return bless {}, shift }
sub clear { @lines = () }
sub add { push @lines, $_[1] }
sub errorstring { return 'NOERROR' }

# What Net::DNS::Resolver would bring.
sub send
{
	my ($self, $name, $type) = @_;
	my $packet = Net::DNS::Packet->new('answer.example', $type);
	my ($fails, $known) = (0, 0);

	for my $line (@lines) {
		my ($owner, $kind, $data) = split / /, $line, 3;
		next if lc $owner ne lc $name;
		$known = 1;
		$fails = 1 if $kind eq 'FAIL' && (!defined $data || $data eq $type);
		$packet->push(answer => record($owner, $kind, $data)) if $kind eq $type;
	}
	$packet->header->rcode($fails ? 'SERVFAIL' : $known ? 'NOERROR' : 'NXDOMAIN');
	return $packet;
}

sub record
{
	my ($owner, $kind, $data) = @_;
	my %rr = (owner => $owner, type => $kind);

	if ($kind eq 'MX') {
		@rr{qw(preference exchange)} = split / /, $data;
	} elsif ($kind eq 'TXT') {
		$rr{txtdata} = [$data];
	} elsif ($kind eq 'PTR') {
		$rr{ptrdname} = $data;
	} else {
		$rr{address} = $data;
	}
	return Net::DNS::RR->new(%rr);
}

package main;
use Mail::SPF;

$| = 1;
my $zone = Zone->new;
my $server = Mail::SPF::Server->new(
	dns_resolver => $zone, hostname => 'receiver.example', query_rr_types => Mail::SPF::Server->query_rr_type_txt,
	default_authority_explanation => '', max_void_dns_lookups => $ARGV[0] // 2);
while (my $line = <STDIN>) {
	chomp $line;
	if ($line !~ /^\?/) {
		$zone->add($line);
		next;
	}
	my (undef, $address, $sender, $helo) = split /\t/, $line, -1;
	my @identity = $sender eq '' ? (scope => 'helo', identity => $helo) :
		(scope => 'mfrom', identity => $sender, helo_identity => $helo);
	my ($code, $text, $why) = eval {
		my $request = Mail::SPF::Request->new(versions => [1], @identity, ip_address => $address);
		my $result = $server->process($request);
		my $explanation = $result->isa('Mail::SPF::Result::Fail') ? $result->authority_explanation : '';
		($result->code, "$explanation", $result->text);
	};
	($code, $text, $why) = ('died', '', $@) if $@;
	$why =~ s/\s+/ /g;
	print "$code\t$text\t$why\n";
	$zone->clear;
}
