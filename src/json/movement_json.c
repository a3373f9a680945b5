#include "stockpilot/json/movement_json.h"

#include "stockpilot/json/actor_json.h"

void json_write_movement(struct json_writer *json, const struct movement *movement)
{
    json_begin_object(json);
    json_member_string(json, "movementId", movement->movement_id);
    json_member_string(json, "productId", movement->product_id);
    json_member_timestamp(json, "timestamp", movement->moved_at);
    json_member_string(json, "type", movement->type);
    json_member_number_text(json, "quantity", movement->quantity);
    json_member_number_text(json, "quantityAfter", movement->quantity_after);
    json_member_string(json, "reason", movement->reason);
    json_member_string(json, "note", movement->note);
    json_member_string(json, "saleId", movement->sale_id);
    json_member_string(json, "purchaseId", movement->purchase_id);
    json_member_string(json, "reversalOf", movement->reversal_of);
    json_member_string(json, "reversedBy", movement->reversal_id);
    json_write_actor(json, movement->actor_id, movement->actor_name, movement->actor_email);
    json_end_object(json);
}
