//! What mail programs write around quotes, by language. Folded: lower case, no accents, single blanks. A new language is a row.

/// How senders say that their answers stand inside the quoted mail.
pub(super) const BELOW: &[&str] = &[
    "abaixo as",
    "abaixo em",
    "abaixo minhas",
    "abajo en",
    "abajo encontrara",
    "abajo las",
    "abajo los",
    "abajo mis",
    "answers below",
    "answers in",
    "aqui abajo",
    "comentarios abajo",
    "completado en el mismo",
    "completo abajo",
    "contesto abajo",
    "contesto en el cuerpo",
    "contesto en su",
    "contesto en tu",
    "debajo de cada",
    "em azul",
    "em vermelho",
    "en azul",
    "en cada pregunta",
    "en el mismo correo",
    "en el mismo mensaje",
    "en el texto",
    "en mayusculas",
    "en negrita",
    "en rojo",
    "en verde",
    "entre las lineas",
    "entre lineas",
    "in blue",
    "in green",
    "in red",
    "in the text below",
    "in your mail",
    "inline",
    "mas abajo",
    "mas adelante en",
    "my answers",
    "my comments",
    "nas linhas abaixo",
    "no texto",
    "please see below",
    "respondido en",
    "respondo abaixo",
    "respondo abajo",
    "respondo en cada",
    "respondo en el cuerpo",
    "respondo en el texto",
    "respondo en su",
    "respondo en tu",
    "respuestas en el",
    "respuestas en su",
    "respostas abaixo",
    "respuestas abajo",
    "respuestas debajo",
    "see below",
    "ver abaixo",
    "ver abajo",
    "ver debajo",
];

/// Companies, as their footers name them.
pub(super) const COMPANIES: &[&str] =
    &["ltd", "ltd.", "limited", "inc", "inc.", "gmbh", "s.a.", "s.a.u.", "s.l.", "s.l.u.", "ltda", "ltda.", "llc"];

/// How senders say that they pass a mail on: then the mail below is their answer.
pub(super) const FORWARDS: &[&str] = &[
    "encaminho",
    "encaminhamos",
    "forwarding",
    "for your information",
    "fyi",
    "i forward",
    "le copio",
    "le paso",
    "le reenvio",
    "le reenviamos",
    "les copio",
    "les paso",
    "les reenvio",
    "les reenviamos",
    "lo que me paso",
    "lo que me respondio",
    "lo que me mando",
    "me respondieron",
    "para su conocimiento",
    "para su informacion",
    "para sua informacao",
    "paso a reenviar",
    "reenvio",
    "reenviamos",
    "reencaminho",
    "remito correo",
    "remito el correo",
    "see the forwarded",
    "segue abaixo",
    "se adjunta abajo",
    "te reenvio",
    "transcribo",
    "we forward",
];

/// How a mail system's warning above a mail begins.
pub(super) const BANNERS: &[&str] = &[
    "[external",
    "advertencia",
    "atencao",
    "atencion",
    "aviso",
    "caution",
    "correo externo",
    "cuidado",
    "external email",
    "external sender",
    "mensaje externo",
    "precaucion",
    "this email originated from outside",
    "this message originated from outside",
    "este correo proviene de fuera",
    "warning",
];

/// What such a warning says of the sender.
pub(super) const BANNER_OUTSIDE: &[&str] = &[
    "[external",
    "correo externo",
    "email externo",
    "external email",
    "external e-mail",
    "external mail",
    "external message",
    "external sender",
    "external source",
    "externo a la organizacion",
    "externo a nuestra organizacion",
    "fora da organizacao",
    "fora da sua organizacao",
    "fuera de la empresa",
    "fuera de la organizacion",
    "fuera de nuestra organizacion",
    "fuera de su organizacion",
    "mensaje externo",
    "origen externo",
    "originated from outside",
    "originated outside",
    "outside of the organi",
    "outside of your organi",
    "outside the organi",
    "outside our organi",
    "outside your organi",
    "remetente externo",
    "remitente externo",
    "sender outside",
];
/// What it tells the reader not to do.
pub(super) const BANNER_CARE: &[&str] = &[
    "antes de abrir",
    "be careful",
    "be cautious",
    "before clicking",
    "before opening",
    "do not click",
    "do not open",
    "don't click",
    "don't open",
    "evite abrir",
    "evite hacer clic",
    "exercise caution",
    "nao abra",
    "nao clique",
    "no abra",
    "no abras",
    "no acceda",
    "no haga clic",
    "no haga click",
    "no hagas clic",
    "no pulse",
    "please use caution",
    "tenga cuidado",
    "tenga precaucion",
    "use caution",
];

/// Units behind a number that is greater than another: "> 38 °C".
pub(super) const UNITS: &[&str] = &[
    "%", "°", "º", "anos", "cm", "dias", "days", "dl", "g", "gr", "h", "horas", "hours", "kg", "l", "lpm", "m", "mcg", "meses", "mg",
    "minutos", "minutes", "ml", "mm", "mmhg", "mmol", "months", "mug", "ng", "pg", "rpm", "semanas", "ui", "u", "weeks", "years", "µg",
    "μg", "x",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trim::line::folded;

    #[test]
    fn words_stand_as_lines_are_compared() {
        let tables = [BELOW, FORWARDS, BANNERS, BANNER_OUTSIDE, BANNER_CARE].concat();
        for word in tables {
            assert_eq!(folded(word).as_deref(), Some(word.trim()), "{word}");
        }
    }
}
