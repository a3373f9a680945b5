# What an instance of EC2 needs to become a host; the Debian package has it in /usr/share/stockpilot/aws.
EXTRA_DIST += infra/host/get-certificate infra/host/make-roles.sql infra/host/set-up-host \
	infra/host/stockpilot-certificate.service infra/host/stockpilot-certificate.timer infra/host/use-certificate
