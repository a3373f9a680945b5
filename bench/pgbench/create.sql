-- pgbench draws numbers only: the id is one, written as a UUID.
\set number random(1, 9000000000000000000)
\startpipeline
@act_as :actor, 'bench'
@products_insert (lpad(to_hex(:number::bigint), 32, '0')), 'Bench ' || to_hex(:number::bigint), 12.25, NULL, NULL, NULL, NULL, NULL, 'B-' || to_hex(:number::bigint), 'Bench'
@products_book_opening_stock (lpad(to_hex(:number::bigint), 32, '0')), 7
@products_get (lpad(to_hex(:number::bigint), 32, '0'))
\endpipeline
