//! The words of absence and of dates, folded, in three languages.

use chrono::Weekday::{self, Fri, Mon, Sat, Sun, Thu, Tue, Wed};

/// The language of a phrase: it says in which order day and month stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Language {
    Spanish,
    Portuguese,
    English,
}

use Language::{English, Portuguese, Spanish};

/// Behind which stands the day of the return.
pub(super) const BACK: &[(Language, &str)] = &[
    (Spanish, "regreso"),
    (Spanish, "regresare"),
    (Spanish, "regresando"),
    (Spanish, "regresamos"),
    (Spanish, "regresaremos"),
    (Spanish, "de vuelta"),
    (Spanish, "la vuelta"),
    (Spanish, "mi vuelta"),
    (Spanish, "vuelvo"),
    (Spanish, "volvemos"),
    (Spanish, "volvere"),
    (Spanish, "volveremos"),
    (Spanish, "volviendo"),
    (Spanish, "me reincorporo"),
    (Spanish, "me reincorporare"),
    (Spanish, "reincorporandome"),
    (Spanish, "reincorporacion"),
    (Spanish, "retornare"),
    (Spanish, "retornando"),
    (Spanish, "reanudare"),
    (Spanish, "retomare"),
    (Spanish, "retomaremos"),
    (Spanish, "retomo"),
    (Spanish, "retomando"),
    (Spanish, "reanudo"),
    (Spanish, "reanudaremos"),
    (Spanish, "reinicio"),
    (Spanish, "reiniciare"),
    (Spanish, "me incorporo"),
    (Spanish, "me incorporare"),
    (Spanish, "me reintegro"),
    (Spanish, "me reintegrare"),
    (Spanish, "reintegrandome"),
    (Spanish, "mi reintegro"),
    (Spanish, "retorno"),
    (Spanish, "retornamos"),
    (Spanish, "de nuevo disponible"),
    (Spanish, "disponible nuevamente"),
    (Spanish, "disponible de nuevo"),
    (Spanish, "estare disponible nuevamente"),
    (Spanish, "nuevamente disponible"),
    (Portuguese, "volto"),
    (Portuguese, "voltarei"),
    (Portuguese, "voltaremos"),
    (Portuguese, "de volta"),
    (Portuguese, "retorno"),
    (Portuguese, "retornarei"),
    (Portuguese, "retornaremos"),
    (Portuguese, "regresso"),
    (Portuguese, "retomo"),
    (Portuguese, "retomarei"),
    (Portuguese, "reassumo"),
    (Portuguese, "reassumirei"),
    (Portuguese, "regressarei"),
    (English, "back"),
    (English, "return"),
    (English, "returning"),
    (English, "returns"),
    (English, "resume work"),
    (English, "resume my duties"),
    (English, "resume duties"),
    (English, "resuming work"),
    (English, "rejoin"),
    (English, "rejoining"),
];

/// What stands before "back" when somebody will only be called or written to.
pub(super) const CALLS: &[&str] = &["call", "called", "calls", "come", "get", "hear", "report", "reply", "write"];

/// Behind which stands the first day of something: a return, if the sentence speaks of answering.
pub(super) const STARTING: &[(Language, &str)] = &[
    (Spanish, "a partir del"),
    (Spanish, "a partir de"),
    (Portuguese, "a partir de"),
    (Portuguese, "a partir do"),
    (English, "as of"),
    (English, "starting"),
];

/// Words of a sentence that speaks of answering again.
pub(super) const ANSWERING: &[&str] = &[
    "atendere",
    "atenderei",
    "contestare",
    "respondere",
    "responderei",
    "reply",
    "respond",
    "responder",
    "answer",
    "leere",
    "estare disponible",
    "estarei disponivel",
];

/// Behind which stands the end of an absence, and whether that day is counted in.
pub(super) const UNTIL: &[(Language, &str, bool)] = &[
    (Spanish, "hasta", true),
    (Portuguese, "ate", true),
    (English, "until", false),
    (English, "till", false),
    (English, "til", false),
    (English, "through", true),
    (English, "thru", true),
    (English, "up to and including", true),
];

/// What says that the last day is counted in.
pub(super) const INCLUSIVE: &[&str] = &["inclusive", "inclusivamente", "incluido", "included", "including", "incluindo"];

/// Before the first day of an absence.
pub(super) const FROM: &[(Language, &str)] = &[
    (Spanish, "desde el"),
    (Spanish, "desde"),
    (Spanish, "del"),
    (Spanish, "entre el"),
    (Portuguese, "do dia"),
    (Portuguese, "entre os dias"),
    (Portuguese, "de"),
    (English, "from the"),
    (English, "from"),
    (English, "between"),
];

/// Between the first day and the last.
pub(super) const TO: &[&str] = &[
    "hasta el",
    "hasta",
    "al",
    "ao dia",
    "ao",
    "a",
    "y el",
    "e",
    "ate o dia",
    "ate",
    "to the",
    "to",
    "until",
    "till",
    "through",
    "thru",
    "and",
    "-",
];

