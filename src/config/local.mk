libstockpilot_a_SOURCES += \
	src/config/configuration.c include/stockpilot/config/configuration.h \
	src/config/configuration_file.c include/stockpilot/config/configuration_file.h \
	src/config/configuration_report.c include/stockpilot/config/configuration_report.h \
	src/config/configuration_rules.c include/stockpilot/config/configuration_rules.h \
	src/config/database_url.c include/stockpilot/config/database_url.h \
	src/config/option_nearest.c \
	src/config/option_syntax.c include/stockpilot/config/option_syntax.h \
	src/config/option_table.c include/stockpilot/config/option_table.h \
	src/config/option_value.c include/stockpilot/config/option_value.h \
	src/config/parameter_name.c include/stockpilot/config/parameter_name.h \
	src/config/parameter_source.c include/stockpilot/config/parameter_source.h
