# descentd: `make help` lists the targets.
#
# One folder a variant: build/release, build/test (-Werror), build/asan,
# build/tsan. Objects lie in it under their source's path.

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

VARIANT ?= release
BUILD   ?= build
OUT     := $(BUILD)/$(VARIANT)
PREFIX  ?= /usr/local
VERSION := 0.1.0

CC      := gcc
CFLAGS  ?=
LDFLAGS ?=

# The numerics' promise lives in these flags: no contraction, no fast-math.
STANDARD  := -std=c17 -D_GNU_SOURCE -O3 -g -fno-math-errno -fno-trapping-math \
             -ffp-contract=off -fno-omit-frame-pointer
WARNINGS  := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
             -Wmissing-prototypes -Wpointer-arith -Wcast-qual -Wvla -Wundef \
             -Wimplicit-fallthrough -Wformat=2 -Wno-missing-field-initializers
HARDENING := -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fPIE

sanitize.release :=
sanitize.test    := -Werror
sanitize.asan    := -fsanitize=address,undefined -fno-sanitize-recover=all -U_FORTIFY_SOURCE
sanitize.tsan    := -fsanitize=thread -U_FORTIFY_SOURCE
sanitize.fuzz    := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-coverage=trace-cmp \
                    -fno-sanitize-recover=all -U_FORTIFY_SOURCE -DVECTOR_NO_CLONES

ALL_CFLAGS := $(STANDARD) $(WARNINGS) $(HARDENING) $(sanitize.$(VARIANT)) -I. \
              -pthread -DDESCENTD_VERSION='"$(VERSION)"' $(CFLAGS)
ALL_LDFLAGS := -pie -pthread -Wl,-z,relro,-z,now -Wl,--as-needed \
               -Wl,--build-id=sha1 \
               $(filter -fsanitize%,$(sanitize.$(VARIANT))) $(LDFLAGS)

CORE_LIBS   := -lsleef -lnlopt -lm
SERVER_LIBS := -lmicrohttpd -lcjson -lsqlite3 -lcrypto -lz $(CORE_LIBS)