/// What may stand between the word for a return and its date.
pub(super) const FILLERS: &[&str] = &[
    "a",
    "again",
    "al",
    "an",
    "ao",
    "aos",
    "as",
    "at",
    "by",
    "de",
    "del",
    "desk",
    "dia",
    "el",
    "em",
    "escritorio",
    "hospital",
    "in",
    "into",
    "la",
    "labores",
    "laboral",
    "las",
    "mi",
    "mis",
    "my",
    "na",
    "next",
    "no",
    "o",
    "oficina",
    "office",
    "on",
    "os",
    "our",
    "para",
    "proxima",
    "proximo",
    "puesto",
    "que",
    "seguinte",
    "siguiente",
    "sera",
    "es",
    "the",
    "this",
    "este",
    "esta",
    "to",
    "trabajo",
    "trabalho",
    "until",
    "work",
    "hasta",
    "ate",
    "actividades",
    "atividades",
    "activities",
    "clinica",
    "con",
    "consulta",
    "consultorio",
    "duties",
    "funciones",
    "funcoes",
    "mesa",
    "mias",
    "minhas",
    "normales",
    "servicio",
    "tareas",
    "turno",
    "unidad",
    "(",
];

/// What a sentence of an absence says.
pub(super) const ABSENT: &[&str] = &[
    "absence",
    "absent",
    "afastada",
    "afastado",
    "annual leave",
    "ausencia",
    "ausentare",
    "ausente",
    "away",
    "conge",
    "congreso",
    "de baja",
    "de ferias",
    "de licencia",
    "de licenca",
    "de viaje",
    "em ferias",
    "em viagem",
    "estare fuera",
    "fora",
    "fuera",
    "holiday",
    "holidays",
    "leave",
    "limited access",
    "no dispondre",
    "no estare",
    "no me encuentro",
    "no podre",
    "no tendre acceso",
    "nao estarei",
    "not available",
    "not be available",
    "not in the office",
    "off work",
    "on leave",
    "out",
    "permiso",
    "sin acceso",
    "travel",
    "traveling",
    "travelling",
    "unavailable",
    "unable to",
    "vacacion",
    "vacaciones",
    "vacation",
    "viajando",
    "viaje",
    "viagem",
];

/// Days counted from the mail's own.
pub(super) const AHEAD: &[(&str, u64)] =
    &[("manana", 1), ("pasado manana", 2), ("amanha", 1), ("depois de amanha", 2), ("tomorrow", 1), ("day after tomorrow", 2)];

/// Words behind a day that has no month: the sentence goes on.
pub(super) const AFTER_DAY: &[&str] = &["and", "e", "or", "para", "por", "y"];

/// Endings of an ordinal number.
pub(super) const ORDINALS: &[&str] = &["st", "nd", "rd", "th", "º", "°", "o", "ro"];

/// Months by their names and short forms; a form that is a word elsewhere counts in one language only.
pub(super) const MONTHS: &[(u32, &[&str], Option<Language>)] = &[
    (1, &["enero", "ene", "janeiro", "january", "jan"], None),
    (2, &["febrero", "feb", "fevereiro", "fev", "february"], None),
    (3, &["marzo", "mar", "marco", "march"], None),
    (4, &["abril", "abr", "april", "apr"], None),
    (5, &["mayo", "may", "maio", "mai"], None),
    (6, &["junio", "jun", "junho", "june"], None),
    (7, &["julio", "jul", "julho", "july"], None),
    (8, &["agosto", "ago", "august", "aug"], None),
    (9, &["septiembre", "setiembre", "setembro", "september", "sep", "sept"], None),
    (9, &["set"], Some(Spanish)),
    (9, &["set"], Some(Portuguese)),
    (10, &["octubre", "oct", "outubro", "october"], None),
    (10, &["out"], Some(Portuguese)),
    (11, &["noviembre", "nov", "novembro", "november"], None),
    (12, &["diciembre", "dic", "dezembro", "dez", "december", "dec"], None),
];

/// Days of the week.
pub(super) const WEEKDAYS: &[(Weekday, &[&str])] = &[
    (Mon, &["lunes", "segunda", "monday", "mon"]),
    (Tue, &["martes", "terca", "tuesday", "tue", "tues"]),
    (Wed, &["miercoles", "quarta", "wednesday", "wed"]),
    (Thu, &["jueves", "quinta", "thursday", "thu", "thur", "thurs"]),
    (Fri, &["viernes", "sexta", "friday", "fri"]),
    (Sat, &["sabado", "saturday"]),
    (Sun, &["domingo", "sunday"]),
];

#[cfg(test)]
mod tests {
    use followup_domain::text::fold;

    use super::*;

    #[test]
    fn words_stand_as_they_are_compared() {
        let pairs = [BACK, STARTING, FROM].concat().into_iter().map(|(_, word)| word);
        let months = MONTHS.iter().flat_map(|(_, names, _)| names.iter().copied());
        let weekdays = WEEKDAYS.iter().flat_map(|(_, names)| names.iter().copied());
        let single = [CALLS, ANSWERING, INCLUSIVE, TO, FILLERS, ABSENT, AFTER_DAY].concat();
        let single = single.into_iter().chain(AHEAD.iter().map(|(phrase, _)| *phrase));
        for word in pairs.chain(months).chain(weekdays).chain(single).chain(UNTIL.iter().map(|(_, word, _)| *word)) {
            assert_eq!(fold(word), word);
        }
    }
}
