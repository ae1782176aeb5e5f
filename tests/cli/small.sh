# A store of a few records, by hand, so that what is printed of it is known to the letter.
# shellcheck shell=bash

pty=$build/tests/cli/pty

# put PATH: the standard input becomes a file of the store.
put() {
	mkdir -p "$(dirname "$store/$1")"
	cat >"$store/$1"
}

# small_store: in $store, not a repository, so that nothing is committed on the side.
small_store() {
	store=$tmp/store
	export KITH_STORE=$store
	mkdir -p "$store"
	put kith.yaml <<'YAML'
me: halina-wrona
YAML
	put contacts/halina-wrona.yaml <<'YAML'
name: Halina Wrona
YAML
	put contacts/ana-silva.yaml <<'YAML'
name: Ana Silva
email: ana@silva.example
city: Porto
org: Elétricos
title: Design lead
roles: [friend, peer]
skills: [signage]
cadence: 6 weeks
birthday: 02-19
YAML
	put contacts/tom-okafor.yaml <<'YAML'
name: Tom Okafor
city: Manchester
roles: [mentor]
knows:
  - {who: ana-silva, as: friend, since: 2024}
YAML
	put contacts/maria-garcia.yaml <<'YAML'
name: María García
org: Acme Robotics
roles: [mentor, connector]
private: yes
YAML
	put groups/tuesday-circle.yaml <<'YAML'
name: The Tuesday Circle
type: circle
members: [ana-silva, tom-okafor]
YAML
	put notes/2026/10/2026-10-01-ana-silva-aaaa.yaml <<'YAML'
date: 2026-10-01
with: ana-silva
how: coffee
text: |
  Talked about the trail map.
  She wants a copy of it.
topics: [trail map]
promised:
  - what: send the trail map
    to: ana-silva
    by: 2026-11-27
  - what: lend her notes on signs
    by_whom: ana-silva
    to: me
YAML
	put notes/2026/11/2026-11-20-tom-okafor-bbbb.yaml <<'YAML'
date: 2026-11-20
with: [tom-okafor, ana-silva]
how: call
text: Planned a talk on maps.
YAML
}
