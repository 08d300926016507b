#!/usr/bin/env bash
# The first steps of README.md, as it shows them: `bins/api-server/tests/first_steps.rs` runs this file and compares the two.
set -eum

first_terminal() {
    cargo run -p api-server
}

second_terminal() {
    TOKEN=$(cargo run -q -p api-server -- token admin)
    AUTH="Authorization: Bearer $TOKEN"; API=http://${HTTP_ADDR:-127.0.0.1:8080}/api/v1

    # A report with gaps …
    curl -s $API/icsr -H "$AUTH" -H 'Content-Type: application/json' -d '{
      "reportante_contacto": "Dra. Rojas, cel. 999 888 777, rojas@example.org",
      "producto_sospechoso": "Paracetamol", "paciente_iniciales": "J.P.", "descripcion_evento": "Rash eritematoso"}'

    # … is asked about within seconds:
    until LETTER=$(ls var/outbox/*.eml 2> /dev/null); do sleep 1; done
    cargo run -q -p mail-poller -- inspect "$LETTER"

    # The reporter answers …
    ID=$(sed -n 's/^Message-ID: *\(<.*>\).*/\1/p' "$LETTER")
    printf 'From: rojas@example.org\nTo: farmacovigilancia@followup.invalid\nSubject: Re: Solicitud\nMessage-ID: <1@example.org>\nIn-Reply-To: %s\n\nPeso: 68 kg. Dosis: 500 mg cada 8 horas.\n' "$ID" > var/inbox/respuesta.eml

    # … and the answer stands in the case's thread:
    until curl -s $API/icsr/1/followup/thread -H "$AUTH" | grep '68 kg'; do sleep 1; done

    # Text messages and WhatsApp work without an account, too: they are files, and so are the answers.
    curl -s $API/icsr/1/followup/send -H "$AUTH" -H 'Content-Type: application/json' -d '{"channel": "sms", "body": "¿Continúa la erupción?"}'
    cat var/outbox/*.sms.txt
    printf 'De: +51999888777\n\nSí, desde ayer.\n' > var/inbox/respuesta.sms.txt
    until curl -s $API/icsr/1/followup/thread -H "$AUTH" | grep 'desde ayer'; do sleep 1; done
}

first_terminal &
service=$!
trap 'kill -- "-$service"' EXIT
until curl -sf "http://${HTTP_ADDR:-127.0.0.1:8080}/readyz" > /dev/null; do
    kill -0 "$service"
    sleep 1
done
second_terminal
