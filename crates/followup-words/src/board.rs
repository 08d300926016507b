//! How reporters answer, as people read it.

use followup_domain::board::{By, HORIZON_DAYS, LAST_ATTEMPT, PeriodError, Waiting};
use followup_domain::message::Channel;

use crate::states;

/// What the curve of cases shows.
pub const CASES: &str = "Casos: días hasta la primera respuesta";
/// What the ages of waiting cases show.
pub const WAITING: &str = "Casos que esperan respuesta ahora, por antigüedad";

const WEEKDAYS: [&str; 7] = ["Lunes", "Martes", "Miércoles", "Jueves", "Viernes", "Sábado", "Domingo"];

/// By what requests are told apart.
pub fn by(by: By) -> &'static str {
    match by {
        By::Channel => "Por canal",
        By::Template => "Por texto",
        By::Attempt => "Por intento",
        By::Weekday => "Por día de la semana en que salió",
        By::Hour => "Por hora en que salió",
    }
}

/// A group of requests.
pub fn group(by: By, key: &str) -> String {
    let number = || key.parse::<u32>().ok();
    let known = match by {
        By::Channel => Channel::parse(key).map(|channel| states::channel(channel).to_owned()),
        By::Template => match (key, key.strip_prefix("whatsapp:")) {
            ("request", _) => Some("Primera solicitud".to_owned()),
            ("reminder", _) => Some("Recordatorio".to_owned()),
            ("written", _) => Some("Escrito por una persona".to_owned()),
            (_, name) => name.map(|name| format!("Plantilla de WhatsApp «{name}»")),
        },
        By::Attempt => {
            number().map(|number| if number < LAST_ATTEMPT { format!("{number}.ª solicitud") } else { format!("{number}.ª o posterior") })
        }
        By::Weekday => {
            number().and_then(|number| WEEKDAYS.get(usize::try_from(number).ok()?.checked_sub(1)?)).map(|name| (*name).to_owned())
        }
        By::Hour => number().map(|hour| format!("De {hour:02}:00 a {hour:02}:59")),
    };
    known.unwrap_or_else(|| key.to_owned())
}

/// For how long cases wait.
pub fn age(waiting: &Waiting) -> String {
    match (waiting.more_than, waiting.up_to) {
        (0, Some(days)) => format!("Hasta {days} días"),
        (days, Some(more)) => format!("De {} a {more} días", days + 1),
        (days, None) => format!("Más de {days} días"),
    }
}

/// Within how many days single requests are compared.
pub fn within_horizon() -> String {
    format!("respondidas en {HORIZON_DAYS} días")
}

/// Why two days are no period.
pub fn no_period(error: PeriodError) -> &'static str {
    match error {
        PeriodError::Backwards => "El último día debe ser el primero o uno posterior",
        PeriodError::TooLong => "El período puede tener cinco años como máximo",
    }
}

#[cfg(test)]
mod tests {
    use followup_domain::board::no_waiting;

    use super::*;

    #[test]
    fn every_group_is_named_and_what_is_not_known_names_itself() {
        for (of, key, name) in [
            (By::Channel, "email", "Correo"),
            (By::Channel, "fax", "fax"),
            (By::Template, "reminder", "Recordatorio"),
            (By::Template, "whatsapp:pide_datos", "Plantilla de WhatsApp «pide_datos»"),
            (By::Attempt, "2", "2.ª solicitud"),
            (By::Attempt, "5", "5.ª o posterior"),
            (By::Weekday, "1", "Lunes"),
            (By::Weekday, "7", "Domingo"),
            (By::Weekday, "0", "0"),
            (By::Weekday, "8", "8"),
            (By::Hour, "9", "De 09:00 a 09:59"),
        ] {
            assert_eq!(group(of, key), name);
        }
        let ages: Vec<String> = no_waiting().iter().map(age).collect();
        assert_eq!(ages[..2], ["Hasta 7 días", "De 8 a 15 días"]);
        assert_eq!(ages.last().map(String::as_str), Some("Más de 90 días"));
    }
}