CORE_SOURCES   := $(sort $(wildcard core/*/*.c core/*/*/*.c))
SERVER_SOURCES := $(sort $(wildcard server/*.c server/*/*.c server/*/*/*.c))
LIBRARY        := $(filter-out server/main.c,$(CORE_SOURCES) $(SERVER_SOURCES))
UNIT_SOURCES   := $(sort $(wildcard tests/unit/test_*.c tests/truth/test_*.c))
UNIT_HELPERS   := $(sort $(filter-out $(UNIT_SOURCES),$(wildcard tests/unit/*.c tests/truth/*.c)) \
                         $(wildcard tests/fuzz/*_input.c))
BENCH_SOURCES  := $(sort $(filter-out tests/bench/client.c,$(wildcard tests/bench/*.c)))

# Made from files that are no C, as part of the binary.
MADE := $(OUT)/migrations.o $(OUT)/web/table.o $(OUT)/web/assets.o

object   = $(patsubst %,$(OUT)/%.o,$(basename $(1)))
UNIT_TESTS := $(patsubst %.c,$(OUT)/%,$(UNIT_SOURCES))

.DEFAULT_GOAL := all
.PHONY: all
all: $(OUT)/descentd ## build the binary: build/release/descentd

# `make V=1` shows whole commands.
Q    := $(if $(V),,@)
said  = $(if $(V),,@echo "$(1) $@")

$(OUT)/descentd: $(call object,server/main.c) $(OUT)/libdescentd.a
	$(call said,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SERVER_LIBS)

$(OUT)/libdescentd.a: $(call object,$(LIBRARY)) $(MADE)
	$(call said,AR)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(OUT)/%.o: %.c
	@mkdir -p $(@D)
	$(call said,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Every migration of the folder is part of the binary: see migrations/README.md.
# The folder itself is newer when a file came or went, however old the file is.
MIGRATIONS := $(sort $(wildcard migrations/sqlite/*.sql))

$(OUT)/migrations.c: migrations/embed migrations/sqlite $(MIGRATIONS)
	@mkdir -p $(@D)
	$(Q)migrations/embed $(MIGRATIONS) > $@

# Files that a source takes in as they are.
$(OUT)/server/api/openapi.o: server/api/openapi/answers.json server/api/openapi/examples.json
$(OUT)/core/dataset/builtin/digits.o: core/dataset/builtin/digits.txt

$(OUT)/migrations.o: $(OUT)/migrations.c server/store/sqlite/migration.h
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# The dashboard is part of the binary: its bundle as it was committed, in
# server/web/dist. `make WEB=0` leaves it out.
WEB ?= 1
WEB_DIST  := $(sort $(wildcard server/web/dist/*))
WEB_FILES := $(if $(filter-out 0,$(WEB)),$(filter-out %.sha256,$(WEB_DIST)))

# Which files they are: newer when one came or went, or WEB is another.
.PHONY: always
always:
$(OUT)/web/list: always
	@mkdir -p $(@D)
	@echo '$(WEB_FILES)' | cmp -s - $@ || echo '$(WEB_FILES)' > $@

$(OUT)/web/table.c: server/web/embed server/web/files.h $(OUT)/web/list $(WEB_FILES)
	$(Q)server/web/embed $(@D) $(WEB_FILES)
	$(if $(WEB_FILES),,@echo "web: no server/web/dist, or WEB=0: the binary has no dashboard")

$(OUT)/web/table.o: $(OUT)/web/table.c
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

$(OUT)/web/assets.o: $(OUT)/web/table.c
	$(Q)$(CC) -c -o $@ $(OUT)/web/assets.S

$(UNIT_TESTS): $(OUT)/%: $(OUT)/%.o $(call object,$(UNIT_HELPERS)) $(OUT)/libdescentd.a
	$(call said,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(SERVER_LIBS)

# ---- using it -------------------------------------------------------------

.PHONY: run
run: all ## start the server on 127.0.0.1:8080, database descentd.db
	@echo "Open http://127.0.0.1:8080/ in a browser; Ctrl-C ends the server."
	$(OUT)/descentd serve --listen 127.0.0.1:8080 --store descentd.db

.PHONY: demo
demo: ## watch gradient descent at work; KEEP=1 leaves its server running
	docker/install build demo
	@$(MAKE) --no-print-directory all
	@KEEP=$(KEEP) tests/demo/run $(OUT)/descentd

.PHONY: web
web: ## build the dashboard's bundle again (needs node and npm)
	cd server/web && npm ci --ignore-scripts --no-audit --no-fund && \
	    node build.mjs && node_modules/.bin/tsc --noEmit

.PHONY: pictures
pictures: all ## draw the pictures of docs/pictures.md again
	docs/pictures/draw $(OUT)/descentd docs/pictures

.PHONY: parameters
parameters: all ## write docs/parameters.md again
	docs/parameters/write $(OUT)/descentd > docs/parameters.md

.PHONY: install
install: all ## copy the binary to $(DESTDIR)$(PREFIX)/bin
	install -D -m 755 $(OUT)/descentd $(DESTDIR)$(PREFIX)/bin/descentd

# Tagged with the version, and as the newest.
DOCKER ?= docker
IMAGE  ?= descentd

.PHONY: image
image: ## build the image descentd:$(VERSION) (docker/README.md)
	$(DOCKER) build -f docker/Dockerfile -t $(IMAGE):$(VERSION) -t $(IMAGE):latest \
	    --build-arg VERSION=$(VERSION) \
	    --build-arg REVISION=$$(git rev-parse HEAD 2>/dev/null || echo unknown) .

# ---- testing it -----------------------------------------------------------

.PHONY: test
test: ## install test tools, then every test and the lints
	docker/install build demo test
	@$(MAKE) --no-print-directory VARIANT=test check lint

# Every test against one variant of the build.
.PHONY: check
check: unit api fault contours openapi browser

.PHONY: asan tsan
asan: ## every test under AddressSanitizer and UBSan
	docker/install build demo test
	@$(MAKE) --no-print-directory VARIANT=asan check
tsan: ## every test under ThreadSanitizer
	docker/install build demo test
	@$(MAKE) --no-print-directory VARIANT=tsan check

.PHONY: api
api: all
	@tests/api/run $(OUT)/descentd
	@tests/demo/run $(OUT)/descentd >/dev/null && echo "demo: 1 passed, 0 failed"

# A library that is loaded before all others: it has no main and no archive.
SHIM := $(OUT)/tests/fault/shim.so

$(SHIM): tests/fault/shim.c
	@mkdir -p $(@D)
	$(call said,LINK)
	$(Q)$(CC) $(STANDARD) $(WARNINGS) -Werror -fPIC -shared -pthread -o $@ $<

.PHONY: fault
fault: all $(SHIM) ## fail reads, writes, syncs, opens and memory for a while
	@tests/fault/run $(OUT)/descentd $(SHIM)

# Minutes, not seconds.
.PHONY: torture
torture: all $(SHIM) ## the same for longer, and at every allocation
	@tests/fault/run --long $(OUT)/descentd $(SHIM)

# Skipped in one line where chromium or node cannot be installed.
.PHONY: browser
browser: all
	@tests/browser/run $(OUT)/descentd

# Skipped in one line where node cannot be installed.
.PHONY: openapi
openapi: all
	@tests/openapi/run $(OUT)/descentd

# Skipped in one line where node cannot be installed.
.PHONY: contours
contours: $(OUT)/tests/plot/isobands
	@tests/plot/run $<

$(OUT)/tests/plot/%: $(OUT)/tests/plot/%.o $(OUT)/libdescentd.a
	$(call said,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(SERVER_LIBS)

# Apart from `make test`: it takes minutes, and root or a daemon. What it needs
# is installed by `docker/install image`; it says what is missing.
.PHONY: image-test
image-test: ## build the image and use it as docker/README.md says
	@tests/docker/run

.PHONY: lint
lint: $(call object,$(LIBRARY) server/main.c) $(MADE)
	@tests/lint/run $^

.PHONY: bench
bench: ## install the peers, measure against them, print ratios
	docker/install build bench
	@$(MAKE) --no-print-directory VARIANT=release all $(BENCH_SOURCES:%.c=$(BUILD)/release/%)
	@tests/bench/run $(BUILD)/release

$(OUT)/tests/bench/%: $(OUT)/tests/bench/%.o $(OUT)/libdescentd.a
	$(call said,LINK)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $^ $(PEER_LIBS) $(SERVER_LIBS)

# The spikes that its test has.
$(OUT)/tests/bench/thin: $(OUT)/tests/unit/planted.o

# Clients over HTTP.
$(OUT)/tests/bench/follow $(OUT)/tests/bench/polls \
$(OUT)/tests/bench/windows: $(OUT)/tests/bench/client.o

# C written by hand, for this CPU: the ceiling.
$(OUT)/tests/bench/ceiling.o $(OUT)/tests/bench/expression.o \
$(OUT)/tests/bench/landscape.o: \
    ALL_CFLAGS += -march=native -ffp-contract=fast -fopenmp-simd

$(OUT)/tests/bench/minimize: PEER_LIBS := -llbfgs -lnlopt
$(OUT)/tests/bench/sparse: PEER_LIBS := -llinear
# Its loop by hand shall be as quick as the compiler can make it.
$(OUT)/tests/bench/rules.o: ALL_CFLAGS += -march=native -ffp-contract=fast
$(OUT)/tests/bench/matrix $(OUT)/tests/bench/rows $(OUT)/tests/bench/network: \
    PEER_LIBS := -lopenblas

# Runs until FUZZ_RUNS inputs were tried, or one of them fails. What it finds
# worth keeping stays in build/fuzz/corpus, what breaks it in build/fuzz. (Its
# dictionary has the words; looking for them in comparisons halves the speed.)
FUZZ_RUNS ?= 10000000
FUZZERS   := $(patsubst tests/fuzz/%.dict,%,$(wildcard tests/fuzz/*.dict))

.PHONY: fuzz
fuzz: ## run every fuzz target under AddressSanitizer and UBSan
	docker/install build fuzz
	@$(MAKE) --no-print-directory VARIANT=fuzz CC=clang $(FUZZERS:%=fuzz-%)

fuzz-%: $(OUT)/tests/fuzz/%
	@mkdir -p $(OUT)/corpus/$*
	$< -runs=$(FUZZ_RUNS) -max_len=400 -timeout=20 -dict=tests/fuzz/$*.dict \
	    -entropic=0 -artifact_prefix=$(OUT)/ -print_final_stats=1 $(FUZZ_FLAGS) \
	    $(OUT)/corpus/$* tests/fuzz/corpus/$*

# clang has no pragma for it, and no clones of functions.
ifeq ($(shell uname -m),x86_64)
$(BUILD)/fuzz/core/kernel/math_v3.o: ALL_CFLAGS += -mavx2 -mfma
$(BUILD)/fuzz/core/kernel/math_v4.o: ALL_CFLAGS += -mavx512f -mfma
endif

$(OUT)/tests/fuzz/%: $(OUT)/tests/fuzz/%.o \
    $(call object,$(wildcard tests/fuzz/*_input.c)) $(call object,$(CORE_SOURCES))
	$(call said,LINK)
	$(Q)$(CC) $(filter-out -fsanitize=fuzzer-no-link%,$(ALL_LDFLAGS)) \
	    -fsanitize=fuzzer,address,undefined -o $@ $^ $(CORE_LIBS)

.PHONY: unit
unit: $(UNIT_TESTS)
	@tests/run-unit $(UNIT_TESTS)

.PHONY: clean
clean: ## delete everything that was built
	rm -rf $(BUILD)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

-include $(patsubst %.o,%.d,$(call object,$(LIBRARY) server/main.c $(UNIT_SOURCES) $(UNIT_HELPERS) $(BENCH_SOURCES) tests/bench/client.c tests/plot/isobands.c))
