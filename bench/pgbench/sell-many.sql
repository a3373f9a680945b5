-- The products of Shop.fillShelf(), by number.
\set key random(1, 9000000000000000000)
\set number random(1, 1000)
\startpipeline
@act_as :actor, 'bench'
@sales_record 'bench ' || :key, sha256('bench'), ARRAY[('bbbbbbbb-0000-4000-8000-' || lpad(:number::text, 12, '0'))], ARRAY[1], ARRAY[NULL], NULL
\endpipeline
