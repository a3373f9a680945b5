-- Product images: every one that is stored is written down before it is, and every one that no product
-- shows any more is deleted through the outbox, by the transaction that makes it so. A change that is
-- rolled back deletes nothing, and a crash at any point forgets nothing.

-- Images on their way into the store: those that a worker is about to put there, and those for which
-- a client was given a form. No foreign key to the product: what was sent for one that is deleted
-- meanwhile is still to be found and deleted.
create table image_uploads (
    upload_id     uuid        not null, -- the one in the key
    product_id    uuid,                 -- null: of a product that is only being made
    image_key     text        not null,
    content_type  text        not null,
    size_limit    integer     not null, -- bytes
    by_client     boolean     not null, -- by a form, which S3 accepts again and again until expires_at
    actor_id      uuid,
    created_at    timestamptz not null default clock_timestamp(),
    expires_at    timestamptz not null,
    confirmed_at  timestamptz,          -- a product has it, or had it
    rejected_at   timestamptz,          -- what came was not what had been announced

    constraint image_uploads_pkey primary key (upload_id),
    constraint image_uploads_image_key_key unique (image_key),
    constraint image_uploads_image_key_format
        check (image_key ~ '^products/[0-9a-f-]{36}\.[a-z]{3,4}$'
               and image_key like 'products/' || upload_id || '.%'),
    constraint image_uploads_content_type_known
        check (content_type in ('image/jpeg', 'image/png', 'image/gif', 'image/webp')),
    constraint image_uploads_size_limit_range check (size_limit between 1 and 5242880),
    constraint image_uploads_not_both check (confirmed_at is null or rejected_at is null)
);

create index image_uploads_expires_at_idx on image_uploads (expires_at);

-- A page that was shown a moment ago still asks for the image, so it goes some seconds later. p_again:
-- it may have come back since it was deleted.
create function delete_image(p_image_key text, p_again boolean default false) returns void
    language sql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
    insert into outbox (topic, dedupe_key, payload, available_at)
    values ('image-deletions',
            case when p_again and exists (select from outbox where dedupe_key = 'image:' || p_image_key)
                 then 'image:' || p_image_key || ':again' else 'image:' || p_image_key end,
            jsonb_build_object('title', 'Delete ' || p_image_key, 'key', p_image_key),
            clock_timestamp() + interval '5 seconds')
    on conflict (dedupe_key) do nothing;
$$;

-- Whatever changes a product's image: an upload, a form, an import, an address elsewhere, psql.
create function products_follow_image() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if tg_op <> 'INSERT' and old.image_key is not null then
        perform delete_image(old.image_key);
    end if;
    if tg_op <> 'DELETE' and new.image_key is not null then
        update image_uploads set confirmed_at = clock_timestamp(), product_id = new.product_id
         where image_key = new.image_key and confirmed_at is null;
    end if;
    return null;
end
$$;

create trigger products_follow_first_image
    after insert on products
    for each row when (new.image_key is not null)
    execute function products_follow_image();

create trigger products_follow_image
    after update of image_key on products
    for each row when (old.image_key is distinct from new.image_key)
    execute function products_follow_image();

create trigger products_follow_last_image
    after delete on products
    for each row when (old.image_key is not null)
    execute function products_follow_image();

-- Before an image is stored. p_expires_at: until when a client's form is good; null: a worker stores it
-- now. p_product null: of a new product.
create function announce_image(p_upload uuid, p_product uuid, p_image_key text, p_content_type text,
                               p_size_limit integer, p_expires_at timestamptz) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
begin
    if p_product is not null and not exists (select from products where product_id = p_product
                                                and archived_at is null) then
        raise exception 'no such product' using errcode = 'SP002';
    end if;
    insert into image_uploads (upload_id, product_id, image_key, content_type, size_limit, by_client,
                               actor_id, expires_at)
    values (p_upload, p_product, p_image_key, p_content_type, p_size_limit, p_expires_at is not null,
            current_actor(), coalesce(p_expires_at, clock_timestamp() + interval '10 minutes'));
end
$$;

-- The upload of a client, locked: of this product, and not taken away yet.
create function lock_image_upload(p_upload uuid, p_product uuid) returns image_uploads
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    upload image_uploads;
begin
    select * into upload from image_uploads
     where upload_id = p_upload and product_id = p_product and by_client
       for no key update;
    if not found then
        raise exception 'no such upload' using errcode = 'SP009';
    end if;
    return upload;
end
$$;

-- The product shows what was uploaded. Once more changes nothing, whatever version is expected then:
-- the product has moved on by this very change. p_version null: any.
create function confirm_image(p_upload uuid, p_product uuid, p_version integer) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    upload image_uploads;
begin
    -- The product first, as whoever replaces its image locks them.
    perform lock_product(p_product, null);
    upload := lock_image_upload(p_upload, p_product);
    if upload.rejected_at is not null then
        raise exception 'the upload was refused' using errcode = 'SP009';
    elsif upload.confirmed_at is null then
        perform lock_product(p_product, p_version);
        update products set image_key = upload.image_key, image_url = null
         where product_id = p_product;
    end if;
end
$$;

-- What was uploaded is not what was announced: it goes, and no product ever shows it.
create function reject_image(p_upload uuid, p_product uuid) returns void
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    upload image_uploads;
begin
    upload := lock_image_upload(p_upload, p_product);
    if upload.confirmed_at is null and upload.rejected_at is null then
        update image_uploads set rejected_at = clock_timestamp() where upload_id = p_upload;
        perform delete_image(upload.image_key);
    end if;
end
$$;

-- For a periodic job, a bounded number at a time; returns how many. What nobody took on within an hour
-- of its end is deleted, whether or not it ever came. An upload that was taken on is remembered for a
-- day, so that a repeated confirmation is told so. A form could be used again until its end, also when
-- its image had been replaced or refused by then: that is looked after as well.
create function tidy_image_uploads() returns bigint
    language plpgsql volatile security definer
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    old  image_uploads;
    gone bigint := 0;
begin
    for old in
        delete from image_uploads
         where upload_id = any (array(
            select upload_id from image_uploads
             where expires_at < clock_timestamp() - interval '1 hour'
               and (confirmed_at is null or expires_at < clock_timestamp() - interval '1 day')
             order by expires_at limit 100 for update skip locked))
        returning *
    loop
        gone := gone + 1;
        if (old.confirmed_at is null or old.by_client)
           and not exists (select from products where product_id = old.product_id
                                                  and image_key = old.image_key) then
            perform delete_image(old.image_key, true);
        end if;
    end loop;
    return gone;
end
$$;

grant execute on function
    announce_image(uuid, uuid, text, text, integer, timestamptz),
    confirm_image(uuid, uuid, integer),
    reject_image(uuid, uuid),
    tidy_image_uploads()
    to stockpilot_app;
