# What is run on an administrator's own machine.
EXTRA_DIST += infra/secrets
