# Units, the user they run as and the folders they need, rendered for this installation's paths. The socket is nginx's
# NGINX_SOCKET; its group is that of nginx's processes, which may be given to make as well.
NGINX_GROUP = www-data

SYSTEMD_RENDERED = systemd/stockpilot-notifier.service systemd/stockpilot-pool.service systemd/stockpilot-pool-activated.service \
	systemd/stockpilot-pool-activated.socket systemd/tmpfiles.d/stockpilot.conf

if SYSTEMD_UNITS
# systemd reads these below /usr and /usr/local.
sysusersdir = $(prefix)/lib/sysusers.d
tmpfilesdir = $(prefix)/lib/tmpfiles.d
nodist_systemdsystemunit_DATA = systemd/stockpilot-notifier.service systemd/stockpilot-pool.service \
	systemd/stockpilot-pool-activated.service systemd/stockpilot-pool-activated.socket
nodist_tmpfiles_DATA = systemd/tmpfiles.d/stockpilot.conf
dist_sysusers_DATA = systemd/sysusers.d/stockpilot.conf
endif

EXTRA_DIST += systemd/render systemd/stockpilot-notifier.service.in systemd/stockpilot-pool.service.in systemd/stockpilot-pool-activated.socket.in \
	systemd/tmpfiles.d/stockpilot.conf.in systemd/sysusers.d/stockpilot.conf
CLEANFILES += $(SYSTEMD_RENDERED)

# render KIND of the template; as with nginx's site, replaced only if the outcome differs.
systemd_render = $(MKDIR_P) $(@D) && bash $(srcdir)/systemd/render
systemd_values = SBINDIR='$(sbindir)' SYSCONFDIR='$(sysconfdir)' LOCALSTATEDIR='$(localstatedir)' \
	SOCKET='$(NGINX_SOCKET)' SOCKET_DIRECTORY="`dirname '$(NGINX_SOCKET)'`" NGINX_GROUP='$(NGINX_GROUP)' \
	UNIT='$(@F)' > $@.new
systemd_replace = if cmp -s $@.new $@; then rm -f $@.new; else mv $@.new $@; fi

systemd/stockpilot-notifier.service: render-always
	$(AM_V_GEN)$(systemd_render) $(srcdir)/systemd/stockpilot-notifier.service.in spawned $(systemd_values)
	$(AM_V_at)$(systemd_replace)
systemd/stockpilot-pool.service: render-always
	$(AM_V_GEN)$(systemd_render) $(srcdir)/systemd/stockpilot-pool.service.in spawned $(systemd_values)
	$(AM_V_at)$(systemd_replace)
systemd/stockpilot-pool-activated.service: render-always
	$(AM_V_GEN)$(systemd_render) $(srcdir)/systemd/stockpilot-pool.service.in activated $(systemd_values)
	$(AM_V_at)$(systemd_replace)
systemd/stockpilot-pool-activated.socket: render-always
	$(AM_V_GEN)$(systemd_render) $(srcdir)/systemd/stockpilot-pool-activated.socket.in activated $(systemd_values)
	$(AM_V_at)$(systemd_replace)
systemd/tmpfiles.d/stockpilot.conf: render-always
	$(AM_V_GEN)$(systemd_render) $(srcdir)/systemd/tmpfiles.d/stockpilot.conf.in spawned $(systemd_values)
	$(AM_V_at)$(systemd_replace)
