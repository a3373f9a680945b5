# The schema: stockpilotctl migrate reads the migrations where make install puts them. The newest
# number here is what the programs were made for (src/store/migrations.mk).
migrationsdir = $(pkgdatadir)/migrations
dist_migrations_DATA = \
	sql/migrations/0001_settings_users.sql \
	sql/migrations/0002_audit.sql \
	sql/migrations/0003_products.sql \
	sql/migrations/0004_trade.sql \
	sql/migrations/0005_notifications.sql \
	sql/migrations/0006_stock.sql \
	sql/migrations/0007_summaries.sql \
	sql/migrations/0008_edit_lock.sql \
	sql/migrations/0009_product_search.sql \
	sql/migrations/0010_trade.sql \
	sql/migrations/0011_outbox.sql \
	sql/migrations/0012_list_orders.sql \
	sql/migrations/0013_former_import.sql \
	sql/migrations/0014_notifier.sql \
	sql/migrations/0015_product_import.sql \
	sql/migrations/0016_images.sql \
	sql/migrations/0017_user_administration.sql \
	sql/migrations/0018_user_sightings.sql

dist_pkgdata_DATA += sql/roles.sql

SQL_DEMO = \
	sql/demo/catalogue.py \
	sql/demo/drawing.py \
	sql/demo/history.py \
	sql/demo/load \
	sql/demo/load.sql \
	sql/demo/office.py \
	sql/demo/pictures.py \
	sql/demo/tables.py \
	sql/demo/verify.sql
EXTRA_DIST += $(SQL_DEMO)
