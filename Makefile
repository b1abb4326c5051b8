# SPDX-License-Identifier: Apache-2.0
# make demo | test | check | build | install | clean | bench: each does what it needs first.

PREFIX ?= /usr/local
DESTDIR ?=
CLANG ?= clang-19
MULTIARCH := $(shell gcc -dumpmachine 2>/dev/null)
BPF_CFLAGS := -std=gnu2x -O2 -g -Wall -Wextra -Wno-unused-parameter -fms-extensions -Wno-microsoft-anon-tag \
	-mcpu=v3 -target bpf -I/usr/include/$(MULTIARCH)

BPF_SOURCES := $(wildcard bpf/*.h bpf/*/*.h)
BPF_OBJECTS := $(patsubst bpf/%.bpf.c,build/%.bpf.o,$(wildcard bpf/*.bpf.c))
BENCH_OBJECTS := $(patsubst bench/%.bpf.c,build/bench/%.bpf.o,$(wildcard bench/*.bpf.c))
ADDON := native/build/Release/xdpvs.node
SCRIPTS := $(shell find src test tools bench -name '*.ts' 2>/dev/null)

.PHONY: build demo test check install clean bench fuzz format abi packages

build: $(BPF_OBJECTS) $(ADDON) build/.compiled build/.bundled

# ---- what the build needs -------------------------------------------------------------------------------------------
build/.packages: tools/packages.sh
	@mkdir -p build
	@sh tools/packages.sh
	@touch $@

node_modules/.installed: package.json package-lock.json | build/.packages
	@echo '== npm ci'
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

build/%.bpf.o: bpf/%.bpf.c $(BPF_SOURCES) | build/.packages
	@echo '== clang $<'
	@$(CLANG) $(BPF_CFLAGS) -c $< -o $@

build/bench/%.bpf.o: bench/%.bpf.c $(BPF_SOURCES) $(wildcard bench/*.h) | build/.packages
	@mkdir -p $(@D)
	@echo '== clang $<'
	@$(CLANG) $(BPF_CFLAGS) -Ibpf -c $< -o $@

$(ADDON): $(wildcard native/*.cc native/*.h) native/binding.gyp node_modules/.installed
	@echo '== native addon (half a minute the first time)'
	@npx --no-install node-gyp rebuild -C native > build/native.log 2>&1 || { cat build/native.log; exit 1; }
	@touch $@

build/.compiled: $(SCRIPTS) tsconfig.json node_modules/.installed
	@echo '== tsc'
	@npx --no-install tsc -p .
	@touch $@

# One file a command: reading a hundred modules takes longer than most commands. What npm brings stays where it is. Commands
# may be run from here meanwhile, so the old ones stay until the new ones are there.
build/.bundled: $(SCRIPTS) node_modules/.installed
	@echo '== bundle'
	@rm -rf build/bin.new build/bin.old
	@npx --no-install esbuild src/bin/*.ts --bundle --splitting --platform=node --target=node20 --format=esm \
		--packages=external --sourcemap --log-level=warning --outdir=build/bin.new
	@if [ -d build/bin ]; then mv build/bin build/bin.old; fi; mv build/bin.new build/bin; rm -rf build/bin.old
	@touch $@

# ---- what people call -----------------------------------------------------------------------------------------------
demo: build
	@node build/js/tools/demo.js

test: build
	@sh tools/test.sh

check: build
	@echo '== prettier'; npx --no-install prettier --check --log-level warn .
	@echo '== eslint'; npx --no-install eslint src test tools bench
	@echo '== layouts'; node build/js/tools/abi.js --check
	@echo 'check: all is well'

format: node_modules/.installed
	@npx --no-install prettier --write --log-level warn .

abi: $(BPF_OBJECTS) build/.compiled
	@node build/js/tools/abi.js

bench: build $(BENCH_OBJECTS)
	@sh tools/packages.sh bench
	@node build/js/bench/main.js $(BENCH)

fuzz: build
	@node build/js/tools/fuzz.js $(FUZZ)

install: build
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' IPVSADM='$(IPVSADM)' sh tools/install.sh

clean:
	rm -rf build native/build node_modules
