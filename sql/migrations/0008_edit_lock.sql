-- Editing a product: one statement that locks it and holds the editor's idea of its version against it.

-- Locks the product until the transaction ends. SP002: there is none, or it is archived. SP006: it is at another
-- version than p_expected_version (null: any will do).
create function lock_product(p_product_id uuid, p_expected_version integer) returns void
    language plpgsql volatile
    set search_path = pg_catalog, public, pg_temp
as $$
declare
    current_version integer;
begin
    select version into current_version
    from products
    where product_id = p_product_id and archived_at is null
    for no key update;
    if not found then
        raise exception 'no such product' using errcode = 'SP002';
    end if;
    if p_expected_version <> current_version then
        raise exception 'the product is at version %', current_version using errcode = 'SP006';
    end if;
end
$$;

grant execute on function lock_product(uuid, integer) to stockpilot_app;
