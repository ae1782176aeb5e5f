# kith: two programs from one tree.  `make help` lists the targets.
#
#   BUILD=DIR    where everything goes (build); each set of flags wants its own
#   CI=1         warnings are errors (as WERROR=1)
#   T=pattern    with `make test`: only the test files whose name has this in it
#   V=1          show the commands
#
# GNU make.  Nothing is asked of pkg-config or a compiler until something is
# built, so that `make test` can install them first (tests/setup.sh).

VERSION = 0.1.0
PREFIX ?= /usr/local
BUILD ?= build
JOBS ?= $(shell nproc 2>/dev/null || echo 2)
FUZZ_SECONDS ?= 60
EDITS ?= 1000000
MERGES ?= 1000000
HUGE ?= 200
DIGESTS ?= 20000
SEED ?= 1
FUZZ_CC ?= clang

ifeq ($(origin CC),default)
CC = gcc
endif
ifneq ($(CI),)
WERROR ?= 1
endif

MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.SUFFIXES:

# ---- Flags.  CFLAGS, CPPFLAGS and LDFLAGS are the user's; the rest is ours.

CFLAGS ?= -O2 -g

kith_packages = yaml-0.1 sqlite3 libutf8proc jansson
kithd_packages = $(kith_packages) libgit2 libuv libsystemd zlib
test_packages = $(kithd_packages) cmocka

pkg_cflags := $(shell pkg-config --cflags $(kithd_packages) 2>/dev/null)
kith_libs := $(shell pkg-config --libs $(kith_packages) 2>/dev/null) -lm
kithd_libs := $(shell pkg-config --libs $(kithd_packages) 2>/dev/null) -lm
test_libs := $(shell pkg-config --libs cmocka 2>/dev/null) $(kithd_libs)

warnings = -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wwrite-strings -Wformat=2 $(if $(filter 1,$(WERROR)),-Werror)
cppflags = -D_GNU_SOURCE -DKITH_VERSION='"$(VERSION)"' -I. -include lib/base/banned.h $(pkg_cflags)
ldflags = -pie -Wl,--as-needed -Wl,-z,relro -Wl,-z,now

