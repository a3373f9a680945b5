# shellcheck shell=bash
# A certificate for 127.0.0.1 and localhost, signed by a certificate authority of this stack's own:
# `curl --cacert ca.pem` accepts it. The authority's key is thrown away, so it can never sign another.

certificate_make() (
    cd "$STATE/tls" || exit
    if openssl x509 -checkend $((7 * 86400)) -noout -in server.pem >/dev/null 2>&1; then
        exit 0
    fi
    step 'Making a TLS certificate'
    umask 077
    printf '%s\n' 'basicConstraints=critical,CA:FALSE' 'keyUsage=critical,digitalSignature' \
        'extendedKeyUsage=serverAuth' 'subjectAltName=IP:127.0.0.1,DNS:localhost' >server.extensions
    {
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 397 \
            -subj "/CN=StockPilot development ($(state_key))" \
            -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign \
            -keyout ca.key -out ca.new &&
            openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
                -keyout server.key -out server.request &&
            openssl x509 -req -in server.request -CA ca.new -CAkey ca.key -days 396 \
                -set_serial "0x$(openssl rand -hex 16)" -extfile server.extensions -out server.new
    } >>"$LOGS/setup.log" 2>&1 || exit 1
    rm ca.key server.request server.extensions
    chmod 644 ca.new
    mv ca.new ca.pem
    mv server.new server.pem
)
