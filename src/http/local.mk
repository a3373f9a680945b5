libstockpilot_a_SOURCES += \
	src/http/conditional.c include/stockpilot/http/conditional.h \
	src/http/header_parameters.c src/http/header_parameters.h \
	src/http/image_type.c include/stockpilot/http/image_type.h \
	src/http/media_type.c include/stockpilot/http/media_type.h \
	src/http/multipart.c include/stockpilot/http/multipart.h \
	src/http/part_headers.c src/http/part_headers.h \
	src/http/query.c include/stockpilot/http/query.h \
	src/http/problem.c include/stockpilot/http/problem.h \
	src/http/response.c include/stockpilot/http/response.h \
	include/stockpilot/http/request.h
