# talentd - build, test and run. `make help` lists the targets.
#
# Every variant of the program (release, test with failpoints, sanitizers, fuzzing) is the same
# rules run again with another VARIANT and its own folder below build/.

VARIANT ?= release
BUILD   ?= build
OUT     := $(BUILD)/$(VARIANT)
ifeq ($(VARIANT),release)
OUT     := $(BUILD)
endif


WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
        -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla \
        -Wformat=2 -Wformat-security -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference \
        -Wdouble-promotion -Wconversion -Wno-sign-conversion -Wno-unused-parameter
HARDEN := -fPIE -fstack-protector-strong -fstack-clash-protection -fcf-protection
LINK_HARDEN := -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack -Wl,--as-needed

PKG_CFLAGS := $(shell pkg-config --cflags libevent_core openssl libpq jansson libutf8proc zlib libsystemd libconfuse pangocairo harfbuzz-subset freetype2 2>/dev/null)
PKG_LIBS := -levent_core -lssl -lcrypto -lpq -ljansson -lutf8proc -lz -lsystemd -lconfuse -lcsv -lqrcodegen -lpangocairo-1.0 -lpango-1.0 -lgobject-2.0 -lglib-2.0 -lcairo -lharfbuzz-subset -lharfbuzz -lfreetype -lm

ifeq ($(origin CC),default)
CC := gcc
endif

# The sources of llhttp: installed, or unpacked by .make/deps.sh.
LLHTTP_DIR  ?= build/llhttp
LLHTTP_ROOT := $(if $(wildcard /usr/share/llhttp/llhttp.c),,$(LLHTTP_DIR))
LLHTTP_SHARE := $(LLHTTP_ROOT)/usr/share/llhttp
LLHTTP_INCLUDE := $(LLHTTP_ROOT)/usr/share/include/llhttp

CPPFLAGS := -Isrc -I$(OUT)/gen -I$(LLHTTP_INCLUDE) -D_GNU_SOURCE $(PKG_CFLAGS)
CFLAGS_release := -O2 -g -D_FORTIFY_SOURCE=2
CFLAGS_test    := -O1 -g -D_FORTIFY_SOURCE=2 -DTALENT_FAILPOINTS=1
CFLAGS_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined \
                  -fno-sanitize-recover=undefined -DTALENT_FAILPOINTS=1
CFLAGS_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined \
                  -fno-sanitize-recover=undefined
CFLAGS  := -std=c17 $(WARN) $(HARDEN) $(CFLAGS_$(VARIANT))
LDFLAGS := $(LINK_HARDEN) $(filter -fsanitize%,$(CFLAGS_$(VARIANT)))

