# What a host needs whose logs go to CloudWatch; infra/cloudwatch/install puts it into place.
EXTRA_DIST += infra/cloudwatch/amazon-cloudwatch-agent.json infra/cloudwatch/install \
	infra/cloudwatch/logrotate.conf infra/cloudwatch/notifier.conf infra/cloudwatch/pool.conf infra/cloudwatch/tmpfiles.conf
