-- Images: announced before they are stored, shown by one product, deleted through the outbox when none
-- shows them any more.
\ir expect.sql
begin;

\set lamp '\'00000000-0000-4000-8000-00000000000a\''
\set chair '\'00000000-0000-4000-8000-00000000000b\''
\set actor '\'00000000-0000-4000-8000-0000000000aa\''

-- The key and the id of an upload by its last digit.
create function pg_temp.id(p_digit text) returns uuid
    language sql return ('11111111-0000-4000-8000-00000000000' || p_digit)::uuid;
create function pg_temp.key(p_digit text) returns text
    language sql return 'products/' || pg_temp.id(p_digit) || '.png';
create function pg_temp.announce(p_digit text, p_product uuid, p_end timestamptz) returns void
    language sql
begin atomic
    select announce_image(pg_temp.id(p_digit), p_product, pg_temp.key(p_digit), 'image/png', 1000, p_end);
end;
-- The digits of the images that are to be deleted, in the order of their messages.
create function pg_temp.deletions() returns text
    language sql
    return (select string_agg(right(split_part(payload ->> 'key', '.', 1), 1)
                              || case when dedupe_key like '%:again' then '+' else '' end, ' ' order by outbox_id)
              from outbox where topic = 'image-deletions');
-- As if so much time had passed.
create function pg_temp.pass(p_time interval) returns void
    language sql
begin atomic
    update image_uploads set expires_at = expires_at - p_time;
end;

insert into products (product_id, name, price) values (:lamp, 'Lamp', 20), (:chair, 'Chair', 20);
set local session authorization stockpilot_app;
select act_as(:actor, 'request-1');

-- By a worker.
select pg_temp.announce('1', :lamp, null);
select pg_temp.expect('an image is announced, by whom, and for minutes',
    (select row(image_key, product_id, actor_id, by_client, confirmed_at)::text
            = row(pg_temp.key('1'), :lamp, :actor, false, null)::text
            and expires_at between now() and now() + interval '15 min' from image_uploads));
select pg_temp.expect_refused('not for a product that is not there',
    format('select pg_temp.announce(%L, %L, null)', '2', gen_random_uuid()), 'SP002');
select pg_temp.expect_refused('nor under the key of another upload',
    format($$select announce_image(%L, null, %L, 'image/png', 1, null)$$, gen_random_uuid(), pg_temp.key('3')),
    '23514', 'image_uploads_image_key_format');
select pg_temp.expect_refused('nor what is no image',
    format($$select announce_image(%L, null, %L, 'text/html', 1, null)$$, pg_temp.id('3'), pg_temp.key('3')),
    '23514', 'image_uploads_content_type_known');
select pg_temp.expect_refused('nor one of more than 5 MB',
    format($$select announce_image(%L, null, %L, 'image/png', 5242881, null)$$, pg_temp.id('3'), pg_temp.key('3')),
    '23514', 'image_uploads_size_limit_range');
update products set image_key = pg_temp.key('1') where product_id = :lamp;
select pg_temp.expect('the first image takes nobody''s place', pg_temp.deletions() is null);
select pg_temp.expect('it is taken on', (select confirmed_at is not null from image_uploads));

-- Replaced, whichever way.
savepoint before;
update products set image_key = pg_temp.key('2') where product_id = :lamp;
select pg_temp.expect('AC-79 the one before goes', pg_temp.deletions() = '1');
select pg_temp.expect('AC-79 some seconds later',
    (select available_at between clock_timestamp() and clock_timestamp() + interval '10 s' from outbox));
rollback to before;
select pg_temp.expect('AC-79 a change that is rolled back deletes nothing', pg_temp.deletions() is null);
update products set name = 'Lamp 2', image_key = image_key where product_id = :lamp;
select move_stock(:lamp, 'opening', 3);
select pg_temp.expect('nor does one that leaves the image', pg_temp.deletions() is null);
update products set image_key = null, image_url = 'https://x.test/a.png' where product_id = :lamp;
select pg_temp.expect('an address elsewhere takes its place', pg_temp.deletions() = '1');
update products set image_key = pg_temp.key('2'), image_url = null where product_id = :lamp;
select pg_temp.expect('one that was never announced is as good', pg_temp.deletions() = '1');
select from import_products(jsonb_build_array(jsonb_build_object(
    'line', 1, 'bad', false, 'given', 32, 'product_id', :lamp)), false);
