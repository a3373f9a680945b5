# The site, rendered for this installation's paths. Any of these may be given to make, e.g.
#     make install NGINX_SERVER_NAME=api.example.com NGINX_ORIGINS='https://app.example.com'
NGINX_SERVER_NAME = _
NGINX_ORIGINS =
NGINX_SOCKET = /run/stockpilot/api.sock
NGINX_CERTIFICATE = /etc/ssl/certs/stockpilot.pem
NGINX_CERTIFICATE_KEY = /etc/ssl/private/stockpilot.key
NGINX_LOG_DIRECTORY = /var/log/nginx
NGINX_LIMITS =

nginxdir = $(sysconfdir)/stockpilot/nginx
dist_nginx_DATA = nginx/fastcgi_params.stockpilot nginx/tls_intermediate.conf \
	nginx/problem_documents.conf nginx/problem_responses.conf
nodist_nginx_DATA = nginx/stockpilot.conf
EXTRA_DIST += nginx/render nginx/stockpilot.conf.in nginx/private.conf.in nginx/cdn.conf.in
CLEANFILES += nginx/stockpilot.conf

# Rendered each time, since what was given to make may differ; replaced only if the outcome does.
.PHONY: render-always
nginx/stockpilot.conf: render-always
	$(AM_V_GEN)$(MKDIR_P) nginx && bash $(srcdir)/nginx/render $(srcdir)/nginx/stockpilot.conf.in \
	    SERVER_NAME='$(NGINX_SERVER_NAME)' ORIGINS='$(NGINX_ORIGINS)' SOCKET='$(NGINX_SOCKET)' \
	    CERTIFICATE='$(NGINX_CERTIFICATE)' CERTIFICATE_KEY='$(NGINX_CERTIFICATE_KEY)' \
	    IMAGE_DIRECTORY='$(localstatedir)/lib/stockpilot/images' \
	    CONFIG_DIRECTORY='$(nginxdir)' \
	    ACCESS_LOG='$(NGINX_LOG_DIRECTORY)/stockpilot.access.log' \
	    ERROR_LOG='$(NGINX_LOG_DIRECTORY)/stockpilot.error.log' $(NGINX_LIMITS) > $@.new
	$(AM_V_at)if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

# What a release tarball needs besides the programs' own sources to start a whole stack.
EXTRA_DIST += dev docs/development.md packages.debian scripts/dev scripts/with-postgres standins/.npmrc standins/package.json \
	standins/package-lock.json standins/aws standins/imds standins/oidc standins/s3 standins/sns standins/ssm
