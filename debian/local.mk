# make deb: the Debian package, below the build's folder deb. Of the tarball, so that nothing is in it that a release would not have.
EXTRA_DIST += debian/changelog debian/control debian/copyright debian/docs debian/install debian/links debian/lintian-overrides \
	debian/postinst debian/postrm debian/prerm \
	debian/rules debian/source/format

.PHONY: deb
deb: dist-gzip
	rm -rf deb
	mkdir deb
	cp $(distdir).tar.gz deb/$(PACKAGE)_$(VERSION).orig.tar.gz
	cd deb && tar xf $(PACKAGE)_$(VERSION).orig.tar.gz && cd $(distdir) && dpkg-buildpackage -us -uc -b
	rm -rf deb/$(distdir)

clean-local: clean-deb
.PHONY: clean-deb
clean-deb:
	rm -rf deb