select pg_temp.expect('an import takes it away', pg_temp.deletions() = '1 2');
update products set image_key = pg_temp.key('3') where product_id = :chair;
update products set archived_at = now() where product_id = :chair;
select pg_temp.expect('an archived product keeps it', pg_temp.deletions() = '1 2');
insert into products (name, price, image_key) values ('Shelf', 5, pg_temp.key('4'));
delete from products where name = 'Shelf';
select pg_temp.expect('a deleted one does not', pg_temp.deletions() = '1 2 4');

-- By a client.
select pg_temp.announce('5', :lamp, now() + interval '10 min');
select pg_temp.expect_refused('an upload of nobody is not confirmed',
    format('select confirm_image(%L, %L, null)', gen_random_uuid(), :lamp), 'SP009');
insert into products (product_id, name, price) values ('00000000-0000-4000-8000-00000000000c', 'Desk', 7);
select pg_temp.expect_refused('nor one of another product',
    format('select confirm_image(%L, %L, null)', pg_temp.id('5'), '00000000-0000-4000-8000-00000000000c'), 'SP009');
select pg_temp.expect_refused('nor what a worker stores',
    format('select confirm_image(%L, %L, null)', pg_temp.id('1'), :lamp), 'SP009');
select pg_temp.expect_refused('AC-86 nor for another version of the product',
    format('select confirm_image(%L, %L, 1)', pg_temp.id('5'), :lamp), 'SP006');
select version as before from products where product_id = :lamp
\gset
select confirm_image(pg_temp.id('5'), :lamp, :before);
select pg_temp.expect('it is shown, and that is an edit',
    (select row(image_key, image_url, version)::text = row(pg_temp.key('5'), null, :before + 1)::text
       from products where product_id = :lamp));
select confirm_image(pg_temp.id('5'), :lamp, :before);
select pg_temp.expect('once more changes nothing, and complains of nothing',
    (select version = :before + 1 from products where product_id = :lamp) and pg_temp.deletions() = '1 2 4');
select pg_temp.announce('6', :lamp, now() + interval '10 min');
select reject_image(pg_temp.id('6'), :lamp), reject_image(pg_temp.id('6'), :lamp);
select pg_temp.expect('what is refused goes, once', pg_temp.deletions() = '1 2 4 6');
select pg_temp.expect_refused('and is never shown', format('select confirm_image(%L, %L, null)', pg_temp.id('6'), :lamp),
    'SP009');
select reject_image(pg_temp.id('5'), :lamp);
select pg_temp.expect('what is shown is not refused any more', pg_temp.deletions() = '1 2 4 6');
select pg_temp.announce('7', :lamp, now() + interval '10 min');
select pg_temp.announce('8', null, null);
select pg_temp.announce('9', '00000000-0000-4000-8000-00000000000c', now() + interval '10 min');
select confirm_image(pg_temp.id('9'), '00000000-0000-4000-8000-00000000000c', null);
update products set image_key = null where product_id = '00000000-0000-4000-8000-00000000000c';
select pg_temp.expect('nothing is tidied while a form is good, nor for an hour', tidy_image_uploads() = 0);
reset session authorization;

select pg_temp.pass('1 h 20 min');
set local session authorization stockpilot_app;
select pg_temp.expect('then what nobody took on is deleted, and what was refused once more',
    tidy_image_uploads() = 3);
select pg_temp.expect('each through a message',
    (select array_agg(word order by word) from regexp_split_to_table(pg_temp.deletions(), ' ') word)
        = array['1', '2', '4', '6', '6+', '7', '8', '9']);
select pg_temp.expect('once', tidy_image_uploads() = 0);
select confirm_image(pg_temp.id('5'), :lamp, null);
reset session authorization;

select pg_temp.pass('1 day');
set local session authorization stockpilot_app;
select pg_temp.expect('after a day what was confirmed is forgotten',
    tidy_image_uploads() = 3);
select pg_temp.expect('so that nothing is left', not exists (select from image_uploads));
select pg_temp.expect('what a form may have brought back is deleted again, what is shown is not',
    pg_temp.deletions() like '% 9+' and pg_temp.deletions() not like '%5%');
rollback;