# Three archives, because the two programs' own layers are not part of each other.
SRC  := $(filter-out src/daemon/% src/ctl/%,$(wildcard src/*/*.c))
LIB  := $(OUT)/libtalent.a
DAEMON_LIB := $(OUT)/libdaemon.a
CTL_LIB := $(OUT)/libctl.a
LLHTTP_OBJ := $(OUT)/llhttp/llhttp.o $(OUT)/llhttp/api.o $(OUT)/llhttp/http.o
GEN_OBJ := $(OUT)/gen/sql_statements.o $(OUT)/gen/sql_migrations.o $(OUT)/gen/assets.o $(OUT)/gen/srgb.o
OBJ  := $(SRC:%.c=$(OUT)/%.o) $(LLHTTP_OBJ) $(GEN_OBJ)
DAEMON_OBJ := $(patsubst %.c,$(OUT)/%.o,$(wildcard src/daemon/*.c))
CTL_OBJ := $(patsubst %.c,$(OUT)/%.o,$(wildcard src/ctl/*.c))

UNIT  := $(patsubst tests/unit/%.c,$(OUT)/tests/unit/%,$(wildcard tests/unit/test_*.c))
INTEG := $(patsubst tests/integration/%.c,$(OUT)/tests/integration/%,$(wildcard tests/integration/test_*.c))
TESTLIB_OBJ := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/lib/*.c)) $(OUT)/gen/sql_examples.o
REPLAY := $(patsubst tests/fuzz/fuzz_%.c,$(OUT)/tests/fuzz/replay_%,$(wildcard tests/fuzz/fuzz_*.c))
BENCH_OBJ := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/bench/*.c))
FUZZ  := $(patsubst tests/fuzz/%.c,$(OUT)/tests/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))

SQL_STATEMENTS := $(sort $(wildcard sql/queries/*.sql sql/functions/*.sql)) $(sort $(wildcard sql/session/*.sql))
SQL_MIGRATIONS := $(foreach d,migrations functions rules previous,$(sort $(wildcard sql/$(d)/*.sql)))
SRGB := /usr/share/color/icc/sRGB.icc
ASSETS := $(sort $(wildcard src/web/assets/* src/api/openapi/*))
VERBS := $(sort $(wildcard src/ctl/cmd_*.c))

# One short line for each step; make V=1 shows the commands.
ifeq ($(V),)
Q := @
say = @$(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,printf '  %-3s %s\n' $(1) $(2))
endif

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
.SUFFIXES:
.PHONY: all run check deps lint format asan fuzz bench bench-instructions bench-credentials check-clock install reset \
        bench-audit upgrade-fixture \
        clean trust untrust help \
        programs tests units integrations replays

all: programs ## build talentd and talentctl

programs: $(OUT)/talentd $(OUT)/talentctl

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-18s %s\n", $$1, $$2}'

$(OUT)/talentd: $(DAEMON_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(DAEMON_OBJ) $(LIB) $(PKG_LIBS)

$(OUT)/talentctl: $(CTL_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(CTL_OBJ) $(LIB) $(PKG_LIBS) -lcurl

# Thin, with paths: many folders have a session.c.
$(LIB): $(OBJ) $(OUT)/.layers
	@rm -f $@
	$(Q)ar rcsTP $@ $(OBJ)

$(DAEMON_LIB): $(filter-out %/main.o,$(DAEMON_OBJ))
	@rm -f $@
	$(Q)ar rcsTP $@ $^

$(CTL_LIB): $(filter-out %/main.o,$(CTL_OBJ))
	@rm -f $@
	$(Q)ar rcsTP $@ $^

# A folder that includes upward fails the build.
$(OUT)/.layers: .make/layers.sh $(wildcard src/*/*.c src/*/*.h)
	@mkdir -p $(@D)
	@.make/layers.sh
	@touch $@

$(OUT)/%.o: %.c | $(OUT)/gen/.stamp
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Strict mode is a compile-time choice of llhttp; a parser without it accepts smuggled requests.
$(OUT)/llhttp/%.o: $(LLHTTP_SHARE)/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) -I$(LLHTTP_INCLUDE) -DLLHTTP_STRICT_MODE=1 $(filter-out $(WARN) -std=c17,$(CFLAGS)) -w -c -o $@ $<

# Generated C: the border to sql/, migrations, files of src/web/assets and src/api/openapi, the list of talentctl's verbs. A file that comes out as it
# was keeps its time, so that touching a .sql recompiles only what uses what has changed in it.
GEN := $(OUT)/gen
GENERATED := $(GEN)/sql_statements.h $(GEN)/sql_outcomes.h $(GEN)/sql_constraints.h $(GEN)/sql_statements.c $(GEN)/sql_migrations.c $(GEN)/assets.c $(GEN)/srgb.c $(GEN)/ctl_verbs.h \
             $(GEN)/sql_examples.c
SQL_BORDER := $(sort $(wildcard sql/migrations/*.sql)) $(sort $(wildcard sql/rows/*.sql)) $(SQL_STATEMENTS)
$(GEN)/.stamp: $(SQL_BORDER) $(SQL_MIGRATIONS) $(ASSETS) $(VERBS) $(SRGB) $(wildcard .make/*.awk)
	@rm -rf $(GEN)/new && mkdir -p $(GEN)/new/sql/rows $(GEN)/new/sql/types $(GEN)/sql/rows $(GEN)/sql/types
	$(call say,GEN,$(GEN))
	$(Q)awk -f .make/border.awk -v out=$(GEN)/new $(SQL_BORDER)
	$(Q)awk -f .make/migrations.awk -v source=$(GEN)/new/sql_migrations.c $(SQL_MIGRATIONS)
	$(Q)awk -f .make/assets.awk -v source=$(GEN)/new/assets.c $(ASSETS)
	$(Q)od -An -v -tu1 $(SRGB) | awk -f .make/bytes.awk -v name=srgb_profile -v header=pdf/srgb.h > $(GEN)/new/srgb.c
	$(Q)awk -f .make/verbs.awk -v header=$(GEN)/new/ctl_verbs.h $(VERBS)
	$(Q)cd $(GEN)/new && for f in *.[ch] sql/*.h sql/*/*.h; do cmp -s $$f ../$$f || mv $$f ../$$f; done
	@touch $@

$(GENERATED): $(GEN)/.stamp ;

$(GEN_OBJ) $(OUT)/gen/sql_examples.o: %.o: %.c
	$(call say,CC,$@)
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) -Wno-overlength-strings -MMD -MP -c -o $@ $<

$(OUT)/tests/unit/test_ctl_%: $(OUT)/tests/unit/test_ctl_%.o $(CTL_LIB) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(CTL_LIB) $(LIB) $(PKG_LIBS) -lcurl -lcmocka

TEST_LIBS := $(TESTLIB_OBJ) $(DAEMON_LIB) $(LIB)

$(OUT)/tests/unit/%: $(OUT)/tests/unit/%.o $(TEST_LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(TEST_LIBS) $(PKG_LIBS) -lcurl -lcmocka

# Its own malloc stands before the C library's, so that it can fail.
$(OUT)/tests/unit/test_oom: LDFLAGS += -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc

# Asks the list of talentctl's verbs.
$(OUT)/tests/integration/test_ctl_verbs: $(OUT)/tests/integration/test_ctl_verbs.o $(CTL_LIB) $(TEST_LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(CTL_LIB) $(TEST_LIBS) $(PKG_LIBS) -lcurl -lcmocka

$(OUT)/tests/integration/%: $(OUT)/tests/integration/%.o $(TEST_LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(TEST_LIBS) $(PKG_LIBS) -lcurl -lcmocka

$(OUT)/tests/upgrade/fill: $(OUT)/tests/upgrade/fill.o $(TEST_LIBS)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(TEST_LIBS) $(PKG_LIBS) -lcurl -lcmocka

$(OUT)/tests/bench/load: $(BENCH_OBJ) $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(BENCH_OBJ) $(LIB) $(PKG_LIBS)

$(OUT)/tests/bench/credentials/credentials: $(OUT)/tests/bench/credentials/credentials.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $< $(LIB) $(PKG_LIBS)

$(OUT)/tests/fuzz/%: $(OUT)/tests/fuzz/%.o $(LIB)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $< $(LIB) $(PKG_LIBS)

# The same target with a main of its own that reads files: corpora are replayed by any compiler.
$(OUT)/tests/fuzz/replay_%: $(OUT)/tests/fuzz/fuzz_%.o $(OUT)/tests/fuzz/replay.o $(LIB)
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(PKG_LIBS)

units: $(UNIT)
integrations: $(INTEG) programs
replays: $(REPLAY)
tests: units integrations replays

# One corpus through its target: make replay/json
replay/%: $(OUT)/tests/fuzz/replay_%
	$< tests/fuzz/corpus/$*/*

# One test alone: make unit/test_json, make integration/test_offline; GDB=1 starts it in gdb. Tests
# want failpoints, hence the variant.
SINGLE = TALENT_SOURCE=$(CURDIR) TALENT_BIN=$(abspath $(OUT))/talentd \
         TALENTCTL_BIN=$(abspath $(OUT))/talentctl $(if $(GDB),gdb -q --args) $<
ifeq ($(VARIANT),release)
unit/% integration/%:
	@$(MAKE) --no-print-directory VARIANT=test $@
else
unit/%: $(OUT)/tests/unit/%
	@$(SINGLE)

integration/%: $(OUT)/tests/integration/% programs
	@$(SINGLE)
endif

-include $(shell find $(OUT) -name '*.d' 2>/dev/null)

run: ## start the demonstration in the foreground (PORT=, HOST=)
	@BUILD=$(BUILD) LLHTTP_DIR=$(LLHTTP_DIR) .make/run.sh

reset: ## stop the demonstration and forget it
	@BUILD=$(BUILD) .make/reset.sh

trust: ## let browsers of this machine trust the demonstration
	@BUILD=$(BUILD) .make/trust.sh trust

untrust: ## take that trust back
	@BUILD=$(BUILD) .make/trust.sh untrust

deps: ## install the Debian packages that are missing
	@LLHTTP_DIR=$(LLHTTP_DIR) .make/deps.sh build run test

# Other people's verifiers, in the versions of the lock file; nothing is fetched when they run.
NODE_PACKAGES := tests/node/node_modules/.package-lock.json
$(NODE_PACKAGES): tests/node/package.json tests/node/package-lock.json
	$(call say,NPM,tests/node)
	$(Q)cd tests/node && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

# A make of its own, because packages that deps installs change what this file finds; on all
# cores, unless the caller has said -j.
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

check: deps ## all tests
	@$(SUBMAKE) VARIANT=test $(NODE_PACKAGES) programs tests
	@.make/check.sh $(BUILD)/test

# What depends on dates, at the moments where the days of Shanghai and UTC begin, end and differ.
DATE_TESTS := test_sql_counting test_sql_functions test_sql_invariants test_sql_keys test_sql_key_revoked test_sql_registry_key \
              test_sql_outcomes test_sql_records test_sql_standards test_sql_standing \
              test_e2e_keys test_e2e_records test_e2e_standards test_e2e_submit \
              test_examples test_offline test_policies test_programmes test_standing
MOMENTS := 2027-01-31T15:50Z 2027-03-31T23:50Z 2027-12-31T12:00Z 2027-12-31T16:00:05Z \
           2028-02-28T16:30Z

$(OUT)/tests/clock/shift_clock.so: tests/clock/shift_clock.c
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(CC) -std=c17 $(WARN) -O2 -fPIC -shared -o $@ $<

check-clock: deps ## all tests in Shanghai's small hours; those with dates at other moments too
	@$(SUBMAKE) VARIANT=test $(NODE_PACKAGES) programs tests $(BUILD)/test/tests/clock/shift_clock.so
	@.make/check-clock.sh $(BUILD)/test '$(MOMENTS)' $(DATE_TESTS)

asan: deps ## all tests under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(SUBMAKE) VARIANT=asan $(NODE_PACKAGES) programs tests
	@.make/check.sh $(BUILD)/asan

bench: ## measure against nginx and pgbench, side by side (tests/bench/README.md)
	@LLHTTP_DIR=$(LLHTTP_DIR) .make/deps.sh build run bench
	@$(MAKE) --no-print-directory programs $(OUT)/tests/bench/load
	@BUILD=$(BUILD) .make/bench.sh all

bench-audit: programs $(OUT)/tests/bench/load ## measure a recount, and verification meanwhile (PAIRS=)
	@BUILD=$(BUILD) .make/bench.sh audit

bench-credentials: $(OUT)/tests/bench/credentials/credentials $(NODE_PACKAGES) ## measure signing beside Ed25519 and other people's issuer
	@$<

bench-instructions: programs $(OUT)/tests/bench/load # callgrind's count for a request
	@BUILD=$(BUILD) .make/bench.sh instructions

lint: ## layers, banned calls, cppcheck, layout, units; lists the longest functions and files
	@.make/lint.sh

format: ## lay out the functions of src as .clang-format says
	@.make/format.sh $(wildcard src/*/*.c)

prefix  ?= /usr
DESTDIR ?=

install: programs ## install into $(DESTDIR)$(prefix)
	install -D -m 0755 $(OUT)/talentd $(DESTDIR)$(prefix)/bin/talentd
	install -D -m 0755 $(OUT)/talentctl $(DESTDIR)$(prefix)/bin/talentctl
	[ -e $(DESTDIR)/etc/talentd/talentd.conf ] || \
		install -D -m 0644 conf/talentd.conf $(DESTDIR)/etc/talentd/talentd.conf
	install -D -m 0644 sql/bootstrap.sql $(DESTDIR)$(prefix)/share/talentd/bootstrap.sql
	install -D -m 0644 systemd/talentd.sysusers $(DESTDIR)$(prefix)/lib/sysusers.d/talentd.conf
	install -D -m 0644 systemd/talentd.tmpfiles $(DESTDIR)$(prefix)/lib/tmpfiles.d/talentd.conf
	install -D -m 0644 -t $(DESTDIR)$(prefix)/lib/systemd/system systemd/*.service systemd/*.socket
	sed -i 's|/usr/bin/talentd|$(prefix)/bin/talentd|' $(DESTDIR)$(prefix)/lib/systemd/system/talentd*.service

upgrade-fixture: ## write a filled registry of this version down, once a release (tests/upgrade/README.md)
	@$(SUBMAKE) VARIANT=test programs $(BUILD)/test/tests/upgrade/fill
	@.make/upgrade.sh $(BUILD)/test

# How long each target runs: make fuzz FUZZ_SECONDS=600
FUZZ_SECONDS ?= 60
fuzz: ## search for inputs that break a parser (clang)
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang BUILD=$(BUILD) fuzzers
	@for f in $(FUZZ:$(OUT)/%=$(BUILD)/fuzz/%); do \
		name=$${f##*/fuzz_}; found=$(BUILD)/fuzz/found/$$name; mkdir -p $$found; \
		echo "== $$name"; \
		$$f -max_total_time=$(FUZZ_SECONDS) -max_len=65536 -artifact_prefix=$$found/ \
			$$found tests/fuzz/corpus/$$name || exit 1; \
	done

.PHONY: fuzzers
fuzzers: $(FUZZ)

clean: ## remove everything built (not the demonstration: make reset)
	@[ ! -d $(BUILD) ] || find $(BUILD) -mindepth 1 -maxdepth 1 ! -name run ! -name run.env \
		! -name llhttp -exec rm -rf {} +
