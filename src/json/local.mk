libstockpilot_a_SOURCES += \
	src/json/actor_json.c include/stockpilot/json/actor_json.h \
	src/json/expense_json.c include/stockpilot/json/expense_json.h \
	src/json/json_csv.c include/stockpilot/json/json_csv.h \
	src/json/json_read.c include/stockpilot/json/json_read.h \
	src/json/json_scan.c src/json/json_scan.h \
	src/json/json_write.c include/stockpilot/json/json_write.h \
	src/json/movement_json.c include/stockpilot/json/movement_json.h \
	src/json/notification_json.c include/stockpilot/json/notification_json.h \
	src/json/product_json.c include/stockpilot/json/product_json.h \
	src/json/record_json.c include/stockpilot/json/record_json.h \
	src/json/summary_json.c include/stockpilot/json/summary_json.h \
	src/json/trade_json.c include/stockpilot/json/trade_json.h \
	src/json/user_json.c include/stockpilot/json/user_json.h
