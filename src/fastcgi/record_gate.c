#include "record_gate.h"

#include <fastcgi.h>

static unsigned two_bytes(const unsigned char *bytes)
{
    return (unsigned)bytes[0] << 8 | bytes[1];
}

/* An empty record ends its stream; its padding would be left for the next reader to stumble on. */
static bool ends_stream(struct record_gate *gate, enum gate_phase next)
{
    if (gate->content_left > 0) {
        return true;
    }
    gate->phase = next;
    return gate->padding_left == 0;
}

static bool begin_record(struct record_gate *gate, unsigned type, unsigned request_id)
{
    switch (gate->phase) {
    case GATE_BEGIN:
        gate->request_id = request_id;
        gate->phase = GATE_PARAMETERS;
        return type == FCGI_BEGIN_REQUEST && request_id != FCGI_NULL_REQUEST_ID &&
               gate->content_left == sizeof(FCGI_BeginRequestBody);
    case GATE_PARAMETERS:
        gate->parameters_length += gate->content_left;
        return type == FCGI_PARAMS && request_id == gate->request_id &&
               gate->parameters_length <= GATE_MAX_PARAMETERS && ends_stream(gate, GATE_BODY);
    case GATE_BODY:
        return type == FCGI_STDIN && request_id == gate->request_id && ends_stream(gate, GATE_DONE);
    case GATE_DONE:
        break;
    }
    return false;
}

static bool take_header(struct record_gate *gate)
{
    const unsigned char *header = gate->header;
    bool at_pair = gate->lengths_known == 0 && gate->length_left == 0;
    unsigned type = header[1];
    gate->header_length = 0;
    gate->content_left = two_bytes(header + 4);
    gate->padding_left = header[6];
    gate->content_at = 0;
    if (header[0] != FCGI_VERSION_1 || !begin_record(gate, type, two_bytes(header + 2))) {
        return false;
    }
    /* Parameters do not end within one. */
    return type != FCGI_PARAMS || gate->content_left > 0 || at_pair;
}

static bool take_role(struct record_gate *gate, unsigned char byte)
{
    size_t at = gate->content_at++;
    return (at != 0 || byte == 0) && (at != 1 || byte == FCGI_RESPONDER);
}

/* Four bytes when the first has its highest bit set, else one. */
static bool take_length(struct record_gate *gate, unsigned char byte)
{
    if (gate->length_left > 0) {
        gate->length = gate->length << 8 | byte;
        gate->length_left--;
    } else if ((byte & 0x80) != 0) {
        gate->length = byte & 0x7f;
        gate->length_left = 3;
    } else {
        gate->length = byte;
    }
    if (gate->length_left > 0) {
        return true;
    }
    gate->lengths_known++;
    gate->pair_left += gate->length;
    return gate->length <= GATE_MAX_PARAMETERS;
}

static bool take_parameter(struct record_gate *gate, unsigned char byte)
{
    bool admitted = take_length(gate, byte);
    if (gate->lengths_known == 2 && gate->pair_left == 0) {
        gate->lengths_known = 0;
    }
    return admitted;
}

/* How many of the bytes to come mean nothing to us: padding, a body, a name and its value. */
static size_t skippable(const struct record_gate *gate)
{
    if (gate->content_left == 0) {
        return gate->padding_left;
    }
    if (gate->header[1] == FCGI_STDIN) {
        return gate->content_left;
    }
    if (gate->lengths_known < 2) {
        return 0;
    }
    return gate->pair_left < gate->content_left ? gate->pair_left : gate->content_left;
}

static void skip(struct record_gate *gate, size_t count)
{
    if (gate->content_left == 0) {
        gate->padding_left -= count;
        return;
    }
    gate->content_left -= count;
    if (gate->lengths_known == 2) {
        gate->pair_left -= count;
        gate->lengths_known = gate->pair_left == 0 ? 0 : 2;
    }
}

static bool take(struct record_gate *gate, unsigned char byte)
{
    if (gate->content_left > 0) {
        gate->content_left--;
        return gate->header[1] == FCGI_BEGIN_REQUEST ? take_role(gate, byte)
                                                     : take_parameter(gate, byte);
    }
    if (gate->phase == GATE_DONE) {
        return false;
    }
    gate->header[gate->header_length++] = byte;
    return gate->header_length < GATE_HEADER_SIZE || take_header(gate);
}

bool record_gate_admit(struct record_gate *gate, const unsigned char *bytes, size_t length)
{
    for (size_t at = 0; at < length;) {
        size_t count = skippable(gate);
        count = count < length - at ? count : length - at;
        if (count > 0) {
            skip(gate, count);
        } else if (!take(gate, bytes[at])) {
            return false;
        } else {
            count = 1;
        }
        at += count;
    }
    return true;
}
