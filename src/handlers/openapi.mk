# /openapi.json and /docs, made from docs/openapi.yaml while building.
libstockpilot_a_SOURCES += include/stockpilot/handlers/openapi_document.h
nodist_libstockpilot_a_SOURCES += src/handlers/openapi_document.c

OPENAPI_INPUTS = docs/openapi.yaml scripts/openapi_to_c.py scripts/openapi_page.py \
	scripts/openapi_page.css
EXTRA_DIST += $(OPENAPI_INPUTS)
CLEANFILES += src/handlers/openapi_document.c

src/handlers/openapi_document.c: $(OPENAPI_INPUTS)
	$(AM_V_GEN)$(MKDIR_P) src/handlers && PYTHONDONTWRITEBYTECODE=1 \
		$(PYTHON) $(srcdir)/scripts/openapi_to_c.py --c $@ $(srcdir)/docs/openapi.yaml
