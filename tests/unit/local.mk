# One libcheck program per subject; each module has a fragment of its own.
include tests/unit/auth.mk
include tests/unit/error.mk
include tests/unit/memory.mk
include tests/unit/text.mk
include tests/unit/clock.mk
include tests/unit/json.mk
include tests/unit/http.mk
include tests/unit/log.mk
include tests/unit/config.mk
include tests/unit/migrations.mk
include tests/unit/api.mk
include tests/unit/fastcgi.mk
include tests/unit/metrics.mk
include tests/unit/scoreboard.mk
include tests/unit/pool.mk
include tests/unit/notifier.mk
include tests/unit/ctl.mk