# A sanitizer and the fortified C library do not see the same calls: one or the other.
ifdef SANITIZE
hardening = -fPIE -fno-omit-frame-pointer -fsanitize=$(SANITIZE) -fno-sanitize-recover=all
ldflags += -fsanitize=$(SANITIZE)
# The torture tests kill a process at each durable step (lib/base/failpoint.h): in these builds only.
cppflags += -DKITH_FAILPOINTS
else
hardening = -fPIE -fstack-protector-strong $(if $(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
endif

compile = $(CC) -std=c11 $(cppflags) $(CPPFLAGS) $(warnings) $(hardening) $(CFLAGS)
link = $(CC) $(hardening) $(CFLAGS) $(ldflags) $(LDFLAGS)

quiet = $(if $(V),,@printf '  %-5s %s\n' $(1) $@;)

# ---- Sources.

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

lib_objects := $(call objects,$(wildcard lib/base/*.c lib/record/*.c lib/store/*.c lib/network/*.c))
git_objects := $(call objects,$(wildcard lib/git/*.c))
cli_objects := $(call objects,$(wildcard cli/*.c))
daemon_objects := $(call objects,$(wildcard daemon/*.c))

unit_tests := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c))
unit_support := $(call objects,$(filter-out tests/unit/test_%,$(wildcard tests/unit/*.c)))
fuzzers := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/fuzz/fuzz_*.c))
# Programs that shell tests call, and libraries they preload: tests/torture/shim_io.c → shim_io.so.
helper_sources := $(wildcard tests/cli/*.c tests/e2e/*.c tests/torture/*.c tests/tools/*.c)
helpers := $(patsubst %.c,$(BUILD)/%,$(filter-out $(wildcard tests/*/shim_*.c),$(helper_sources)))
# The edit fuzzer is made of several files.
edits := $(BUILD)/tests/torture/edits
# The merge fuzzer takes its documents and edits from that.
merges := $(BUILD)/tests/torture/merges
shims := $(patsubst %.c,$(BUILD)/%.so,$(filter $(wildcard tests/*/shim_*.c),$(helper_sources)))
bench_programs := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))

# What a test may link with: everything but the two main functions.  They are
# archives, so a test takes in only what it calls.
archives = $(BUILD)/libkith-cli.a $(BUILD)/libkith-daemon.a $(BUILD)/libkith-git.a $(BUILD)/libkith.a

all: $(BUILD)/kith $(BUILD)/kithd

$(BUILD)/kith: $(cli_objects) $(BUILD)/libkith.a $(BUILD)/sources
	$(call quiet,LD)$(link) -o $@ $(filter %.o %.a,$^) $(kith_libs)

$(BUILD)/kithd: $(daemon_objects) $(git_objects) $(BUILD)/libkith.a $(BUILD)/sources
	$(call quiet,LD)$(link) -o $@ $(filter %.o %.a,$^) $(kithd_libs)

$(BUILD)/libkith.a: $(lib_objects)
$(BUILD)/libkith-git.a: $(git_objects)
$(BUILD)/libkith-cli.a: $(filter-out %/main.o,$(cli_objects))
$(BUILD)/libkith-daemon.a: $(filter-out %/main.o,$(daemon_objects))

$(BUILD)/%.a: $(BUILD)/sources
	$(call quiet,AR)rm -f $@ && ar rcs $@ $(filter %.o,$^)

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,CC)$(compile) -MMD -MP -c -o $@ $<

# Holds the flags of the last build; everything is compiled again when they change.
$(BUILD)/flags: FORCE
	@pkg-config --exists --print-errors $(kithd_packages) || { \
		echo 'kith needs libraries that are not here: tests/setup.sh build installs or names them' >&2; exit 1; }
	$(keep)
$(BUILD)/flags: export TEXT = $(compile) $(link) $(kithd_libs)

# The same for the list of sources: a file that is gone must leave its archive.
$(BUILD)/sources: FORCE
	$(keep)
$(BUILD)/sources: export TEXT = $(lib_objects) $(git_objects) $(cli_objects) $(daemon_objects)

keep = @mkdir -p $(@D); printf '%s\n' "$$TEXT" | cmp -s - $@ || printf '%s\n' "$$TEXT" >$@

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

# ---- Tests.

$(unit_tests): $(BUILD)/tests/unit/%: $(BUILD)/obj/tests/unit/%.o $(unit_support) $(archives)
	@mkdir -p $(@D)
	$(call quiet,LD)$(link) -o $@ $(filter %.o,$^) -Wl,--start-group $(archives) -Wl,--end-group $(test_libs)

$(helpers) $(bench_programs): $(BUILD)/%: $(BUILD)/obj/%.o $(archives)
	@mkdir -p $(@D)
	$(call quiet,LD)$(link) -o $@ $< -Wl,--start-group $(archives) -Wl,--end-group $(kithd_libs)

$(edits): $(call objects,$(wildcard tests/torture/edits/*.c)) $(archives)
	@mkdir -p $(@D)
	$(call quiet,LD)$(link) -o $@ $(filter %.o,$^) -Wl,--start-group $(archives) -Wl,--end-group $(kithd_libs)

$(merges): $(call objects,$(wildcard tests/torture/merges/*.c) $(filter-out %/main.c,$(wildcard tests/torture/edits/*.c))) $(archives)
	@mkdir -p $(@D)
	$(call quiet,LD)$(link) -o $@ $(filter %.o,$^) -Wl,--start-group $(archives) -Wl,--end-group $(kithd_libs)

# Preloaded under any build, so compiled without its sanitizer.
$(shims): $(BUILD)/%.so: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call quiet,LD)$(CC) -std=c11 $(cppflags) $(warnings) -O2 -g -fPIC -shared -o $@ $< -ldl

$(fuzzers): $(BUILD)/%: $(BUILD)/obj/%.o $(archives)
	@mkdir -p $(@D)
	$(call quiet,LD)$(link) -fsanitize=fuzzer -o $@ $< -Wl,--start-group $(archives) -Wl,--end-group $(kithd_libs)

test-programs: all $(unit_tests) $(helpers) $(edits) $(merges) $(shims)
fuzz-programs: $(fuzzers)

parallel = $(if $(filter -j%,$(MAKEFLAGS)),,-j$(JOBS) -Otarget)
asan = BUILD=$(BUILD)/asan SANITIZE=address,undefined
tsan = BUILD=$(BUILD)/tsan SANITIZE=thread
fuzz = BUILD=$(BUILD)/fuzz SANITIZE=fuzzer-no-link,address,undefined CC=$(FUZZ_CC)
have_fuzzer = printf 'int LLVMFuzzerTestOneInput(void) { return 0; }' | \
	$(FUZZ_CC) -fsanitize=fuzzer -x c -o /dev/null - 2>/dev/null
build_failed = { echo 'the build failed: nothing was tested'; echo '0 passed, 1 failed'; exit 1; }

# A second make, because the first one read its flags before the set-up.
test: setup-test
	@$(MAKE) $(parallel) test-programs || $(build_failed)
	@$(MAKE) $(parallel) $(asan) test-programs || $(build_failed)
	@if $(have_fuzzer); then $(MAKE) $(parallel) $(fuzz) fuzz-programs || $(build_failed); fi
	@FUZZ_SECONDS=$(if $(filter file,$(origin FUZZ_SECONDS)),5,$(FUZZ_SECONDS)) FUZZ_SEED=$(or $(FUZZ_SEED),1) T='$(T)' JOBS=$(JOBS) \
		tests/run --layers --fuzz $(BUILD)/fuzz $(BUILD) $(BUILD)/asan

test-plain: setup-test
	@$(MAKE) $(parallel) test-programs || $(build_failed)
	@T='$(T)' JOBS=$(JOBS) tests/run --layers $(BUILD)

test-asan: setup-test
	@$(MAKE) $(parallel) $(asan) test-programs || $(build_failed)
	@T='$(T)' JOBS=$(JOBS) tests/run $(BUILD)/asan

test-tsan: setup-test
	@$(MAKE) $(parallel) $(tsan) test-programs || $(build_failed)
	@T='$(T)' JOBS=$(JOBS) tests/run $(BUILD)/tsan

fuzz: setup-test
	@$(MAKE) $(parallel) $(fuzz) fuzz-programs
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_SEED=$(or $(FUZZ_SEED),0) T='$(T)' JOBS=$(JOBS) tests/run --fuzz $(BUILD)/fuzz

# Random merges, judged by the laws of merging, and the same bytes from every compiler.  Random edits of random records, judged by another
# parser: node's yaml where it is (npm install yaml), else PyYAML.
torture: setup-test
	@$(MAKE) $(parallel) $(edits) $(merges)
	@mkdir -p $(BUILD)/torture && $(merges) $(SEED) $(MERGES) $(BUILD)/torture
	@$(merges) huge $(SEED) $(HUGE) $(BUILD)/torture
	@tests/torture/digests.sh $(merges) $(SEED) $(DIGESTS)
	@python3 tests/torture/oracle.py --edits $(EDITS) --jobs $(JOBS) --seed $(SEED) --failures $(BUILD)/torture $(edits)

bench: setup-test
	@$(MAKE) $(parallel) all bench-programs
	@KITH_BUILD=$(BUILD) tests/bench/run $(BENCH)
bench-programs: $(bench_programs) $(BUILD)/tests/tools/shim_nosync.so

check-layers:
	@tests/check-layers.sh

demo: setup-build
	@$(MAKE) $(parallel) all
	@KITH_BUILD=$(BUILD) tests/demo.sh

setup-build setup-test: setup-%:
	@bash tests/setup.sh $*

# ---- What is made by the programs themselves.

kinds = contact note group event opportunity need goal learning playbook kith
pages = $(BUILD)/man/kith.1 $(BUILD)/man/kith-records.5 \
	$(patsubst %,$(BUILD)/man/%,$(notdir $(wildcard daemon/kithd.1 cli/kith-query.7 cli/kith-json.5)))
completions = $(addprefix $(BUILD)/completion/kith.,bash zsh fish)

man: $(pages)
$(BUILD)/man/kith.1: $(BUILD)/kith
	@mkdir -p $(@D)
	$(call quiet,MAN)$(BUILD)/kith help --man >$@
$(BUILD)/man/kith-records.5: $(BUILD)/kith
	@mkdir -p $(@D)
	$(call quiet,MAN)$(BUILD)/kith schema --man >$@
$(BUILD)/man/%: daemon/%
	@mkdir -p $(@D)
	$(call quiet,MAN)cp $< $@
$(BUILD)/man/%: cli/%
	@mkdir -p $(@D)
	$(call quiet,MAN)cp $< $@

$(BUILD)/completion/kith.%: $(BUILD)/kith
	@mkdir -p $(@D)
	$(call quiet,GEN)$(BUILD)/kith completion $* >$@

# Written beside the .def files they come from, and kept in git, so that a
# change of the schema shows in review as what it does to the published schemas.
schemas: $(BUILD)/kith
	@set -e; for kind in $(kinds); do \
		$(BUILD)/kith schema $$kind --json >$(BUILD)/$$kind.json; \
		cmp -s $(BUILD)/$$kind.json schema/$$kind.json || { \
			cp $(BUILD)/$$kind.json schema/$$kind.json; echo "schema/$$kind.json"; }; \
	done

# ---- Installing.

bindir = $(PREFIX)/bin
mandir = $(PREFIX)/share/man
bashdir = $(PREFIX)/share/bash-completion/completions
zshdir = $(PREFIX)/share/zsh/site-functions
fishdir = $(PREFIX)/share/fish/vendor_completions.d
# systemd reads a user's own units from another place than the system's.
unitdir = $(if $(filter $(HOME)/%,$(PREFIX)),$(PREFIX)/share/systemd/user,$(PREFIX)/lib/systemd/user)
appdir = $(PREFIX)/share/applications
to = $(DESTDIR)

install: all $(pages) $(completions)
	install -d $(to)$(bindir) $(to)$(bashdir) $(to)$(zshdir) $(to)$(fishdir)
	install -m 755 $(BUILD)/kith $(BUILD)/kithd $(to)$(bindir)
	set -e; for page in $(pages); do \
		install -D -m 644 $$page $(to)$(mandir)/man$${page##*.}/$${page##*/}; done
	install -m 644 $(BUILD)/completion/kith.bash $(to)$(bashdir)/kith
	install -m 644 $(BUILD)/completion/kith.zsh $(to)$(zshdir)/_kith
	install -m 644 $(BUILD)/completion/kith.fish $(to)$(fishdir)/kith.fish
	install -d $(to)$(unitdir)
	sed 's|^\(Exec[A-Za-z]*=\)[^ ]*kithd|\1$(bindir)/kithd|; s|@bindir@|$(bindir)|g' \
		daemon/kithd.service >$(BUILD)/kithd.service
	install -m 644 $(BUILD)/kithd.service $(to)$(unitdir)/kithd.service
	install -D -m 644 daemon/kith.desktop $(to)$(appdir)/kith.desktop

uninstall:
	rm -f $(to)$(bindir)/kith $(to)$(bindir)/kithd $(to)$(bashdir)/kith $(to)$(zshdir)/_kith \
		$(to)$(fishdir)/kith.fish $(to)$(unitdir)/kithd.service $(to)$(appdir)/kith.desktop \
		$(foreach page,$(notdir $(pages)),$(to)$(mandir)/man$(subst .,,$(suffix $(page)))/$(page))

# ---- Care.

c_files = $(wildcard lib/*/*.[ch] cli/*.[ch] daemon/*.[ch] tests/*/*.[ch])
shell_files = $(wildcard tests/*.sh tests/run tests/*/*.t tests/bench/run .ci/run)

format:
	clang-format -i $(c_files)

# Each tool is used when it is there; all run before the result is told.
lint:
	@status=0; \
	if command -v clang-tidy >/dev/null; then \
		clang-tidy --quiet $(filter %.c,$(c_files)) -- -std=c11 $(cppflags) || status=1; fi; \
	if command -v cppcheck >/dev/null; then \
		cppcheck --quiet --std=c11 --enable=warning,performance,portability --inline-suppr \
			--suppress=missingIncludeSystem --error-exitcode=1 -D_GNU_SOURCE -I. \
			$(wildcard lib/*/*.c cli/*.c daemon/*.c) || status=1; fi; \
	if command -v shellcheck >/dev/null; then \
		shellcheck --shell=bash --external-sources --source-path=SCRIPTDIR $(shell_files) || status=1; fi; \
	exit $$status

clean:
	rm -rf $(BUILD)

help:
	@echo 'make               build/kith and build/kithd'
	@echo 'make demo          install what is missing, build, and show kith on the examples'
	@echo 'make test          everything, plain and under ASan and UBSan (T=pattern: some of it)'
	@echo 'make test-plain    everything once; test-asan, test-tsan: once under those sanitizers'
	@echo 'make fuzz          each fuzzer for FUZZ_SECONDS (60), each time another way (FUZZ_SEED=1: the way of make test)'
	@echo 'make torture       EDITS and MERGES (1000000) random ones from SEED (1), each judged; faults go to build/torture'
	@echo '                   HUGE (200) of large records; DIGESTS (20000) by each compiler: the same bytes'
	@echo 'make bench         measure'
	@echo 'make check-layers  the includes against the plan of the house'
	@echo 'make install       to DESTDIR, PREFIX (/usr/local); make uninstall'
	@echo 'make schemas       schema/*.json from the .def files'
	@echo 'make man           the manual pages, in build/man'
	@echo 'make lint format clean'

FORCE:
.PHONY: all test-programs fuzz-programs bench-programs test test-plain test-asan test-tsan fuzz torture bench \
	check-layers demo setup-build setup-test man schemas install uninstall format lint clean help FORCE
