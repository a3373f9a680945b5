\set key random(1, 9000000000000000000)
\startpipeline
@act_as :actor, 'bench'
@sales_record 'bench ' || :key, sha256('bench'), ARRAY[('bbbbbbbb-0000-4000-8000-000000000001')], ARRAY[1], ARRAY[NULL], NULL
\endpipeline
