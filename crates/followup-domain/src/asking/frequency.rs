//! Whether a dose says how often it was taken: people write "500 mg cada 8 horas" where the dose is asked.

use crate::text::fold;

/// Words that tell it wherever they stand. Days and weeks in the plural are how long, not how often.
const WORDS: &[&str] = &[
    "almuerzo",
    "bid",
    "cada",
    "cena",
    "daily",
    "day",
    "demanda",
    "desayuno",
    "dia",
    "diaria",
    "diariamente",
    "diarias",
    "diario",
    "diarios",
    "dormir",
    "hourly",
    "interdiaria",
    "interdiario",
    "manana",
    "mananas",
    "mensual",
    "mensuales",
    "mensualmente",
    "monthly",
    "noche",
    "noches",
    "prn",
    "qd",
    "qid",
    "qod",
    "quincenal",
    "semana",
    "semanal",
    "semanales",
    "semanalmente",
    "sos",
    "stat",
    "tarde",
    "tid",
    "twice",
    "unica",
    "unico",
    "veces",
    "vez",
    "weekly",
];

/// Whether a dose tells its frequency as well: a word for it, "q8h", "c/12h", "8hs", "1-0-1".
pub(crate) fn tells_frequency(dose: &str) -> bool {
    let folded = format!(" {}", fold(dose)).replace(" c/", " cada ");
    let words = folded.split(|character: char| !(character.is_alphanumeric() || character == '-')).filter(|word| !word.is_empty());
    words.into_iter().any(|word| is_scheme(word) || word.split('-').any(|word| WORDS.contains(&word) || is_every_hours(word)))
}

/// `q8h`, `c12h`, `8h`, `24hs`.
fn is_every_hours(word: &str) -> bool {
    let number = word.trim_start_matches(['q', 'c']);
    let unit = number.trim_start_matches(|character: char| character.is_ascii_digit());
    unit.len() < number.len() && matches!(unit, "h" | "hr" | "hrs" | "hs" | "hora" | "horas")
}

/// Morning, noon and night: `1-0-1`, `1-1-1-1`.
fn is_scheme(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    (3..=4).contains(&parts.len()) && parts.iter().all(|part| part.len() == 1 && part.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dose_with_its_frequency_is_known() {
        for dose in [
            "500 mg cada 8 horas",
            "1 tab c/12h",
            "1 tableta C/8 hs",
            "10 mg BID",
            "400 mg q6h",
            "1 comp. 3 veces al día",
            "2 g/día",
            "una vez por semana",
            "850 mg diarios",
            "40 mg quincenal",
            "1-0-1",
            "dosis única",
            "20 mg por la noche",
            "1 g PRN",
            "5 ml después del desayuno",
            "100 mg 8h",
            "1 tab c/ 12 horas",
            "500mg c/8",
            "1 comprimido ao dia",
            "one tablet twice daily",
        ] {
            assert!(tells_frequency(dose), "{dose}");
        }
    }

    #[test]
    fn a_bare_dose_tells_none() {
        for dose in [
            "500 mg",
            "1 tableta",
            "0,5 mL",
            "2 comprimidos de 500 mg",
            "10 mg/kg",
            "100 UI",
            "",
            "5-10 mg",
            "1/2 tableta",
            "100mg/5ml",
            "1 ampolla IM",
        ] {
            assert!(!tells_frequency(dose), "{dose}");
        }
    }
}
